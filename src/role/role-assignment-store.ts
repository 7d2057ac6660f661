// Who has which roles and permissions: rows in, rows out. Never cached: what is taken away is gone with the next token.
import type { QueryCreator } from 'kysely';
import type { Sql } from '../storage/database.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { Schema } from '../storage/schema.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { inOrder, type Permission, type RoleId } from './role.ts';

export type RoleAssignmentStore = ReturnType<typeof createRoleAssignmentStore>;

/** Everything that one user was given. */
export interface RoleAssignment {
  /** In the order of their ids. */
  readonly roleIds: readonly RoleId[];
  /** Given to the user directly, in the order of `inOrder`. */
  readonly permissions: readonly Permission[];
}

const rolesOfUser = (sql: QueryCreator<Schema>) =>
  sql
    .selectFrom('user_roles')
    .select(['tenant_id', 'role_id'])
    .where('tenant_id', '=', param<string>('tenantId'))
    .where('user_id', '=', param<string>('userId'));

/** Reads and writes assignments. */
export function createRoleAssignmentStore(database: Sql) {
  const held = prepare<{ tenantId: string; userId: string; identifier: string }, { permission_name: string }>(
    database,
    (sql) =>
      sql
        .with(
          (mine) => mine('mine').materialized(),
          (within) => rolesOfUser(within).select((row) => row.val(param<string>('identifier')).as('identifier')),
        )
        .selectFrom('user_permissions')
        .select('permission_name')
        .where('tenant_id', '=', param<string>('tenantId'))
        .where('user_id', '=', param<string>('userId'))
        .where('resource_server_identifier', '=', param<string>('identifier'))
        .union((either) =>
          either
            .selectFrom('mine')
            .innerJoin('role_permissions', (join) =>
              join
                .onRef('role_permissions.tenant_id', '=', 'mine.tenant_id')
                .onRef('role_permissions.role_id', '=', 'mine.role_id')
                .onRef('role_permissions.resource_server_identifier', '=', 'mine.identifier'),
            )
            .select('role_permissions.permission_name'),
        ),
  );

  return {
    /** The names of all permissions that the user holds on this API, directly or through a role. */
    async listPermissionNames(tenantId: TenantId, userId: string, identifier: string): Promise<ReadonlySet<string>> {
      const rows = await held.all({ tenantId, userId, identifier });
      return new Set(rows.map((row) => row.permission_name));
    },

    /** What the user was given; empty for a user who does not exist. */
    async find(tenantId: TenantId, userId: string, sql: Sql = database): Promise<RoleAssignment> {
      const roles = await sql
        .selectFrom('user_roles')
        .select('role_id')
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .execute();
      const permissions = await sql
        .selectFrom('user_permissions')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .execute();
      return {
        roleIds: roles.map((row) => row.role_id as RoleId).toSorted(),
        permissions: inOrder(
          permissions.map(
            (row): Permission => ({
              resourceServerIdentifier: row.resource_server_identifier,
              permissionName: row.permission_name,
            }),
          ),
        ),
      };
    },

    /** Gives the user these beside what they have. */
    async add(tenantId: TenantId, userId: string, given: RoleAssignment, sql: Sql): Promise<void> {
      const user = { tenant_id: tenantId, user_id: userId };
      for (const roleId of given.roleIds) {
        await sql
          .insertInto('user_roles')
          .values({ ...user, role_id: roleId })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
      for (const { resourceServerIdentifier, permissionName } of given.permissions) {
        await sql
          .insertInto('user_permissions')
          .values({
            ...user,
            resource_server_identifier: resourceServerIdentifier,
            permission_name: permissionName,
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      }
    },

    /** Takes these from the user; what the user does not have is no matter. */
    async remove(tenantId: TenantId, userId: string, taken: RoleAssignment, sql: Sql): Promise<void> {
      for (const roleId of taken.roleIds) {
        await sql
          .deleteFrom('user_roles')
          .where('tenant_id', '=', tenantId)
          .where('user_id', '=', userId)
          .where('role_id', '=', roleId)
          .execute();
      }
      for (const { resourceServerIdentifier, permissionName } of taken.permissions) {
        await sql
          .deleteFrom('user_permissions')
          .where('tenant_id', '=', tenantId)
          .where('user_id', '=', userId)
          .where('resource_server_identifier', '=', resourceServerIdentifier)
          .where('permission_name', '=', permissionName)
          .execute();
      }
    },

    /** Ids of those who have the role, in their order: so many from a place, or after an id. */
    async listMembers(
      tenantId: TenantId,
      roleId: string,
      { after, start, limit }: { readonly after: string | null; readonly start: number; readonly limit: number },
    ): Promise<string[]> {
      const rows = await database
        .selectFrom('user_roles')
        .select('user_id')
        .where('tenant_id', '=', tenantId)
        .where('role_id', '=', roleId)
        .$if(after !== null, (query) => query.where('user_id', '>', after ?? ''))
        .orderBy('user_id')
        .limit(limit)
        .offset(start)
        .execute();
      return rows.map((row) => row.user_id);
    },

    /** How many have the role. */
    async countMembers(tenantId: TenantId, roleId: string): Promise<number> {
      const row = await database
        .selectFrom('user_roles')
        .select(({ fn }) => fn.countAll<number>().as('members'))
        .where('tenant_id', '=', tenantId)
        .where('role_id', '=', roleId)
        .executeTakeFirstOrThrow();
      return Number(row.members);
    },

    /** Gives the user exactly this and takes away everything else. */
    async replace(tenantId: TenantId, userId: string, given: RoleAssignment, sql: Sql): Promise<void> {
      const user = { tenant_id: tenantId, user_id: userId };
      await sql.deleteFrom('user_roles').where('tenant_id', '=', tenantId).where('user_id', '=', userId).execute();
      await sql
        .deleteFrom('user_permissions')
        .where('tenant_id', '=', tenantId)
        .where('user_id', '=', userId)
        .execute();
      const roleIds = [...new Set(given.roleIds)];
      if (roleIds.length > 0) {
        await sql
          .insertInto('user_roles')
          .values(roleIds.map((id) => ({ ...user, role_id: id })))
          .execute();
      }
      if (given.permissions.length > 0) {
        await sql
          .insertInto('user_permissions')
          .values(
            inOrder(given.permissions).map((one) => ({
              ...user,
              resource_server_identifier: one.resourceServerIdentifier,
              permission_name: one.permissionName,
            })),
          )
          .execute();
      }
    },
  };
}
