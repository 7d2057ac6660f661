// Takes a place in every counter that an attempt falls under, after a wait when others have taken all there are. One rule
// for everything that is counted: who comes is judged by what is spent, and waits for what is under way.
import type { Caller } from '../lib/caller.ts';
import type { Clock } from '../lib/clock.ts';
import { TurnedAway } from '../lib/fair-line.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Counter, CounterState } from './attempt-counter.ts';
import type { AttemptLine } from './attempt-line.ts';
import type { AttemptPlaces, TakenPlaces } from './attempt-places.ts';
import type { AttemptStore } from './attempt-store.ts';

interface Parts {
  readonly attempts: AttemptStore;
  readonly places: AttemptPlaces;
  readonly line: AttemptLine;
  readonly clock: Clock;
  /** Milliseconds that an attempt may wait for others on the same counter. */
  readonly budgetMs: number;
}

export type CounterStates = ReadonlyMap<string, CounterState>;

/**
 * Takes places in these counters. `judge` says in which of them, by how they stand, or throws when one is used up. Throws
 * `TurnedAway` when the wait took too long, or the caller went.
 */
export type TakePlaces = (
  tenantId: TenantId,
  counters: readonly Counter[],
  caller: Caller,
  judge: (states: CounterStates) => Promise<readonly Counter[]>,
) => Promise<TakenPlaces>;

/** Builds it. */
export function createPlaceTaking({ attempts, places, line, clock, budgetMs }: Parts): TakePlaces {
  return async (tenantId, all, caller, judge) => {
    const callNext = () => {
      for (const { key } of all) line.callNext(key);
    };
    const startedAt = clock.monotonic();
    let full = all.find((counter) => line.isFull(counter.key, Math.floor(counter.capacity / counter.unit)));
    // Where the database itself looks for room, the counters are read only when it found none.
    let mustLook = places.needsStates || full !== undefined;
    for (let looked = 0; ; looked += 1) {
      if (full) {
        await line.wait(full.key, looked > 0);
        const isLate = clock.monotonic() - startedAt > budgetMs;
        if (isLate || caller.hasGone) {
          line.callNext(full.key);
          throw new TurnedAway(isLate ? 'late' : 'gone', budgetMs);
        }
      }
      const states = mustLook ? await attempts.find(tenantId, all) : new Map();
      let counters = all;
      try {
        if (mustLook) counters = await judge(states);
      } catch (error) {
        // Whoever waits behind this one is to hear the same.
        callNext();
        throw error;
      }
      const taken = counters.length === 0 ? NO_PLACES : await places.take(tenantId, counters, states);
      if ('end' in taken) {
        // There may be room for more than one.
        if (looked > 0) callNext();
        return taken;
      }
      full = mustLook ? taken.full : undefined;
      mustLook = true;
    }
  };
}

const NO_PLACES: TakenPlaces = { end: () => [] };
