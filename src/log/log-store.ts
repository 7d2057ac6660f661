// Log events: rows in, rows out. The row keeps the event as Auth0 prints it.
import type { Sql } from '../storage/database.ts';
import type { Effect } from '../storage/group-commit.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { Tenant, TenantId } from '../tenant/tenant.ts';

/** An event as it is stored: as Auth0 prints it, and what it is looked up by. */
export interface LogRow {
  readonly logId: string;
  /** Milliseconds since 1970 UTC. */
  readonly date: number;
  readonly type: string;
  readonly clientId: string | null;
  readonly userId: string | null;
  /** Null for what no request did. */
  readonly requestId: string | null;
  readonly wire: Record<string, unknown>;
}

export type LogStore = ReturnType<typeof createLogStore>;

/** Reads and writes log events. */
export function createLogStore(database: Sql) {
  const add = prepare<
    {
      tenantId: string;
      logId: string;
      date: number;
      type: string;
      clientId: string | null;
      userId: string | null;
      requestId: string | null;
      event: string;
    },
    unknown
  >(database, (sql) =>
    sql.insertInto('log_events').values({
      tenant_id: param<string>('tenantId'),
      log_id: param<string>('logId'),
      date: param<number>('date'),
      type: param<string>('type'),
      client_id: param<string | null>('clientId'),
      user_id: param<string | null>('userId'),
      request_id: param<string | null>('requestId'),
      event: param<string>('event'),
    }),
  );

  return {
    /** What is to be written to store the event. */
    insertionOf(tenant: Pick<Tenant, 'id'>, { wire, ...columns }: LogRow): Effect {
      return { query: add.bind({ tenantId: tenant.id, ...columns, event: JSON.stringify(wire) }) };
    },

    /** The events that follow this one, oldest first, at most so many; empty text for the very first ones. */
    async listAfter(tenantId: TenantId, logId: string, most: number): Promise<Record<string, unknown>[]> {
      const rows = await database
        .selectFrom('log_events')
        .select('event')
        .where('tenant_id', '=', tenantId)
        .where('log_id', '>', logId)
        .orderBy('log_id')
        .limit(most)
        .execute();
      return rows.map((row) => JSON.parse(row.event) as Record<string, unknown>);
    },

    /** The event of this id as Auth0 prints it; null when there is none. */
    async findById(tenantId: TenantId, logId: string): Promise<Record<string, unknown> | null> {
      const row = await database
        .selectFrom('log_events')
        .select('event')
        .where('tenant_id', '=', tenantId)
        .where('log_id', '=', logId)
        .executeTakeFirst();
      return row ? (JSON.parse(row.event) as Record<string, unknown>) : null;
    },

    /** The first event of the request with this id as Auth0 prints it; null when there is none. */
    async findByRequestId(tenantId: TenantId, requestId: string): Promise<Record<string, unknown> | null> {
      const row = await database
        .selectFrom('log_events')
        .select('event')
        .where('tenant_id', '=', tenantId)
        .where('request_id', '=', requestId)
        .orderBy('log_id')
        .limit(1)
        .executeTakeFirst();
      return row ? (JSON.parse(row.event) as Record<string, unknown>) : null;
    },

    /** The newest events first, at most so many. */
    async listNewest(tenantId: TenantId, most: number): Promise<Record<string, unknown>[]> {
      const rows = await database
        .selectFrom('log_events')
        .select('event')
        .where('tenant_id', '=', tenantId)
        .orderBy('log_id', 'desc')
        .limit(most)
        .execute();
      return rows.map((row) => JSON.parse(row.event) as Record<string, unknown>);
    },
  };
}
