// Clears away what is counted of attempts and has expired, and mends what a clock that was set back would keep too long.
import { sql as raw } from 'kysely';
import type { Sql } from '../storage/database.ts';
import type { Effect } from '../storage/group-commit.ts';
import { param, prepare } from '../storage/prepared.ts';

type Expired = { readonly key: string };

/** Deletes and mends rows of all tenants. */
export function createExpiryStore(database: Sql) {
  // Both tables have these columns; the type of one stands for both.
  const deletions = (['attempt_counters', 'known_sources'] as unknown as readonly 'attempt_counters'[]).map((table) =>
    prepare<{ now: number; most: number }, Expired>(database, (sql) =>
      sql
        .deleteFrom(table)
        .where((eb) =>
          eb(
            eb.refTuple('tenant_id', 'key'),
            'in',
            eb
              .selectFrom(`${table} as old`)
              .select(['old.tenant_id', 'old.key'])
              .where('old.expires_at', '<=', param<number>('now'))
              .orderBy('old.expires_at')
              .limit(param<number>('most'))
              .$asTuple('tenant_id', 'key'),
          ),
        )
        .returning('key'),
    ),
  );

  return {
    /** For each table the statement that deletes at most so many expired rows and returns their keys. */
    deletionsOf: (now: number, most: number): Effect<Expired>[] =>
      deletions.map((deletion) => ({ query: deletion.bind({ now, most }) })),

    /**
     * Brings every counter back to what it could be at the most: rows that were written before the clock was set back would
     * block for as much longer.
     */
    async mend(now: number): Promise<void> {
      // No counter forgets failures later than its block would end.
      const longest = raw<number>`cast(${now} as bigint) + blocks_for`;
      await database
        .updateTable('attempt_counters')
        .set({ expires_at: longest })
        .where('drains', '=', 0)
        .where('expires_at', '>', longest)
        .execute();
      const fullest = raw<number>`cast(${now} as bigint) + capacity`;
      await database
        .updateTable('attempt_counters')
        .set({ spent: fullest, expires_at: fullest })
        .where('drains', '=', 1)
        .where('spent', '>', fullest)
        .execute();
    },
  };
}

export type ExpiryStore = ReturnType<typeof createExpiryStore>;
