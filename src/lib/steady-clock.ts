// A time of day that no clock setting moves: it starts at a reference and then advances with the stopwatch alone. What
// counts attempts or measures a block asks it, so that a jump of the machine's clock neither ends nor prolongs one.
import type { Clock } from './clock.ts';

/** A time of day without jumps. */
export interface SteadyTime {
  /** Whole milliseconds since 1970-01-01 UTC, as the reference would show them now. */
  now(): number;
  /** Goes on from this reference, in milliseconds since 1970-01-01 UTC; the only way to move it. */
  adopt(reference: number): void;
}

/** Starts at the reference, in milliseconds since 1970-01-01 UTC. */
export function createSteadyTime(clock: Pick<Clock, 'monotonic'>, reference: number): SteadyTime {
  let start = reference - clock.monotonic();
  return {
    now: () => Math.round(start + clock.monotonic()),
    adopt(newReference) {
      start = newReference - clock.monotonic();
    },
  };
}
