// Counts logins that were turned away, so that a flood of them does not fill the log: one event a client and minute.
import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';
import type { TenantId } from '../tenant/tenant.ts';

export interface TurnedAwayTally {
  /** Counts one; how many there were since the last event when one is due, null when there was one this minute. */
  count(tenantId: TenantId, clientId: string): number | null;
}

interface Count {
  readonly loggedAt: number;
  since: number;
}

const MINUTE_MS = 60_000;
// Security: whoever is not in here gets an event at once, so the bound costs rows, never memory.
const MOST_CLIENTS = 10_000;

/** Builds the tally; the first one of a client is due at once. */
export function createTurnedAwayTally(clock: Clock): TurnedAwayTally {
  const counts = new LRUCache<string, Count>({ max: MOST_CLIENTS });
  return {
    count(tenantId, clientId) {
      const key = `${tenantId} ${clientId}`;
      const now = clock.monotonic();
      const known = counts.get(key);
      if (known && now - known.loggedAt < MINUTE_MS) {
        known.since += 1;
        return null;
      }
      counts.set(key, { loggedAt: now, since: 0 });
      return (known?.since ?? 0) + 1;
    },
  };
}
