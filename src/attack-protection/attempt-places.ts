// Places: an attempt holds one in every counter it falls under while its password is checked, so that parallel guesses
// find no room that others have taken already. Where one server works on the database its own memory knows them all; where
// several do, the database counts them.
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { Effect, GroupCommit } from '../storage/group-commit.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { type Counter, type CounterState, levelOf } from './attempt-counter.ts';
import type { AttemptLine } from './attempt-line.ts';
import type { AttemptEnd, AttemptStore } from './attempt-store.ts';

type States = ReadonlyMap<string, CounterState>;

/** Places that were taken. `end` is called once; its effects are to be written whatever they are. */
export interface TakenPlaces {
  end(how: AttemptEnd, userId: string | null): Effect[];
}

export interface AttemptPlaces {
  /** True when `take` must be told how the counters stand. */
  readonly needsStates: boolean;
  /** Takes a place in every one of these counters, or in none and names one that has no room for now. */
  take(
    tenantId: TenantId,
    counters: readonly Counter[],
    states: States,
  ): Promise<TakenPlaces | { readonly full: Counter }>;
}

interface Parts {
  readonly attempts: AttemptStore;
  readonly line: AttemptLine;
  readonly groupCommit: GroupCommit;
  readonly steadyTime: SteadyTime;
}

/** For the only server on its database. */
export function createPlacesHere({ attempts, line, steadyTime }: Omit<Parts, 'groupCommit'>): AttemptPlaces {
  return {
    needsStates: true,
    // Nothing is awaited between the look at the counters and the taking, and a place is given back when its failure can
    // be seen: so no attempt is ever left out of the sum.
    async take(tenantId, counters, states) {
      const reservedAt = steadyTime.now();
      const full = counters.find((counter) => {
        const { key, unit, capacity } = counter;
        return levelOf(counter, states.get(key), reservedAt) + (line.underWay(key) + 1) * unit > capacity;
      });
      if (full) return { full };
      const keys = counters.map((counter) => counter.key);
      line.enter(keys);
      return {
        end(how, userId) {
          const settled = () => line.leave(keys);
          const changed = counters.filter((counter) => {
            if (how === 'released') return false;
            return how === 'failed' || counter.chargesSuccess || (counter.resets && states.has(counter.key));
          });
          if (changed.length > 0) {
            const ending = { how, reservedAt, at: steadyTime.now(), userId };
            return [{ ...attempts.endOf(tenantId, changed, ending), settled }];
          }
          settled();
          return [];
        },
      };
    },
  };
}

/** For one of several servers on a database. */
export function createSharedPlaces({ attempts, line, groupCommit, steadyTime }: Parts): AttemptPlaces {
  return {
    needsStates: false,
    async take(tenantId, counters) {
      const keys = counters.map((counter) => counter.key);
      const reservedAt = steadyTime.now();
      // Noted before the database is asked: others of this process then wait here and ask it nothing.
      line.ask(keys);
      const rows = await groupCommit
        .commit([attempts.reservationOf(tenantId, counters, reservedAt)])
        .finally(() => line.answered(keys));
      const taken = new Set(rows.map((row) => row.key));
      const full = counters.find((counter) => !taken.has(counter.key));
      const endOf = (of: readonly Counter[], how: AttemptEnd, userId: string | null) =>
        attempts.endOf(tenantId, of, { how, reservedAt, at: steadyTime.now(), userId });
      if (full) {
        const partly = counters.filter((counter) => taken.has(counter.key));
        if (partly.length > 0) await groupCommit.commit([endOf(partly, 'released', null)]);
        return { full };
      }
      line.enter(keys);
      return { end: (how, userId) => [{ ...endOf(counters, how, userId), settled: () => line.leave(keys) }] };
    },
  };
}
