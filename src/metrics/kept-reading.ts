// Numbers from the database for whoever scrapes: read now and then, kept in between, and waited for only so long.
import type { Clock } from '../lib/clock.ts';

const LONGEST_READ_MS = 1000;

/** The latest reading, at most so many milliseconds old; empty when it could not be had. */
export function createKeptReading<T>(
  read: () => Promise<readonly T[]> | undefined,
  clock: Clock,
  everyMs: number,
): () => Promise<readonly T[]> {
  let known: readonly T[] = [];
  let askedAt = Number.NEGATIVE_INFINITY;
  let asked = Promise.resolve();

  async function ask(): Promise<void> {
    try {
      known = (await read()) ?? [];
    } catch {
      // What cannot be read is left out; the statement that failed is counted with its time like every other.
      known = [];
    }
  }

  /** Waits a while and no longer: a database that hangs must not keep the other numbers from being seen. */
  async function askAtMost(milliseconds: number): Promise<void> {
    const late = new AbortController();
    await Promise.race([ask(), clock.sleep(milliseconds, late.signal)]);
    late.abort();
  }

  return async () => {
    if (clock.monotonic() - askedAt >= everyMs) {
      askedAt = clock.monotonic();
      asked = askAtMost(LONGEST_READ_MS);
    }
    await asked;
    return known;
  };
}
