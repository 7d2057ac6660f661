// Keeps a flood of equal lines out of a log: of those with one key the first hundred of a minute are written, and then every
// hundredth, with how many were left out.
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';

/** How many lines of this key were left out since the last one, for a line that is to be written; null for one that is not. */
export type LineSampler = (key: string) => number | null;

const MINUTE_MS = 60_000;
const WHOLE = 100;
const STEP = 100;
/** Security: whoever is not in here is written whole, so the bound costs lines, never memory. */
const MOST_KEYS = 1000;

/** Builds it. */
export function createLineSampler(clock: Pick<Clock, 'monotonic'>): LineSampler {
  const known = new LRUCache<string, { startedAt: number; count: number; leftOut: number }>({ max: MOST_KEYS });
  return (key) => {
    const now = clock.monotonic();
    const seen = known.get(key);
    if (!seen || now - seen.startedAt >= MINUTE_MS) {
      known.set(key, { startedAt: now, count: 1, leftOut: 0 });
      return seen?.leftOut ?? 0;
    }
    seen.count += 1;
    if (seen.count > WHOLE && seen.count % STEP !== 0) {
      seen.leftOut += 1;
      return null;
    }
    const { leftOut } = seen;
    seen.leftOut = 0;
    return leftOut;
  };
}
