// The user of a login with everything that the tenant's code is shown of one, read in one statement: whoever logs in waits for
// each way to the database and back.
import { jsonArrayFrom as postgresqlJson } from 'kysely/helpers/postgres';
import { jsonArrayFrom as sqliteJson } from 'kysely/helpers/sqlite';
import type { Database } from '../storage/database.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { IdentitiesTable, UsersTable } from '../storage/schema-user.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { toIdentity, toUser } from './user-row.ts';
import type { StoredUser } from './user-store.ts';

/** A user as code at a login may see one. */
export interface LoginUser extends StoredUser {
  /** In the order of their letters. */
  readonly roleNames: readonly string[];
}

export type UserLoginStore = ReturnType<typeof createUserLoginStore>;

/** SQLite gives JSON as text. */
type Json<T> = T | string;

interface Row extends UsersTable {
  readonly identities: Json<IdentitiesTable[]>;
  readonly roles: Json<{ name: string }[]>;
}

/** Reads users at their logins. */
export function createUserLoginStore({ engine, sql }: Pick<Database, 'engine' | 'sql'>) {
  const jsonArrayFrom = engine === 'sqlite' ? sqliteJson : postgresqlJson;
  const inFull = () =>
    sql
      .selectFrom('users')
      .selectAll('users')
      .select((user) => [
        jsonArrayFrom(
          user
            .selectFrom('identities')
            .select(['tenant_id', 'connection_id', 'identity_id', 'user_id', 'provider', 'linked_profile'])
            .whereRef('identities.tenant_id', '=', 'users.tenant_id')
            .whereRef('identities.user_id', '=', 'users.user_id'),
        ).as('identities'),
        jsonArrayFrom(
          user
            .selectFrom('user_roles')
            .innerJoin('roles', (join) =>
              join.onRef('roles.tenant_id', '=', 'user_roles.tenant_id').onRef('roles.id', '=', 'user_roles.role_id'),
            )
            .select('roles.name')
            .whereRef('user_roles.tenant_id', '=', 'users.tenant_id')
            .whereRef('user_roles.user_id', '=', 'users.user_id'),
        ).as('roles'),
      ])
      .where('users.tenant_id', '=', param<string>('tenantId'));
  const byId = prepare<{ tenantId: string; userId: string }, Row>(sql, () =>
    inFull().where('users.user_id', '=', param<string>('userId')),
  );
  const byIdentity = prepare<{ tenantId: string; connectionId: string; identityId: string }, Row>(sql, () =>
    inFull().where('users.user_id', '=', (users) =>
      users
        .selectFrom('identities')
        .select('user_id')
        .where('tenant_id', '=', param<string>('tenantId'))
        .where('connection_id', '=', param<string>('connectionId'))
        .where('identity_id', '=', param<string>('identityId')),
    ),
  );

  return {
    /** The user of this id; null when there is none. */
    async findById(tenantId: TenantId, userId: string): Promise<LoginUser | null> {
      return toLoginUser(await byId.first({ tenantId, userId }));
    },

    /** The user who owns this account of the connection; null when nobody does. */
    async findByIdentity(tenantId: TenantId, connectionId: string, identityId: string): Promise<LoginUser | null> {
      return toLoginUser(await byIdentity.first({ tenantId, connectionId, identityId }));
    },
  };
}

function toLoginUser(row: Row | null): LoginUser | null {
  if (!row) return null;
  return {
    user: toUser(row),
    lastLogin: row.last_login,
    lastIp: row.last_ip,
    loginsCount: row.logins_count,
    identities: read(row.identities).map(toIdentity),
    roleNames: read(row.roles)
      .map(({ name }) => name)
      .toSorted(),
  };
}

function read<T>(json: Json<T>): T {
  return typeof json === 'string' ? (JSON.parse(json) as T) : json;
}
