// A clock that stands still until a test moves it. Waits end at once and are written down.
import type { Clock } from '../../src/lib/clock.ts';

export interface TestClock extends Clock {
  advance(milliseconds: number): void;
  /** Sets the time of day, as an administrator or a wrong time server does; the stopwatch does not notice. */
  jump(milliseconds: number): void;
  /** Every wait that was asked for, in milliseconds. */
  readonly slept: number[];
}

/** Starts at a fixed instant. */
export function createTestClock(start = Date.UTC(2026, 0, 15, 12, 0, 0)): TestClock {
  let elapsed = 0;
  let jumped = 0;
  const slept: number[] = [];
  return {
    now: () => start + jumped + elapsed,
    monotonic: () => elapsed,
    async sleep(milliseconds) {
      slept.push(milliseconds);
      // Others get their turn, as in a real wait.
      await new Promise((resolve) => setImmediate(resolve));
    },
    advance(milliseconds) {
      elapsed += milliseconds;
    },
    jump(milliseconds) {
      jumped += milliseconds;
    },
    slept,
  };
}
