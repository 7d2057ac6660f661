// Counts logins that were turned away, so that a flood of them does not fill the log: one event a minute for each client, and
// for each connection where it is the connection that nobody is let in to.
import { LRUCache } from 'lru-cache';
import type { Clock } from '../lib/clock.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { NewLogEvent } from './log-writer.ts';

export interface TurnedAwayTally {
  /** Counts one; how many there were since the last event when one is due, null when there was one this minute. */
  count(tenantId: TenantId, event: TurnedAwayEvent): number | null;
}

type TurnedAwayEvent = Pick<NewLogEvent, 'type'> & Partial<Pick<NewLogEvent, 'clientId' | 'connectionId'>>;

interface Count {
  readonly loggedAt: number;
  since: number;
}

const MINUTE_MS = 60_000;
// Security: whoever is not in here gets an event at once, so the bound costs rows, never memory.
const MOST_COUNTS = 10_000;

/** Builds the tally; the first one of a client is due at once. */
export function createTurnedAwayTally(clock: Clock): TurnedAwayTally {
  const counts = new LRUCache<string, Count>({ max: MOST_COUNTS });
  return {
    count(tenantId, { type, clientId, connectionId }) {
      const key = `${tenantId} ${clientId} ${type === 'fc' ? connectionId : ''}`;
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
