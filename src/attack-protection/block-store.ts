// Blocks as an operator sees and lifts them.
import type { SelectQueryBuilder } from 'kysely';
import type { NotRead } from '../storage/bounded-read.ts';
import type { Database, Sql } from '../storage/database.ts';
import type { Schema } from '../storage/schema.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { CounterKind } from './attempt-counter.ts';

/** A counter in which everything is spent. */
export interface Block {
  readonly kind: CounterKind;
  /** The user whose name it is; null for an address, for a name that nobody has, and where no failure has told yet. */
  readonly userId: string | null;
  /** The address or network; null for a block of a name wherever it is tried from. */
  readonly address: string | null;
  /** Milliseconds since 1970 UTC. */
  readonly until: number;
}

/** Whose counters are meant: those of names (keyed hashes), some by their keys, or all in which an address takes part. */
export type BlockedParty =
  | { readonly identifierKeys: readonly string[] }
  | { readonly keys: readonly string[] }
  | { readonly address: string };

export type BlockStore = ReturnType<typeof createBlockStore>;

/** Reads and lifts. */
export function createBlockStore({ sql: database, readBounded }: Pick<Database, 'sql' | 'readBounded'>) {
  return {
    /** The same as `list` beside logins, in a read that looks at every counter of the tenant and is given up when that takes long. */
    async listBounded(tenantId: TenantId, now: number, most: number): Promise<Block[] | NotRead> {
      const query = listQuery(blocksAt(database.selectFrom('attempt_counters'), tenantId, now))
        .limit(most)
        .compile();
      const read = await readBounded(tenantId, [query]);
      return read.kind === 'read' ? (read.rows[0] as CounterRow[]).map(toBlock) : read;
    },

    /** What is refused now, the longest first, at most so many. */
    async list(tenantId: TenantId, now: number, most: number): Promise<Block[]> {
      return listed(blocksAt(database.selectFrom('attempt_counters'), tenantId, now).limit(most));
    },

    /** What is refused now of this party, the longest first. */
    async listOf(tenantId: TenantId, now: number, party: BlockedParty): Promise<Block[]> {
      const [column, values] = conditionOf(party);
      return listed(blocksAt(database.selectFrom('attempt_counters'), tenantId, now).where(column, 'in', values));
    },

    /** How many blocks there are now of this party, by kind; a kind without any is missing. */
    async count(
      tenantId: TenantId,
      now: number,
      party: BlockedParty,
      sql: Sql = database,
    ): Promise<ReadonlyMap<CounterKind, number>> {
      const [column, values] = conditionOf(party);
      const rows = await blocksAt(sql.selectFrom('attempt_counters'), tenantId, now)
        .where(column, 'in', values)
        .select(['kind', (eb) => eb.fn.countAll().as('blocks')])
        .groupBy('kind')
        .orderBy('kind')
        .execute();
      return new Map(rows.map(({ kind, blocks }) => [kind as CounterKind, Number(blocks)]));
    },

    /** Forgets everything counted of this party; how many counters that were. */
    async lift(tenantId: TenantId, party: BlockedParty, sql: Sql): Promise<number> {
      const [column, values] = conditionOf(party);
      const result = await sql
        .deleteFrom('attempt_counters')
        .where('tenant_id', '=', tenantId)
        .where(column, 'in', values)
        .executeTakeFirst();
      return Number(result.numDeletedRows);
    },
  };
}

async function listed<Row>(counters: SelectQueryBuilder<Schema, 'attempt_counters', Row>): Promise<Block[]> {
  return (await listQuery(counters).execute()).map(toBlock);
}

function listQuery<Row>(counters: SelectQueryBuilder<Schema, 'attempt_counters', Row>) {
  return counters
    .select(['kind', 'user_id', 'address', 'drains', 'spent', 'unit', 'capacity', 'expires_at'])
    .orderBy('expires_at', 'desc');
}

type CounterRow = Pick<
  Schema['attempt_counters'],
  'kind' | 'user_id' | 'address' | 'drains' | 'spent' | 'unit' | 'capacity' | 'expires_at'
>;

function toBlock(row: CounterRow): Block {
  return {
    kind: row.kind as CounterKind,
    userId: row.user_id,
    address: row.address,
    until: row.drains === 1 ? row.spent + row.unit - row.capacity : row.expires_at,
  };
}

function conditionOf(party: BlockedParty): readonly ['identifier_key' | 'key' | 'address', string[]] {
  if ('identifierKeys' in party) return ['identifier_key', [...party.identifierKeys]];
  return 'keys' in party ? ['key', [...party.keys]] : ['address', [party.address]];
}

function blocksAt<Row>(
  counters: SelectQueryBuilder<Schema, 'attempt_counters', Row>,
  tenantId: TenantId,
  now: number,
): SelectQueryBuilder<Schema, 'attempt_counters', Row> {
  return counters
    .where('tenant_id', '=', tenantId)
    .where('expires_at', '>', now)
    .where((eb) =>
      eb.or([
        eb.and([eb('drains', '=', 0), eb('spent', '>=', eb.ref('capacity'))]),
        eb.and([eb('drains', '=', 1), eb(eb('spent', '+', eb.ref('unit')), '>', eb(eb.ref('capacity'), '+', now))]),
      ]),
    );
}
