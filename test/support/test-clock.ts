// A clock that stands still until a test moves it. Waits end at once and are written down.
import type { Clock } from '../../src/lib/clock.ts';

export interface TestClock extends Clock {
  advance(milliseconds: number): void;
  /** Every wait that was asked for, in milliseconds. */
  readonly slept: number[];
}

/** Starts at a fixed instant. */
export function createTestClock(start = Date.UTC(2026, 0, 15, 12, 0, 0)): TestClock {
  let elapsed = 0;
  const slept: number[] = [];
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    async sleep(milliseconds) {
      slept.push(milliseconds);
    },
    advance(milliseconds) {
      elapsed += milliseconds;
    },
    slept,
  };
}
