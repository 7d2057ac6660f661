// Users and their identities: rows in, rows out. Never cached.
import { searchKey } from '../lib/fold-case.ts';
import type { Sql } from '../storage/database.ts';
import type { Effect } from '../storage/group-commit.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { IdentitiesTable, UsersTable } from '../storage/schema-user.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Identity } from './identity.ts';
import type { User, UserId } from './user.ts';
import { changedUserRow, newUserRow, toIdentity, toUser } from './user-row.ts';

export type UserStore = ReturnType<typeof createUserStore>;

/** A user as lists show them. */
export interface StoredUser {
  readonly user: User;
  /** Milliseconds since 1970 UTC; null for one who never logged in. */
  readonly lastLogin: number | null;
  /** Where that login came from. */
  readonly lastIp: string | null;
  readonly loginsCount: number;
  readonly identities: readonly Identity[];
}

/** Reads and writes users. */
export function createUserStore(database: Sql) {
  const byId = prepare<{ tenantId: string; userId: string }, UsersTable>(database, (sql) =>
    sql
      .selectFrom('users')
      .selectAll()
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('user_id', '=', param<string>('userId')),
  );
  const byIdentity = prepare<{ tenantId: string; connectionId: string; identityId: string }, UsersTable>(
    database,
    (sql) =>
      sql
        .selectFrom('users')
        .selectAll()
        .where('tenant_id', '=', param<string>('tenantId'))
        .where('user_id', '=', (users) =>
          users
            .selectFrom('identities')
            .select('user_id')
            .where('tenant_id', '=', param<string>('tenantId'))
            .where('connection_id', '=', param<string>('connectionId'))
            .where('identity_id', '=', param<string>('identityId')),
        ),
  );
  const identitiesOf = prepare<{ tenantId: string; userId: string }, IdentitiesTable>(database, (sql) =>
    sql
      .selectFrom('identities')
      .selectAll()
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('user_id', '=', param<string>('userId')),
  );
  const login = prepare<{ tenantId: string; userId: string; at: number; ip: string }, unknown>(database, (sql) =>
    sql
      .updateTable('users')
      .set((row) => ({
        last_login: param<number>('at'),
        last_ip: param<string>('ip'),
        logins_count: row('logins_count', '+', 1),
      }))
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('user_id', '=', param<string>('userId')),
  );

  return {
    /** The user of this id; null when there is none. */
    async findById(tenantId: TenantId, userId: string, sql: Sql = database): Promise<User | null> {
      const row = await byId.first({ tenantId, userId }, sql);
      return row ? toUser(row) : null;
    },

    /** The user who owns this account of the connection; null when nobody does. */
    async findByIdentity(
      tenantId: TenantId,
      connectionId: string,
      identityId: string,
      sql: Sql = database,
    ): Promise<User | null> {
      const row = await byIdentity.first({ tenantId, connectionId, identityId }, sql);
      return row ? toUser(row) : null;
    },

    /** Users of the tenant in the order of their ids, beginning after this one; null for the first page. */
    async listAfter(
      tenantId: TenantId,
      userId: string | null,
      most: number,
      sql: Sql = database,
    ): Promise<StoredUser[]> {
      const rows = await sql
        .selectFrom('users')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .$if(userId !== null, (query) => query.where('user_id', '>', userId ?? ''))
        .orderBy('user_id')
        .limit(most)
        .execute();
      return withIdentities(tenantId, rows, sql);
    },

    /** The users of these ids in their order; those that there are not are left out. */
    async listByIds(tenantId: TenantId, userIds: readonly string[], sql: Sql = database): Promise<StoredUser[]> {
      if (userIds.length === 0) return [];
      const rows = await sql
        .selectFrom('users')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('user_id', 'in', userIds)
        .execute();
      const places = new Map(userIds.map((userId, index) => [userId, index]));
      const placeOf = (row: UsersTable) => places.get(row.user_id) ?? 0;
      return withIdentities(
        tenantId,
        rows.toSorted((one, other) => placeOf(one) - placeOf(other)),
        sql,
      );
    },

    /** The user of this id as lists show one; null when there is none. */
    async findStored(tenantId: TenantId, userId: string, sql: Sql = database): Promise<StoredUser | null> {
      const row = await byId.first({ tenantId, userId }, sql);
      return row ? storedUserOf(row, await identitiesOf.all({ tenantId, userId }, sql)) : null;
    },

    /** Everybody with this e-mail address, whatever its letter case and whichever the connection. */
    async listByEmail(tenantId: TenantId, email: string, sql: Sql = database): Promise<StoredUser[]> {
      const key = searchKey(email);
      if (key === '') return [];
      const rows = await sql
        .selectFrom('users')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('email_key', '=', key)
        .orderBy('user_id')
        .execute();
      return withIdentities(tenantId, rows, sql);
    },

    /** The identities of a user. */
    async listIdentities(tenantId: TenantId, userId: string, sql: Sql = database): Promise<Identity[]> {
      return (await identitiesOf.all({ tenantId, userId }, sql)).map(toIdentity);
    },

    /** Lets nobody else change this user until the transaction ends. */
    async lock(tenantId: TenantId, userId: string, sql: Sql): Promise<void> {
      await sql
        .updateTable('users')
        .set((row) => ({ updated_at: row.ref('updated_at') }))
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .execute();
    },

    /** Removes the user with identities, names and password; false when there was none. */
    async delete(tenantId: TenantId, userId: string, sql: Sql): Promise<boolean> {
      const result = await sql
        .deleteFrom('users')
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },

    /** True when somebody has an account in this connection. */
    async hasUsersOf(tenantId: TenantId, connectionId: string): Promise<boolean> {
      return (await this.listIdsOf(tenantId, connectionId, 1)).length > 0;
    },

    /** Ids of those who have an account in this connection, at most so many. */
    async listIdsOf(tenantId: TenantId, connectionId: string, most = 1000): Promise<UserId[]> {
      const rows = await database
        .selectFrom('identities')
        .select('user_id')
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .orderBy('user_id')
        .limit(most)
        .execute();
      return rows.map((row) => row.user_id as UserId);
    },

    /** Removes every user who has an account in this connection; to be called before the connection goes. */
    async deleteOfConnection(tenantId: TenantId, connectionId: string, sql: Sql): Promise<void> {
      await sql
        .deleteFrom('users')
        .where('tenant_id', '=', tenantId)
        .where('user_id', 'in', (query) =>
          query
            .selectFrom('identities')
            .select('user_id')
            .where('tenant_id', '=', tenantId)
            .where('connection_id', '=', connectionId),
        )
        .execute();
    },

    /** What is to be written after a login: when, from where, and one more of them. */
    loginOf(tenantId: TenantId, userId: UserId, at: number, ip: string): Effect {
      return { query: login.bind({ tenantId, userId, at, ip }) };
    },

    /** Creates the user or overwrites the profile; log-in statistics stay. */
    async save(tenantId: TenantId, user: User, sql: Sql): Promise<void> {
      const row = changedUserRow(tenantId, user);
      await sql
        .insertInto('users')
        .values(newUserRow(tenantId, user))
        .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id']).doUpdateSet(row))
        .execute();
    },

    /** Creates the user and tells true, or leaves the one who has the id already alone. */
    async insertIfMissing(tenantId: TenantId, user: User, sql: Sql): Promise<boolean> {
      const { numInsertedOrUpdatedRows: inserted } = await sql
        .insertInto('users')
        .values(newUserRow(tenantId, user))
        .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id']).doNothing())
        .executeTakeFirstOrThrow();
      return inserted === 1n;
    },

    /** Overwrites what a directory tells of the user and nothing else: blocks and metadata are ours. */
    async saveUpstream(tenantId: TenantId, user: User, sql: Sql): Promise<void> {
      const { blocked: _b, user_metadata: _u, app_metadata: _a, ...row } = changedUserRow(tenantId, user);
      await sql
        .updateTable('users')
        .set(row)
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', user.userId)
        .execute();
    },

    /** How many accounts belong to a user who is named after another one. */
    async countLinked(tenantId: TenantId): Promise<number> {
      const row = await database
        .selectFrom('identities')
        .select((one) => one.fn.countAll<number>().as('linked'))
        .where('tenant_id', '=', tenantId)
        .where('linked_profile', 'is not', null)
        .executeTakeFirstOrThrow();
      return Number(row.linked);
    },

    /** Gives the account to another user; `linkedProfile` as in `Identity`. False when there is no such account. */
    async moveIdentity(tenantId: TenantId, { connectionId, identityId, ...to }: Identity, sql: Sql): Promise<boolean> {
      const { numUpdatedRows } = await sql
        .updateTable('identities')
        .set({ user_id: to.userId, linked_profile: to.linkedProfile && JSON.stringify(to.linkedProfile) })
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connectionId)
        .where('identity_id', '=', identityId)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Adds the identity; an identity that is there already stays with its user. */
    async addIdentity(tenantId: TenantId, identity: Identity, sql: Sql): Promise<void> {
      await sql
        .insertInto('identities')
        .values({
          tenant_id: tenantId,
          connection_id: identity.connectionId,
          identity_id: identity.identityId,
          user_id: identity.userId,
          provider: identity.provider,
          linked_profile: identity.linkedProfile && JSON.stringify(identity.linkedProfile),
        })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'identity_id']).doNothing())
        .execute();
    },
  };
}

async function withIdentities(tenantId: TenantId, rows: readonly UsersTable[], sql: Sql): Promise<StoredUser[]> {
  if (rows.length === 0) return [];
  const userIds = rows.map((row) => row.user_id);
  const identities = await sql
    .selectFrom('identities')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('user_id', 'in', userIds)
    .execute();
  const ofUsers = Map.groupBy(identities, (identity) => identity.user_id);
  return rows.map((row) => storedUserOf(row, ofUsers.get(row.user_id) ?? []));
}

function storedUserOf(row: UsersTable, identities: readonly IdentitiesTable[]): StoredUser {
  return {
    user: toUser(row),
    lastLogin: row.last_login,
    lastIp: row.last_ip,
    loginsCount: row.logins_count,
    identities: identities.map(toIdentity),
  };
}
