// Which accounts moved in from another server at a login: rows in, rows out.
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';

export type UserMoveStore = ReturnType<typeof createUserMoveStore>;

/** How far the users of one connection have moved in. */
export interface MoveCounts {
  /** Accounts in the connection. */
  readonly accounts: number;
  /** Those that moved in at a login. */
  readonly moved: number;
  /** When the first and the last of them did, in milliseconds since 1970 UTC; null for none. */
  readonly firstMovedAt: number | null;
  readonly lastMovedAt: number | null;
  /** Those that came in another way, such as an import, and whose users never logged in. */
  readonly neverLoggedIn: number;
  /** Those without a password here. */
  readonly withoutPassword: number;
}

/** Writes and counts moves. */
export function createUserMoveStore(database: Sql) {
  return {
    /** Notes that the account moved in; what is noted already stays. */
    async add(tenantId: TenantId, connectionId: string, identityId: string, movedAt: number, sql: Sql): Promise<void> {
      await sql
        .insertInto('user_moves')
        .values({ tenant_id: tenantId, connection_id: connectionId, identity_id: identityId, moved_at: movedAt })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'identity_id']).doNothing())
        .execute();
    },

    /** Counts the accounts of a connection. Looks at each of them: nothing for a server's main thread. */
    async count(tenantId: TenantId, connectionId: string): Promise<MoveCounts> {
      const row = await database
        .selectFrom('identities')
        .innerJoin('users', (join) =>
          join.onRef('users.tenant_id', '=', 'identities.tenant_id').onRef('users.user_id', '=', 'identities.user_id'),
        )
        .leftJoin('user_moves', (join) =>
          join
            .onRef('user_moves.tenant_id', '=', 'identities.tenant_id')
            .onRef('user_moves.connection_id', '=', 'identities.connection_id')
            .onRef('user_moves.identity_id', '=', 'identities.identity_id'),
        )
        .leftJoin('credentials', (join) =>
          join
            .onRef('credentials.tenant_id', '=', 'identities.tenant_id')
            .onRef('credentials.connection_id', '=', 'identities.connection_id')
            .onRef('credentials.identity_id', '=', 'identities.identity_id'),
        )
        .select(({ fn, eb }) => [
          fn.countAll<number | string>().as('accounts'),
          fn.count<number | string>('user_moves.identity_id').as('moved'),
          fn.min('user_moves.moved_at').as('first'),
          fn.max('user_moves.moved_at').as('last'),
          fn.count<number | string>('credentials.identity_id').as('with_password'),
          fn
            .countAll<number | string>()
            .filterWhere(eb.and([eb('user_moves.identity_id', 'is', null), eb('users.last_login', 'is', null)]))
            .as('never'),
        ])
        .where('identities.tenant_id', '=', tenantId)
        .where('identities.connection_id', '=', connectionId)
        .executeTakeFirstOrThrow();
      const [accounts, time] = [Number(row.accounts), (value: unknown) => (value === null ? null : Number(value))];
      return {
        accounts,
        moved: Number(row.moved),
        firstMovedAt: time(row.first),
        lastMovedAt: time(row.last),
        neverLoggedIn: Number(row.never),
        withoutPassword: accounts - Number(row.with_password),
      };
    },

    /** Those of these account ids that are in the connection. */
    async listPresent(tenantId: TenantId, connectionId: string, identityIds: readonly string[]): Promise<string[]> {
      if (identityIds.length === 0) return [];
      const rows = await database
        .selectFrom('identities')
        .select('identity_id')
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .where('identity_id', 'in', identityIds)
        .execute();
      return rows.map((row) => row.identity_id);
    },
  };
}
