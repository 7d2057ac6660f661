// Blocks as an operator sees and lifts them.
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { CounterKind } from './attempt-counter.ts';

/** A counter in which everything is spent. */
export interface Block {
  readonly kind: CounterKind;
  /** The user whose name it is; null for an address, and for a name that nobody has. */
  readonly userId: string | null;
  /** The address or network; null for a block of a name wherever it is tried from. */
  readonly address: string | null;
  /** Milliseconds since 1970 UTC. */
  readonly until: number;
}

/** Reads and lifts. */
export function createBlockStore(database: Sql) {
  return {
    /** What is refused now, the longest first, at most so many. */
    async list(tenantId: TenantId, now: number, most: number): Promise<Block[]> {
      const rows = await database
        .selectFrom('attempt_counters')
        .select(['kind', 'user_id', 'address', 'drains', 'spent', 'unit', 'capacity', 'expires_at'])
        .where('tenant_id', '=', tenantId)
        .where('expires_at', '>', now)
        .where((eb) =>
          eb.or([
            eb.and([eb('drains', '=', 0), eb('spent', '>=', eb.ref('capacity'))]),
            eb.and([eb('drains', '=', 1), eb(eb('spent', '+', eb.ref('unit')), '>', eb(eb.ref('capacity'), '+', now))]),
          ]),
        )
        .orderBy('expires_at', 'desc')
        .limit(most)
        .execute();
      return rows.map((row) => ({
        kind: row.kind as CounterKind,
        userId: row.user_id,
        address: row.address,
        until: row.drains === 1 ? row.spent + row.unit - row.capacity : row.expires_at,
      }));
    },

    /** Forgets everything counted of these names (keyed hashes); how many counters that were. */
    async liftNames(tenantId: TenantId, identifierKeys: readonly string[], sql: Sql): Promise<number> {
      const result = await sql
        .deleteFrom('attempt_counters')
        .where('tenant_id', '=', tenantId)
        .where('identifier_key', 'in', [...identifierKeys])
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },

    /** Forgets what is counted of an address by itself, whatever the names; how many counters that were. */
    async liftAddress(tenantId: TenantId, addressKey: string, sql: Sql): Promise<number> {
      const result = await sql
        .deleteFrom('attempt_counters')
        .where('tenant_id', '=', tenantId)
        .where('key', '=', addressKey)
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}
