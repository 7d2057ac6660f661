// A limit on how often something may be done: so many times at once, and then one more after each pause. Kept in memory, by
// each node for itself, for the names that were last heard of.
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';

/** How a bucket stands after one more was asked for. */
export interface BucketState {
  readonly allowed: boolean;
  /** The most that fit in. */
  readonly limit: number;
  /** How many more would be allowed now. */
  readonly remaining: number;
  /** Milliseconds until the next one is allowed; 0 when one is. */
  readonly waitMs: number;
}

interface Settings {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly limit: number;
  /** Milliseconds after which one more fits in. */
  readonly pauseMs: number;
}

// Security: names come from strangers; the bound keeps them from filling the memory.
const MOST_NAMES = 100_000;

/** Builds the limit; one that is refused does not count. */
export function createLeakyBuckets({ clock, limit, pauseMs }: Settings): (name: string) => BucketState {
  /** By name, the instant on the stopwatch at which the bucket will be empty. */
  const emptyAt = new LRUCache<string, number>({ max: MOST_NAMES });
  return (name) => {
    const now = clock.monotonic();
    const level = Math.max(0, (emptyAt.get(name) ?? now) - now);
    const waitMs = Math.max(0, level + pauseMs - limit * pauseMs);
    const allowed = waitMs === 0;
    const after = allowed ? level + pauseMs : level;
    if (allowed) emptyAt.set(name, now + after);
    return { allowed, limit, remaining: Math.floor(limit - after / pauseMs), waitMs };
  };
}
