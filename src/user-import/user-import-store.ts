// What an import asks and writes, for many users at once: a statement with a hundred rows costs little more than one with a
// single row. Rows in, rows out; import-batch.ts decides what goes in.
import { CompiledQuery } from 'kysely';
import { CUSTOM_PREFIX } from '../directory/database/imported-hash/custom-hash.ts';
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { User, UserId } from '../user/user.ts';
import { newUserRow } from '../user/user-row.ts';

/** Where the users go. */
export interface ImportTarget {
  readonly tenantId: TenantId;
  readonly connectionId: string;
  /** Auth0's word for the kind of connection. */
  readonly provider: string;
}

/** A user to be added, with everything that belongs to one. */
export interface NewUser {
  readonly user: User;
  readonly identityId: string;
  readonly names: readonly string[];
  readonly passwordHash: string | null;
}

/** An account that is there already. */
export interface StoredAccount {
  readonly userId: UserId;
  /** True for an account that was linked to a user who is named after another one. */
  readonly isLinked: boolean;
  readonly updatedAt: number;
}

export type UserImportStore = ReturnType<typeof createUserImportStore>;

/** Rows of one statement: seven parts of any number of rows in sizes that are prepared once. */
const MOST_ROWS = 64;

/** Reads and writes in the transaction that each call is given; statements are compiled once for all of them. */
export function createUserImportStore({ tenantId, connectionId, provider }: ImportTarget) {
  const texts = new Map<string, string>();

  /** Runs the statement for all items, in parts of few different sizes. */
  async function inParts<Item, Row>(
    sql: Sql,
    name: string,
    items: readonly Item[],
    compile: (part: readonly Item[]) => CompiledQuery<Row>,
    valuesOf: (part: readonly Item[]) => unknown[],
  ): Promise<Row[]> {
    const rows: Row[] = [];
    for (let from = 0; from < items.length; ) {
      const size = Math.min(MOST_ROWS, 2 ** Math.floor(Math.log2(items.length - from)));
      const part = items.slice(from, from + size);
      const key = `${name} ${size}`;
      const text = texts.get(key) ?? compile(part).sql;
      texts.set(key, text);
      rows.push(...(await sql.executeQuery<Row>(CompiledQuery.raw(text, valuesOf(part)))).rows);
      from += size;
    }
    return rows;
  }

  function insert(
    sql: Sql,
    table: 'users' | 'identities' | 'login_identifiers' | 'credentials',
    rows: readonly Record<string, unknown>[],
  ): Promise<unknown[]> {
    return inParts(
      sql,
      `insert ${table}`,
      rows,
      (part) =>
        sql
          .insertInto(table)
          .values(part as never)
          .compile(),
      (part) => part.flatMap((row) => Object.values(row)),
    );
  }

  return {
    /** The accounts of the connection that go by these canonical names. */
    async findOwners(names: readonly string[], sql: Sql): Promise<Map<string, string>> {
      const rows = await inParts(
        sql,
        'owners',
        names,
        (part) =>
          sql
            .selectFrom('login_identifiers')
            .select(['identifier', 'identity_id'])
            .where('tenant_id', '=', tenantId)
            .where('connection_id', '=', connectionId)
            .where('identifier', 'in', part)
            .compile(),
        (part) => [tenantId, connectionId, ...part],
      );
      return new Map(rows.map((row) => [row.identifier, row.identity_id]));
    },

    /** Whose these accounts of the connection are; those that there are not are left out. */
    async findAccounts(identityIds: readonly string[], sql: Sql): Promise<Map<string, StoredAccount>> {
      const rows = await inParts(
        sql,
        'accounts',
        identityIds,
        (part) =>
          sql
            .selectFrom('identities')
            .innerJoin('users', (join) =>
              join
                .onRef('users.tenant_id', '=', 'identities.tenant_id')
                .onRef('users.user_id', '=', 'identities.user_id'),
            )
            .select(['identities.identity_id', 'identities.user_id', 'identities.linked_profile', 'users.updated_at'])
            .where('identities.tenant_id', '=', tenantId)
            .where('identities.connection_id', '=', connectionId)
            .where('identities.identity_id', 'in', part)
            .compile(),
        (part) => [tenantId, connectionId, ...part],
      );
      return new Map(
        rows.map((row) => [
          row.identity_id,
          { userId: row.user_id as UserId, isLinked: row.linked_profile !== null, updatedAt: row.updated_at },
        ]),
      );
    },

    /** Which of these ids users of the tenant have. */
    async findUserIds(userIds: readonly string[], sql: Sql): Promise<Set<string>> {
      const rows = await inParts(
        sql,
        'user ids',
        userIds,
        (part) =>
          sql
            .selectFrom('users')
            .select('user_id')
            .where('tenant_id', '=', tenantId)
            .where('user_id', 'in', part)
            .compile(),
        (part) => [tenantId, ...part],
      );
      return new Set(rows.map((row) => row.user_id));
    },

    /** Adds the users; throws when one of them is there already. */
    async insert(users: readonly NewUser[], sql: Sql): Promise<void> {
      const identity = { tenant_id: tenantId, connection_id: connectionId };
      await insert(
        sql,
        'users',
        users.map(({ user }) => newUserRow(tenantId, user)),
      );
      await insert(
        sql,
        'identities',
        users.map(({ user, identityId }) => ({
          ...identity,
          identity_id: identityId,
          user_id: user.userId,
          provider,
          linked_profile: null,
        })),
      );
      await insert(
        sql,
        'login_identifiers',
        users.flatMap(({ names, identityId }) =>
          names.map((identifier) => ({ ...identity, identifier, identity_id: identityId })),
        ),
      );
      await insert(
        sql,
        'credentials',
        users.flatMap(({ passwordHash, identityId, user }) =>
          passwordHash === null
            ? []
            : [{ ...identity, identity_id: identityId, password_hash: passwordHash, updated_at: user.updatedAt }],
        ),
      );
    },

    /** Changes these columns of a user who is there. */
    async update(userId: UserId, columns: Readonly<Record<string, string | number | null>>, sql: Sql): Promise<void> {
      await sql
        .updateTable('users')
        .set(columns)
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .execute();
    },

    /** Replaces a custom hash by another; any other hash is a password of the user's own, and stays. False when it did. */
    async replaceCustomHash(identityId: string, passwordHash: string, now: number, sql: Sql): Promise<boolean> {
      const { numUpdatedRows } = await sql
        .updateTable('credentials')
        .set({ password_hash: passwordHash, updated_at: now })
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .where('identity_id', '=', identityId)
        .where('password_hash', 'like', `${CUSTOM_PREFIX}%`)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Ends the refresh tokens of a user: a new password does. */
    async revokeRefreshTokens(userId: UserId, now: number, sql: Sql): Promise<void> {
      await sql
        .updateTable('refresh_tokens')
        .set({ revoked_at: now, ends_at: now })
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .execute();
    },

    /** Notes which kinds of hash the connection holds. */
    async noteKinds(kinds: readonly string[], sql: Sql): Promise<void> {
      if (kinds.length === 0) return;
      await sql
        .insertInto('hash_kinds')
        .values(kinds.map((kind) => ({ tenant_id: tenantId, connection_id: connectionId, kind })))
        .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'kind']).doNothing())
        .execute();
    },
  };
}
