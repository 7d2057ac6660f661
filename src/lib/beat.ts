// Work that is done together, at a beat. Hashes keep every processor busy and leave no cache warm, so a task between two of
// them costs several times what it costs in a row of its kind. While there is more to hash than can be hashed, what can wait
// a moment waits for the beat.
import type { Clock } from './clock.ts';

const BEAT_MS = 25;
/**
 * There is a crowd when whoever comes would wait so long for a hash: the line then lasts longer than a beat, so that there
 * is always somebody to hash for while others wait for it.
 */
const CROWD_MS = 100;

/** The beat. */
export interface Beat {
  /** Resolves at the next beat while there is a crowd; null when there is none, and nothing to wait for. */
  next(): Promise<void> | null;
  /** Resolves at the first beat after so many milliseconds, crowd or not. */
  after(milliseconds: number): Promise<void>;
}

/** Builds it over what a newcomer would have to wait for a hash, in milliseconds. */
export function createBeat(expectedWaitMs: () => number, clock: Clock): Beat {
  /** By their number since the stopwatch began: the beats that somebody waits for. */
  const awaited = new Map<number, Promise<void>>();

  function after(milliseconds: number): Promise<void> {
    const now = clock.monotonic();
    const number = Math.floor((now + milliseconds) / BEAT_MS) + 1;
    let beat = awaited.get(number);
    if (beat === undefined) {
      beat = clock.sleep(number * BEAT_MS - now).finally(() => awaited.delete(number));
      awaited.set(number, beat);
    }
    return beat;
  }

  return { after, next: () => (expectedWaitMs() < CROWD_MS ? null : after(0)) };
}
