// How far those are that follow the log: rows in, rows out. One server at a time works for a cursor: it holds it for a while,
// and whoever comes after the end of that goes on from where the last one was.
import type { Sql } from '../storage/database.ts';
import type { LogCursorsTable } from '../storage/schema-log.ts';
import type { TenantId } from '../tenant/tenant.ts';

/** How far one is. */
export interface LogCursor {
  /** Of a stream, or the name of a sink of the operator's. */
  readonly id: string;
  /** Null for a sink of the operator's, which gets the events of every tenant. */
  readonly tenantId: TenantId | null;
  /** Of the last event that was delivered. */
  readonly position: number;
  /** Failures in a row. */
  readonly attempts: number;
  readonly failingSince: number | null;
  readonly lastError: string | null;
  readonly deliveredAt: number | null;
  /** How many events were pruned before they could be delivered. */
  readonly missed: number;
}

interface Failure {
  readonly attempts: number;
  readonly dueAt: number;
  readonly failingSince: number;
  readonly lastError: string;
}

export type LogCursorStore = ReturnType<typeof createLogCursorStore>;

/** Reads and writes them. */
export function createLogCursorStore(database: Sql) {
  const held = (id: string, holder: string) =>
    database.updateTable('log_cursors').where('id', '=', id).where('holder', '=', holder);

  return {
    /** Begins behind this position; one that is there already stays where it is. */
    async start(id: string, tenantId: TenantId | null, position: number, sql: Sql = database): Promise<void> {
      await sql
        .insertInto('log_cursors')
        .values({
          ...{ id, tenant_id: tenantId, position, holder: null, held_until: 0, due_at: 0, attempts: 0 },
          ...{ failing_since: null, last_error: null, delivered_at: null, missed: 0 },
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },

    /** Those that follow the log: of streams that are active, and of sinks of the operator's. */
    async listActive(): Promise<LogCursor[]> {
      const rows = await activeCursors(database).execute();
      return rows.map(fromRow);
    },

    /** Those of them to be worked for now that nobody else works for. */
    async listDue(now: number, holder: string): Promise<LogCursor[]> {
      const rows = await activeCursors(database)
        .where('log_cursors.due_at', '<=', now)
        .where((where) =>
          where.or([
            where('log_cursors.holder', 'is', null),
            where('log_cursors.holder', '=', holder),
            where('log_cursors.held_until', '<', now),
          ]),
        )
        .execute();
      return rows.map(fromRow);
    },

    /** The cursor of this id; null when there is none. */
    async findById(id: string): Promise<LogCursor | null> {
      const row = await database.selectFrom('log_cursors').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? fromRow(row) : null;
    },

    /** Holds it until an instant; false when another server does, or was faster. */
    async claim({ id, position }: LogCursor, holder: string, now: number, until: number): Promise<boolean> {
      const { numUpdatedRows } = await database
        .updateTable('log_cursors')
        .set({ holder, held_until: until })
        .where('id', '=', id)
        .where('position', '=', position)
        .where((where) =>
          where.or([where('holder', 'is', null), where('holder', '=', holder), where('held_until', '<', now)]),
        )
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Moves it on after a delivery, and holds it further; false when another server has taken it. */
    async advance(id: string, holder: string, to: number, deliveredAt: number, until: number): Promise<boolean> {
      const { numUpdatedRows } = await held(id, holder)
        .where('position', '<', to)
        .set({ position: to, held_until: until, delivered_at: deliveredAt })
        .set({ attempts: 0, failing_since: null, last_error: null })
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Lets go of it after a failure, to be tried again later. */
    async fail(id: string, holder: string, { attempts, dueAt, failingSince, lastError }: Failure): Promise<void> {
      await held(id, holder)
        .set({ holder: null, attempts, due_at: dueAt, failing_since: failingSince, last_error: lastError })
        .execute();
    },

    /** Lets go of it. */
    async release(id: string, holder: string): Promise<void> {
      await held(id, holder).set({ holder: null }).execute();
    },

    /** Has it tried again at once, as if it had never failed. */
    async resume(id: string, sql: Sql): Promise<void> {
      await sql
        .updateTable('log_cursors')
        .set({ due_at: 0, attempts: 0, failing_since: null, last_error: null })
        .where('id', '=', id)
        .execute();
    },

    /** Removes it. */
    async delete(id: string, sql: Sql): Promise<void> {
      await sql.deleteFrom('log_cursors').where('id', '=', id).execute();
    },
  };
}

function activeCursors(database: Sql) {
  return database
    .selectFrom('log_cursors')
    .leftJoin('log_streams', 'log_streams.id', 'log_cursors.id')
    .selectAll('log_cursors')
    .where((where) =>
      where.or([where('log_cursors.tenant_id', 'is', null), where('log_streams.status', '=', 'active')]),
    )
    .orderBy('log_cursors.id');
}

function fromRow(row: LogCursorsTable): LogCursor {
  return {
    id: row.id,
    tenantId: row.tenant_id as TenantId | null,
    position: row.position,
    attempts: row.attempts,
    failingSince: row.failing_since,
    lastError: row.last_error,
    deliveredAt: row.delivered_at,
    missed: row.missed,
  };
}
