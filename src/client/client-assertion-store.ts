// Which client assertions were used: each may be used once, also when it comes twenty times at once and to several nodes.
import { createHash } from 'node:crypto';
import type { Sql } from '../storage/database.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { TenantId } from '../tenant/tenant.ts';

export type ClientAssertionStore = ReturnType<typeof createClientAssertionStore>;

/** Every so many assertions the expired ones are cleared away, more of them than can have come in since. */
const PRUNE_EVERY = 100;
const PRUNE_AT_MOST = 1000;

/** Remembers assertions for as long as they would be valid. */
export function createClientAssertionStore(database: Sql) {
  // Security: one statement both asks and writes, so that of two at the same instant only one is the first.
  const insert = prepare<
    { tenantId: string; clientId: string; digest: string; usableUntil: number },
    { expires_at: number }
  >(database, (sql) =>
    sql
      .insertInto('client_assertions')
      .values({
        tenant_id: param<string>('tenantId'),
        client_id: param<string>('clientId'),
        jti_digest: param<string>('digest'),
        expires_at: param<number>('usableUntil'),
      })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'client_id', 'jti_digest']).doNothing())
      .returning('expires_at'),
  );
  const prune = prepare<{ now: number; atMost: number }, unknown>(database, (sql) =>
    sql
      .deleteFrom('client_assertions')
      .where((eb) =>
        eb(
          eb.refTuple('tenant_id', 'client_id', 'jti_digest'),
          'in',
          eb
            .selectFrom('client_assertions as old')
            .select(['old.tenant_id', 'old.client_id', 'old.jti_digest'])
            .where('old.expires_at', '<=', param<number>('now'))
            .orderBy('old.expires_at')
            .limit(param<number>('atMost'))
            .$asTuple('tenant_id', 'client_id', 'jti_digest'),
        ),
      ),
  );
  let spent = 0;

  async function clearAway(now: number): Promise<void> {
    try {
      await prune.all({ now, atMost: PRUNE_AT_MOST });
    } catch {
      // Two nodes may have got into each other's way. What is left does no harm and goes with the next round; the client
      // whose turn it happened to be has nothing to do with it.
    }
  }

  return {
    /** True for the first use of this `jti` by this client, false for every other. */
    async spend(
      tenantId: TenantId,
      clientId: string,
      jti: string,
      { usableUntil, now }: { usableUntil: number; now: number },
    ): Promise<boolean> {
      const digest = createHash('sha256').update(jti, 'utf8').digest('base64url');
      const isFirst = (await insert.first({ tenantId, clientId, digest, usableUntil })) !== null;
      spent += 1;
      if (spent % PRUNE_EVERY === 0) await clearAway(now);
      return isFirst;
    },
  };
}
