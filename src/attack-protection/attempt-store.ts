// Counters of attempts: rows in, rows out.
import { type Expression, type RawBuilder, sql as raw } from 'kysely';
import type { Sql } from '../storage/database.ts';
import type { Effect } from '../storage/group-commit.ts';
import { type Prepared, param, prepare } from '../storage/prepared.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Counter, CounterState } from './attempt-counter.ts';

export type AttemptStore = ReturnType<typeof createAttemptStore>;

/** How an attempt ended; `released` when it never came to an answer. */
export type AttemptEnd = 'succeeded' | 'failed' | 'released';

interface Ending {
  readonly how: AttemptEnd;
  /** When it was reserved, and when it ended: milliseconds since 1970 UTC. */
  readonly reservedAt: number;
  readonly at: number;
  /** Whose name it is; null when nobody has it, or when that is not known. */
  readonly userId: string | null;
}

/** A reservation that nobody ended is void after this long, and counts for at least half of it. */
const RESERVATION_MS = 30_000;
const EPOCH_MS = RESERVATION_MS / 2;
/** How long a counter is kept in which nothing is spent. */
const IDLE_MS = 2 * RESERVATION_MS;

type Arguments = Record<string, unknown>;
type Fragment = Expression<unknown> | RawBuilder<unknown>;

const bigint = (value: Fragment | number) => raw<number>`cast(${value} as bigint)`;
const row = (column: string) => raw<number>`${raw.ref(`attempt_counters.${column}`)}`;
const given = (column: string) => raw<number>`${raw.ref(`excluded.${column}`)}`;
const now = bigint(param<number>('now'));
const soon = bigint(param<number>('soon'));
const epoch = bigint(param<number>('epoch'));
const epochBefore = bigint(param<number>('epochBefore'));
const epochAfter = bigint(param<number>('epochAfter'));
const hasSucceeded = raw<boolean>`${bigint(param<number>('succeeded'))} = 1`;
/** What is spent as it stands: an instant for a counter that drains, a number for one that does not. */
const spentNow = raw<number>`case
  when ${row('drains')} = 1 then case when ${row('spent')} > ${now} then ${row('spent')} else ${now} end
  when ${row('expires_at')} <= ${now} then 0 else ${row('spent')} end`;
const level = raw<number>`case when ${row('drains')} = 1 then (${spentNow}) - ${now} else (${spentNow}) end`;
const underWay = raw<number>`case
  when ${row('reserved_epoch')} = ${epoch} then ${row('reserved')} + ${row('reserved_before')}
  when ${row('reserved_epoch')} = ${epochBefore} then ${row('reserved')} else 0 end`;
/** What this end costs: the row that would be made if there were none says it. */
const charge = raw<number>`case when ${given('drains')} = 1 then ${given('spent')} - ${now} else ${given('spent')} end`;
const spentThen = raw<number>`(${spentNow}) + (${charge})`;
const isForgiven = raw<boolean>`${given('resets')} = 1 and ${hasSucceeded}`;

const DESCRIPTION = [
  'kind',
  'identifier_key',
  'address',
  'unit',
  'capacity',
  'drains',
  'resets',
  'blocks_for',
] as const;

/** Reads and writes counters. */
export function createAttemptStore(database: Sql) {
  // Security: one statement both looks whether there is room and takes the place, so that of many attempts at once, on
  // however many nodes, no more go on than there is room for.
  const reservation = forEachCount((count) =>
    prepare<Arguments, { key: string }>(database, (sql) =>
      insertCounters(sql, count)
        .onConflict((conflict) =>
          conflict
            .columns(['tenant_id', 'key'])
            .doUpdateSet({
              ...Object.fromEntries(DESCRIPTION.map((column) => [column, given(column)])),
              spent: spentNow,
              reserved: raw<number>`case when ${row('reserved_epoch')} = ${epoch} then ${row('reserved')} + 1 else 1 end`,
              reserved_before: raw<number>`case when ${row('reserved_epoch')} = ${epoch} then ${row('reserved_before')}
                when ${row('reserved_epoch')} = ${epochBefore} then ${row('reserved')} else 0 end`,
              reserved_epoch: epoch,
              expires_at: raw<number>`case when ${row('expires_at')} > ${soon} then ${row('expires_at')} else ${soon} end`,
            })
            .where(raw<boolean>`(${level}) + ((${underWay}) + 1) * ${given('unit')} <= ${given('capacity')}`),
        )
        .returning('key'),
    ),
  );
  const ending = forEachCount((count) =>
    prepare<Arguments, unknown>(database, (sql) =>
      insertCounters(sql, count).onConflict((conflict) =>
        conflict.columns(['tenant_id', 'key']).doUpdateSet({
          spent: raw<number>`case when ${isForgiven} then 0 else ${spentThen} end`,
          user_id: raw<string | null>`coalesce(${given('user_id')}, ${row('user_id')})`,
          expires_at: raw<number>`case
            when ${isForgiven} then ${soon}
            when (${charge}) = 0 then ${row('expires_at')}
            when ${given('drains')} = 1 then ${spentThen}
            when ${spentThen} >= ${given('capacity')} then ${now} + ${given('blocks_for')}
            else ${given('expires_at')} end`,
          // Given back where it was taken: the reservation's own fifteen seconds may have become the ones before.
          reserved: raw<number>`case when ${row('reserved_epoch')} = ${epoch} and ${row('reserved')} > 0
            then ${row('reserved')} - 1 else ${row('reserved')} end`,
          reserved_before: raw<number>`case when ${row('reserved_epoch')} = ${epochAfter} and ${row('reserved_before')} > 0
            then ${row('reserved_before')} - 1 else ${row('reserved_before')} end`,
        }),
      ),
    ),
  );
  const lookup = forEachCount((count) =>
    prepare<Arguments, { key: string; spent: number; expires_at: number }>(database, (sql) =>
      sql
        .selectFrom('attempt_counters')
        .select(['key', 'spent', 'expires_at'])
        .where('tenant_id', '=', param<string>('tenantId'))
        .where(
          'key',
          'in',
          Array.from({ length: count }, (_key, index) => param<string>(`key${index}`)),
        ),
    ),
  );

  return {
    /** The counters as they stand, by key; those in which nothing was ever counted are missing. */
    async find(tenantId: TenantId, counters: readonly Counter[]): Promise<ReadonlyMap<string, CounterState>> {
      if (counters.length === 0) return new Map();
      const keys = Object.fromEntries(counters.map(({ key }, index) => [`key${index}`, key]));
      const rows = await lookup(counters.length).all({ tenantId, ...keys });
      return new Map(rows.map((found) => [found.key, { spent: found.spent, expiresAt: found.expires_at }] as const));
    },

    /** The statement that takes a place in each of these counters and returns the keys of those that had room. */
    reservationOf(tenantId: TenantId, counters: readonly Counter[], at: number): Effect<{ key: string }> {
      const rows = counters.map((counter) => ({
        ...counter,
        spent: counter.drains ? at : 0,
        reserved: 1,
        expiresAt: at + IDLE_MS,
      }));
      return { query: reservation(counters.length).bind(argumentsOf(tenantId, rows, at, at)) };
    },

    /** What is to be written of these counters when an attempt has ended. */
    endOf(tenantId: TenantId, counters: readonly Counter[], { how, reservedAt, at, userId }: Ending): Effect {
      const rows = counters.map((counter) => {
        const costs = how === 'failed' || (how === 'succeeded' && counter.chargesSuccess) ? counter.unit : 0;
        return {
          ...counter,
          spent: counter.drains ? at + costs : costs,
          reserved: 0,
          expiresAt: firstExpiry(counter, costs, at),
        };
      });
      const values = { ...argumentsOf(tenantId, rows, at, reservedAt), userId, succeeded: Number(how === 'succeeded') };
      return { query: ending(counters.length).bind(values) };
    },
  };
}

/** When a counter expires of which this is all that was ever counted. */
function firstExpiry(counter: Counter, costs: number, at: number): number {
  if (costs === 0) return at + IDLE_MS;
  if (counter.drains) return at + costs;
  return at + (costs >= counter.capacity ? counter.blocksForMs : counter.forgetsAfterMs);
}

function insertCounters(sql: Sql, count: number) {
  return sql.insertInto('attempt_counters').values(
    Array.from({ length: count }, (_value, index) => ({
      tenant_id: param<string>('tenantId'),
      key: param<string>(`key${index}`),
      kind: param<string>(`kind${index}`),
      identifier_key: param<string | null>(`identifierKey${index}`),
      user_id: param<string | null>('userId'),
      address: param<string | null>(`address${index}`),
      unit: param<number>(`unit${index}`),
      capacity: param<number>(`capacity${index}`),
      spent: param<number>(`spent${index}`),
      drains: param<0 | 1>(`drains${index}`),
      resets: param<0 | 1>(`resets${index}`),
      blocks_for: param<number>(`blocksForMs${index}`),
      reserved: param<number>(`reserved${index}`),
      reserved_before: 0,
      reserved_epoch: param<number>('epoch'),
      expires_at: param<number>(`expiresAt${index}`),
    })),
  );
}

type Values = Counter & { readonly spent: number; readonly reserved: number; readonly expiresAt: number };

function argumentsOf(tenantId: TenantId, counters: readonly Values[], at: number, reservedAt: number): Arguments {
  const reservedIn = Math.floor(reservedAt / EPOCH_MS);
  const named: Arguments = {
    tenantId,
    userId: null,
    now: at,
    soon: at + IDLE_MS,
    epoch: reservedIn,
    epochBefore: reservedIn - 1,
    epochAfter: reservedIn + 1,
  };
  for (const [index, counter] of counters.entries()) {
    for (const [name, value] of Object.entries(counter)) {
      named[`${name}${index}`] = typeof value === 'boolean' ? Number(value) : value;
    }
  }
  return named;
}

/** A query for each number of counters that comes up. */
function forEachCount<Row>(
  make: (count: number) => Prepared<Arguments, Row>,
): (count: number) => Prepared<Arguments, Row> {
  const made = new Map<number, Prepared<Arguments, Row>>();
  return (count) => {
    const known = made.get(count) ?? make(count);
    made.set(count, known);
    return known;
  };
}
