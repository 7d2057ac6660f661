// Takes the names of deleted users out of the log, when the time for which they have to be kept is over: a few events at a
// time. What an event was is kept as a digest, so that the seals still hold. Called by log-upkeep.ts.
import type { Clock } from '../lib/clock.ts';
import type { Database } from '../storage/database.ts';
import type { LogErasureStore } from './log-erasure-store.ts';
import { digestOf, erasureMarkOf, type SealedEvent } from './log-seal.ts';
import type { LogSealStore } from './log-seal-store.ts';

interface Parts {
  readonly database: Database;
  readonly logSeals: LogSealStore;
  readonly logErasures: LogErasureStore;
  readonly clock: Clock;
  /** Milliseconds for which the log keeps the name of somebody who was deleted. */
  readonly heldMs: number;
}

const EVENTS_AT_ONCE = 50;
/** Events that were stored when the user was deleted may not be sealed yet. */
const MARGIN_MS = 10 * 60 * 1000;

/** Erases one piece; true when there may be more. */
export function createLogEraser({ database, logSeals, logErasures, clock, heldMs }: Parts): () => Promise<boolean> {
  return async () => {
    const now = clock.now();
    const order = await logErasures.findDue(now);
    const chain = order && (await logSeals.findChain());
    if (!order || !chain) return false;
    // What is old enough loses the name at once, and the rest when all of it is.
    const lastDue = order.deletedAt + heldMs + MARGIN_MS;
    const before = now < lastDue ? Math.min(order.deletedAt, now - heldMs) : order.deletedAt + MARGIN_MS;
    const events = await logErasures.listEvents(order, { sealedThrough: chain.sealedThrough, before }, EVENTS_AT_ONCE);
    const mayBeMore = events.length === EVENTS_AT_ONCE;
    await database.transaction(async (sql) => {
      for (const event of events) {
        const erased = withoutNames(event);
        if (erased === null) continue;
        const digest = digestOf(chain.key, event);
        const erasedDigest = digestOf(chain.key, { ...event, event: erased });
        const mark = erasureMarkOf(chain.key, event.tenantId, event.position, digest, erasedDigest);
        await logErasures.erase(event, erased, { position: event.position, digest, erasedDigest, mark }, sql);
      }
      const lastSeen = events.at(-1)?.logId ?? order.afterLogId;
      await logErasures.postpone(order, lastSeen, mayBeMore ? now : lastDue, sql);
    });
    if (now >= lastDue && !mayBeMore) await logErasures.close(order);
    return true;
  };
}

/** The event without what names a person; null when it has nothing of it. */
function withoutNames({ event }: SealedEvent): string | null {
  const wire = JSON.parse(event) as Record<string, unknown>;
  const isNamed = wire['user_name'] !== null && wire['user_name'] !== undefined;
  return isNamed ? JSON.stringify({ ...wire, user_name: null }) : null;
}
