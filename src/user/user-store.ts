// Users and their identities: rows in, rows out. Never cached.
import type { Selectable } from 'kysely';
import type { Sql } from '../storage/database.ts';
import type { Effect } from '../storage/group-commit.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { IdentitiesTable, UsersTable } from '../storage/schema.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Identity } from './identity.ts';
import type { Metadata, User, UserId } from './user.ts';

export type UserStore = ReturnType<typeof createUserStore>;

/** A user as lists show them. */
export interface StoredUser {
  readonly user: User;
  /** Milliseconds since 1970 UTC; null for one who never logged in. */
  readonly lastLogin: number | null;
  readonly loginsCount: number;
  readonly identities: readonly Identity[];
}

/** A user, found by an account of a connection. */
export interface StoredAccount extends StoredUser {
  /** The id of that account. */
  readonly identityId: string;
}

/** Reads and writes users. */
export function createUserStore(database: Sql) {
  const byId = prepare<{ tenantId: string; userId: string }, Selectable<UsersTable>>(database, (sql) =>
    sql
      .selectFrom('users')
      .selectAll()
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('user_id', '=', param<string>('userId')),
  );
  const byIdentity = prepare<{ tenantId: string; connectionId: string; identityId: string }, Selectable<UsersTable>>(
    database,
    (sql) =>
      sql
        .selectFrom('identities')
        .innerJoin('users', (join) =>
          join.onRef('users.tenant_id', '=', 'identities.tenant_id').onRef('users.user_id', '=', 'identities.user_id'),
        )
        .selectAll('users')
        .where('identities.tenant_id', '=', param<string>('tenantId'))
        .where('identities.connection_id', '=', param<string>('connectionId'))
        .where('identities.identity_id', '=', param<string>('identityId')),
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
      return row ? fromRow(row) : null;
    },

    /** The user who owns this account of the connection; null when nobody does. */
    async findByIdentity(
      tenantId: TenantId,
      connectionId: string,
      identityId: string,
      sql: Sql = database,
    ): Promise<User | null> {
      const row = await byIdentity.first({ tenantId, connectionId, identityId }, sql);
      return row ? fromRow(row) : null;
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

    /** Users of a connection in the order of their accounts' ids there, beginning after this one; null for the first page. */
    async listOfConnection(
      tenantId: TenantId,
      connectionId: string,
      identityId: string | null,
      most: number,
    ): Promise<StoredAccount[]> {
      const rows = await database
        .selectFrom('identities')
        .innerJoin('users', (join) =>
          join.onRef('users.tenant_id', '=', 'identities.tenant_id').onRef('users.user_id', '=', 'identities.user_id'),
        )
        .selectAll('users')
        .select('identities.identity_id')
        .where('identities.tenant_id', '=', tenantId)
        .where('identities.connection_id', '=', connectionId)
        .where('identities.identity_id', '>', identityId ?? '')
        .orderBy('identities.identity_id')
        .limit(most)
        .execute();
      const stored = await withIdentities(tenantId, rows, database);
      return stored.map((one, index) => ({ ...one, identityId: rows[index]?.identity_id ?? '' }));
    },

    /** The identities of a user. */
    async listIdentities(tenantId: TenantId, userId: string, sql: Sql = database): Promise<Identity[]> {
      const rows = await sql
        .selectFrom('identities')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .execute();
      return rows.map(toIdentity);
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
      const row = toRow(tenantId, user);
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
      const { blocked: _b, user_metadata: _u, app_metadata: _a, ...row } = toRow(tenantId, user);
      await sql
        .updateTable('users')
        .set(row)
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', user.userId)
        .execute();
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
        })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'connection_id', 'identity_id']).doNothing())
        .execute();
    },
  };
}

async function withIdentities(
  tenantId: TenantId,
  rows: readonly Selectable<UsersTable>[],
  sql: Sql,
): Promise<StoredUser[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.user_id);
  const identities = await sql
    .selectFrom('identities')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('user_id', 'in', ids)
    .execute();
  const byUser = Map.groupBy(identities, (identity) => identity.user_id);
  return rows.map((row) => ({
    user: fromRow(row),
    lastLogin: row.last_login,
    loginsCount: row.logins_count,
    identities: (byUser.get(row.user_id) ?? []).map(toIdentity),
  }));
}

function toIdentity(row: Selectable<IdentitiesTable>): Identity {
  return {
    connectionId: row.connection_id,
    identityId: row.identity_id,
    provider: row.provider,
    userId: row.user_id as UserId,
  };
}

function fromRow(row: Selectable<UsersTable>): User {
  return {
    userId: row.user_id as UserId,
    email: row.email,
    emailVerified: row.email_verified === 1,
    username: row.username,
    phoneNumber: row.phone_number,
    phoneVerified: row.phone_verified === 1,
    name: row.name,
    givenName: row.given_name,
    familyName: row.family_name,
    middleName: row.middle_name,
    nickname: row.nickname,
    picture: row.picture,
    blocked: row.blocked === 1,
    userMetadata: JSON.parse(row.user_metadata) as Metadata,
    appMetadata: JSON.parse(row.app_metadata) as Metadata,
    groups: row.upstream_groups === null ? null : (JSON.parse(row.upstream_groups) as string[]),
    upstreamAttributes: row.upstream_attributes === null ? null : (JSON.parse(row.upstream_attributes) as Metadata),
    updatedAt: row.updated_at,
    createdAt: row.created_at,
  };
}

/** The row of a user who never logged in. */
export function newUserRow(tenantId: TenantId, user: User) {
  const row = toRow(tenantId, user);
  return { ...row, last_login: null, last_ip: null, logins_count: 0, created_at: user.createdAt };
}

function toRow(tenantId: TenantId, user: User) {
  return {
    tenant_id: tenantId,
    user_id: user.userId,
    email: user.email,
    email_verified: user.emailVerified ? (1 as const) : (0 as const),
    username: user.username,
    phone_number: user.phoneNumber,
    phone_verified: user.phoneVerified ? (1 as const) : (0 as const),
    name: user.name,
    given_name: user.givenName,
    family_name: user.familyName,
    middle_name: user.middleName,
    nickname: user.nickname,
    picture: user.picture,
    blocked: user.blocked ? (1 as const) : (0 as const),
    user_metadata: JSON.stringify(user.userMetadata),
    app_metadata: JSON.stringify(user.appMetadata),
    upstream_groups: user.groups && JSON.stringify(user.groups),
    upstream_attributes: user.upstreamAttributes && JSON.stringify(user.upstreamAttributes),
    updated_at: user.updatedAt,
  };
}
