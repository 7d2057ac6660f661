// Log events in the order in which they were stored, for what follows the log in the background. Reads by index only.
import { orderedIdAt } from '../lib/ordered-id.ts';
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';

/** An event at its place. */
export interface FedEvent {
  readonly position: number;
  readonly tenantId: TenantId;
  readonly logId: string;
  /** Milliseconds since 1970 UTC. */
  readonly date: number;
  readonly type: string;
  /** As Auth0 prints it, in JSON. */
  readonly event: string;
}

export type LogFeedStore = ReturnType<typeof createLogFeedStore>;

/** Reads them. */
export function createLogFeedStore(database: Sql) {
  return {
    /** The events after one position up to another, oldest first, at most so many; of every tenant for null. */
    async list(tenantId: TenantId | null, after: number, upTo: number, most: number): Promise<FedEvent[]> {
      let query = database
        .selectFrom('log_events')
        .select(['position', 'tenant_id', 'log_id', 'date', 'type', 'event'])
        .where('position', '>', after)
        .where('position', '<=', upTo)
        .orderBy('position')
        .limit(most);
      if (tenantId !== null) query = query.where('tenant_id', '=', tenantId);
      const rows = await query.execute();
      return rows.map(({ position, tenant_id: tenant, log_id: logId, date, type, event }) => ({
        ...{ position, tenantId: tenant as TenantId, logId, date, type, event },
      }));
    },

    /** The time of the first event after a position, of this tenant or of every one; null when there is none. */
    async dateAfter(tenantId: TenantId | null, position: number): Promise<number | null> {
      let query = database
        .selectFrom('log_events')
        .select('date')
        .where('position', '>', position)
        .orderBy('position')
        .limit(1);
      if (tenantId !== null) query = query.where('tenant_id', '=', tenantId);
      return (await query.executeTakeFirst())?.date ?? null;
    },

    /** The position behind which the next event of anybody will stand. */
    async newestPosition(sql: Sql = database): Promise<number> {
      const row = await sql
        .selectFrom('log_events')
        .select((events) => events.fn.max('position').as('position'))
        .executeTakeFirst();
      return Number(row?.position ?? 0);
    },

    /** A position below that of every event of the tenant that happened at this instant or later. */
    async positionBefore(tenantId: TenantId, instant: number, sql: Sql): Promise<number> {
      const first = await sql
        .selectFrom('log_events')
        .select('position')
        .where('tenant_id', '=', tenantId)
        .where('log_id', '>=', orderedIdAt(instant))
        .orderBy('log_id')
        .limit(NEIGHBOURS)
        .execute();
      const positions = first.map(({ position }) => position);
      return positions.length === 0 ? this.newestPosition(sql) : Math.min(...positions) - 1;
    },
  };
}

/** So many events may have been stored in another order than they happened. */
const NEIGHBOURS = 500;
