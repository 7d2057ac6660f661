// The chain over the log: rows in, rows out.
import { randomBytes } from 'node:crypto';
import type { Sql } from '../storage/database.ts';
import type { LogSealsTable } from '../storage/schema-log.ts';
import { sealedPlace } from '../storage/sealed-column.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { type LogErasure, type LogSeal, type SealedEvent, toSealedEvent } from './log-seal.ts';

const CHAIN = 1;
const KEY_BYTES = 32;
const PLACE = sealedPlace('log_chain', 'key_sealed', String(CHAIN));

/** The key of the chain, and how far the log is sealed. */
export interface LogChain {
  readonly key: Buffer;
  readonly sealedThrough: number;
}

export type LogSealStore = ReturnType<typeof createLogSealStore>;

/** Reads and writes it. */
export function createLogSealStore(database: Sql, vault: Vault) {
  const seals = (tenantId: TenantId, sql: Sql) =>
    sql.selectFrom('log_seals').selectAll().where('tenant_id', '=', tenantId);

  return {
    /** The chain; null before the first event was sealed. */
    async findChain(sql: Sql = database): Promise<LogChain | null> {
      const row = await sql.selectFrom('log_chain').selectAll().where('id', '=', CHAIN).executeTakeFirst();
      if (!row) return null;
      return { key: Buffer.from(vault.open(row.key_sealed, PLACE), 'base64'), sealedThrough: row.sealed_through };
    },

    /** Makes the key of the chain, unless it is there. */
    async startChain(): Promise<void> {
      const key = vault.seal(randomBytes(KEY_BYTES).toString('base64'), PLACE);
      await database
        .insertInto('log_chain')
        .values({ id: CHAIN, key_sealed: key, sealed_through: 0 })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
    },

    /** Notes that the log is sealed up to a position; false when another server has sealed meanwhile. */
    async moveOn(from: number, to: number, sql: Sql): Promise<boolean> {
      const { numUpdatedRows } = await sql
        .updateTable('log_chain')
        .set({ sealed_through: to })
        .where('id', '=', CHAIN)
        .where('sealed_through', '=', from)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** The newest seal of the tenant; null when it has none. */
    async findNewest(tenantId: TenantId, sql: Sql = database): Promise<LogSeal | null> {
      const row = await seals(tenantId, sql).orderBy('number', 'desc').limit(1).executeTakeFirst();
      return row ? fromRow(row) : null;
    },

    /** The seals after a number, at most so many. */
    async listAfter(tenantId: TenantId, number: number, most: number, sql: Sql = database): Promise<LogSeal[]> {
      const rows = await seals(tenantId, sql).where('number', '>', number).orderBy('number').limit(most).execute();
      return rows.map(fromRow);
    },

    /** The number of the last seal all of whose events are older than an instant; 0 when there is none. */
    async numberBefore(tenantId: TenantId, instant: number, sql: Sql): Promise<number> {
      const row = await sql
        .selectFrom('log_seals')
        .select('number')
        .where('tenant_id', '=', tenantId)
        .where('last_date', '<', instant)
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row?.number ?? 0;
    },

    /** Adds a seal. */
    async add(seal: LogSeal, sql: Sql): Promise<void> {
      await sql
        .insertInto('log_seals')
        .values({
          tenant_id: seal.tenantId,
          number: seal.number,
          first_position: seal.firstPosition,
          last_position: seal.lastPosition,
          last_date: seal.lastDate,
          entries: seal.entries,
          link: seal.link,
          pruned_mark: seal.prunedMark,
        })
        .execute();
    },

    /** Marks that the events of a seal are gone; it stays as what the next one is linked to, and those before it go. */
    async markPruned({ tenantId, number, lastPosition }: LogSeal, mark: string, sql: Sql): Promise<void> {
      await sql
        .updateTable('log_seals')
        .set({ pruned_mark: mark })
        .where('tenant_id', '=', tenantId)
        .where('number', '=', number)
        .execute();
      await sql.deleteFrom('log_seals').where('tenant_id', '=', tenantId).where('number', '<', number).execute();
      await sql
        .deleteFrom('log_erasures')
        .where('tenant_id', '=', tenantId)
        .where('position', '<=', lastPosition)
        .execute();
    },

    /** Whole events after one position up to another, at most so many; of every tenant for null. */
    async listEvents(
      tenantId: TenantId | null,
      range: { readonly after: number; readonly upTo: number },
      most: number,
      sql: Sql = database,
    ): Promise<SealedEvent[]> {
      let query = sql
        .selectFrom('log_events')
        .selectAll()
        .where('position', '>', range.after)
        .where('position', '<=', range.upTo)
        .orderBy('position')
        .limit(most);
      if (tenantId !== null) query = query.where('tenant_id', '=', tenantId);
      return (await query.execute()).map(toSealedEvent);
    },

    /** What was erased of events between two positions, both included. */
    async listErasures(tenantId: TenantId, first: number, last: number, sql: Sql): Promise<LogErasure[]> {
      const rows = await sql
        .selectFrom('log_erasures')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('position', '>=', first)
        .where('position', '<=', last)
        .execute();
      return rows.map((row) => ({
        ...{ position: row.position, digest: row.digest, erasedDigest: row.erased_digest, mark: row.mark },
      }));
    },
  };
}

function fromRow(row: LogSealsTable): LogSeal {
  return {
    tenantId: row.tenant_id as TenantId,
    number: row.number,
    firstPosition: row.first_position,
    lastPosition: row.last_position,
    lastDate: row.last_date,
    entries: row.entries,
    link: row.link,
    prunedMark: row.pruned_mark,
  };
}
