// Holds the refusals of one directory to one length of time. A directory may answer faster for a user it does not know than
// for a wrong password; whoever measures answers must not learn from that who has an account.
import type { Clock } from '../lib/clock.ts';

export interface AnswerFloor {
  /** Remembers how long a wrong password took, in milliseconds. */
  observe(tookMs: number): void;
  /** Waits until a refusal that took so long has taken as long as most wrong passwords do, but at most so much longer. */
  hold(tookMs: number, mostMs: number): Promise<void>;
}

const KEPT_SAMPLES = 64;

/** Builds the floor of one directory; before the first wrong password it holds nothing. */
export function createAnswerFloor(clock: Clock): AnswerFloor {
  const samples: number[] = [];
  return {
    observe(tookMs) {
      samples.push(tookMs);
      if (samples.length > KEPT_SAMPLES) samples.shift();
    },
    async hold(tookMs, mostMs) {
      const sorted = samples.toSorted((a, b) => a - b);
      const floor = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0;
      await clock.sleep(Math.min(floor - tookMs, mostMs));
    },
  };
}
