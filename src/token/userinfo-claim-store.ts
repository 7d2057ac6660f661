// What rules and actions put into the ID token of a user's last login at a client, for the userinfo endpoint: rows in, rows
// out. Logins for which no code sets a claim write nothing; the age of a token tells whether the row is about it.
import type { Sql } from '../storage/database.ts';
import type { Effect } from '../storage/group-commit.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { UserId } from '../user/user.ts';
import type { Claims } from './custom-claims.ts';

export type UserinfoClaimStore = ReturnType<typeof createUserinfoClaimStore>;

/** Whose login it was, and where. */
interface Login {
  readonly userId: string;
  readonly clientId: string;
  /** When its tokens were made, in seconds since 1970 UTC. */
  readonly issuedAt: number;
}

/** Reads and writes the claims. */
export function createUserinfoClaimStore(database: Sql) {
  type Key = { tenantId: string; userId: string; clientId: string };
  const found = prepare<Key & { issuedAt: number }, { claims: string }>(database, (sql) =>
    sql
      .selectFrom('userinfo_claims')
      .select('claims')
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('user_id', '=', param<string>('userId'))
      .where('client_id', '=', param<string>('clientId'))
      .where('issued_at', '>=', param<number>('issuedAt')),
  );
  const keeping = prepare<Key & { issuedAt: number; claims: string }, unknown>(database, (sql) =>
    sql
      .insertInto('userinfo_claims')
      .values({
        tenant_id: param('tenantId'),
        user_id: param('userId'),
        client_id: param('clientId'),
        claims: param('claims'),
        issued_at: param('issuedAt'),
      })
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'user_id', 'client_id']).doUpdateSet({
          claims: (row) => row.ref('excluded.claims'),
          issued_at: (row) => row.ref('excluded.issued_at'),
        }),
      ),
  );

  return {
    /** The claims for a token of this login: those of the last login, unless that set none before the token was made. */
    async find(tenantId: TenantId, login: Login): Promise<Claims> {
      const row = await found.first({ tenantId, ...login });
      return row ? (JSON.parse(row.claims) as Claims) : {};
    },

    /** Keeps the claims of this login in place of those before. */
    keepingOf: (tenantId: TenantId, login: Login & { readonly userId: UserId }, claims: Claims): Effect => ({
      query: keeping.bind({ tenantId, ...login, claims: JSON.stringify(claims) }),
    }),
  };
}
