// Takes the names of deleted users out of the log: who waits for it, and the events as they become.
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { type LogErasure, type SealedEvent, toSealedEvent } from './log-seal.ts';

/** A user who was deleted, and whose name is still to be taken out. */
export interface ErasureOrder {
  readonly tenantId: TenantId;
  readonly userId: string;
  readonly deletedAt: number;
  /** The last event that was looked at. */
  readonly afterLogId: string;
}

export type LogErasureStore = ReturnType<typeof createLogErasureStore>;

/** Reads and writes them. */
export function createLogErasureStore(database: Sql) {
  return {
    /** Has the name of a user who is being deleted taken out, in the same transaction. */
    async order(tenantId: TenantId, userId: string, now: number, sql: Sql): Promise<void> {
      await sql
        .insertInto('log_erasure_orders')
        .values({ tenant_id: tenantId, user_id: userId, deleted_at: now, after_log_id: '', due_at: now })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id', 'deleted_at']).doNothing())
        .execute();
    },

    /** The same for every user who has an account in a connection; to be called before they are deleted. */
    async orderOfConnection(tenantId: TenantId, connectionId: string, now: number, sql: Sql): Promise<void> {
      await sql
        .insertInto('log_erasure_orders')
        .columns(['tenant_id', 'user_id', 'deleted_at', 'after_log_id', 'due_at'])
        .expression((query) =>
          query
            .selectFrom('identities')
            .select((row) => [
              'tenant_id',
              'user_id',
              row.cast<number>(row.val(now), 'bigint').as('deleted_at'),
              row.val('').as('after_log_id'),
              row.cast<number>(row.val(now), 'bigint').as('due_at'),
            ])
            .distinct()
            .where('tenant_id', '=', tenantId)
            .where('connection_id', '=', connectionId),
        )
        .execute();
    },

    /** The order that has waited longest; null when none is due. */
    async findDue(now: number): Promise<ErasureOrder | null> {
      const row = await database
        .selectFrom('log_erasure_orders')
        .selectAll()
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(1)
        .executeTakeFirst();
      if (!row) return null;
      const { tenant_id: tenantId, user_id: userId, deleted_at: deletedAt, after_log_id: afterLogId } = row;
      return { tenantId: tenantId as TenantId, userId, deletedAt, afterLogId };
    },

    /** Sealed events of the user after the last that was looked at, older than an instant, at most so many. */
    async listEvents(
      { tenantId, userId, afterLogId }: ErasureOrder,
      bounds: { readonly sealedThrough: number; readonly before: number },
      most: number,
    ): Promise<SealedEvent[]> {
      const rows = await database
        .selectFrom('log_events')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('log_id', '>', afterLogId)
        .where('position', '<=', bounds.sealedThrough)
        .where('date', '<', bounds.before)
        .orderBy('log_id')
        .limit(most)
        .execute();
      return rows.map(toSealedEvent);
    },

    /** Stores the event as it is without the name, and that this was done. */
    async erase({ tenantId, position }: SealedEvent, event: string, erasure: LogErasure, sql: Sql): Promise<void> {
      await sql
        .updateTable('log_events')
        .set({ event })
        .where('tenant_id', '=', tenantId)
        .where('position', '=', position)
        .execute();
      const { digest, erasedDigest, mark } = erasure;
      await sql
        .insertInto('log_erasures')
        .values({ tenant_id: tenantId, position, digest, erased_digest: erasedDigest, mark })
        .execute();
    },

    /** Notes how far an order is, and when it goes on. */
    async postpone(
      { tenantId, userId, deletedAt }: ErasureOrder,
      afterLogId: string,
      dueAt: number,
      sql: Sql,
    ): Promise<void> {
      await sql
        .updateTable('log_erasure_orders')
        .set({ after_log_id: afterLogId, due_at: dueAt })
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('deleted_at', '=', deletedAt)
        .execute();
    },

    /** The order is done. */
    async close({ tenantId, userId, deletedAt }: ErasureOrder): Promise<void> {
      await database
        .deleteFrom('log_erasure_orders')
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('deleted_at', '=', deletedAt)
        .execute();
    },
  };
}
