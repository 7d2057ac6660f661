// Seals what was logged, some seconds after it was stored: a piece of the log at a time, in its order. Any number of servers
// may do so at once, because a piece counts for the one that is first to note it. Called by log-upkeep.ts.
import type { Database } from '../storage/database.ts';
import type { SettledPosition } from '../storage/log-position.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { makeSeal, type SealedEvent } from './log-seal.ts';
import type { LogSealStore } from './log-seal-store.ts';

interface Parts {
  readonly database: Database;
  readonly logSeals: LogSealStore;
  readonly settledPosition: SettledPosition;
}

/** Small enough that no login notices it. */
const EVENTS_AT_ONCE = 100;

/** Seals one piece; true when there may be more. */
export function createLogSealer({ database, logSeals, settledPosition }: Parts): () => Promise<boolean> {
  return async () => {
    const upTo = await settledPosition();
    if (upTo === 0) return false;
    const chain = await logSeals.findChain();
    if (!chain) {
      await logSeals.startChain();
      return true;
    }
    const { key, sealedThrough } = chain;
    if (upTo <= sealedThrough) return false;
    const events = await logSeals.listEvents(null, { after: sealedThrough, upTo }, EVENTS_AT_ONCE);
    const last = events.at(-1);
    if (!last) return false;
    await database.transaction(async (sql) => {
      if (!(await logSeals.moveOn(sealedThrough, last.position, sql))) return;
      for (const [tenantId, ofTenant] of byTenant(events)) {
        await logSeals.add(makeSeal(key, await logSeals.findNewest(tenantId, sql), ofTenant), sql);
      }
    });
    return events.length === EVENTS_AT_ONCE;
  };
}

function byTenant(events: readonly SealedEvent[]): Map<TenantId, SealedEvent[]> {
  const grouped = new Map<TenantId, SealedEvent[]>();
  for (const event of events) {
    const known = grouped.get(event.tenantId);
    if (known) known.push(event);
    else grouped.set(event.tenantId, [event]);
  }
  return grouped;
}
