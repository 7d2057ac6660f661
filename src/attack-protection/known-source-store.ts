// Known sources: the client and address from which a name has logged in. Rows in, rows out.
import { sql as raw } from 'kysely';
import type { Sql } from '../storage/database.ts';
import type { Effect } from '../storage/group-commit.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { TenantId } from '../tenant/tenant.ts';

export type KnownSourceStore = ReturnType<typeof createKnownSourceStore>;

const DAY_MS = 86_400_000;
/** How long after its last login a source is still known. */
const KNOWN_FOR_MS = 30 * DAY_MS;

/** Reads and writes known sources. */
export function createKnownSourceStore(database: Sql) {
  const lookup = prepare<{ tenantId: string; key: string; now: number }, { key: string }>(database, (sql) =>
    sql
      .selectFrom('known_sources')
      .select('key')
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('key', '=', param<string>('key'))
      .where('expires_at', '>', param<number>('now')),
  );
  const insert = prepare<
    { tenantId: string; key: string; identifierKey: string; now: number; dayAgo: number; until: number },
    unknown
  >(database, (sql) =>
    sql
      .insertInto('known_sources')
      .values({
        tenant_id: param<string>('tenantId'),
        key: param<string>('key'),
        identifier_key: param<string>('identifierKey'),
        seen_at: param<number>('now'),
        expires_at: param<number>('until'),
      })
      .onConflict((conflict) =>
        conflict
          .columns(['tenant_id', 'key'])
          .doUpdateSet({
            seen_at: raw<number>`excluded.seen_at`,
            expires_at: raw<number>`excluded.expires_at`,
          })
          // Once a day is enough: the other logins of the day change nothing.
          .where('known_sources.seen_at', '<', param<number>('dayAgo')),
      ),
  );

  return {
    /** True when this name, client and address have logged in before. */
    async isKnown(tenantId: TenantId, key: string, now: number): Promise<boolean> {
      return (await lookup.first({ tenantId, key, now })) !== null;
    },

    /** What is to be written after a login. */
    remember(tenantId: TenantId, key: string, identifierKey: string, now: number): Effect {
      return {
        query: insert.bind({ tenantId, key, identifierKey, now, dayAgo: now - DAY_MS, until: now + KNOWN_FOR_MS }),
      };
    },
  };
}
