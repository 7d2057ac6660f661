// Roles and the permissions they carry: rows in, rows out.
import type { Selectable } from 'kysely';
import type { Sql } from '../storage/database.ts';
import type { RolesTable } from '../storage/schema.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { inOrder, type Permission, type Role, type RoleId } from './role.ts';

export type RoleStore = ReturnType<typeof createRoleStore>;

/** Reads and writes roles. */
export function createRoleStore(database: Sql) {
  async function withPermissions(tenantId: TenantId, row: Selectable<RolesTable>, sql: Sql): Promise<Role> {
    const permissions = await sql
      .selectFrom('role_permissions')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('role_id', '=', row.id)
      .execute();
    return {
      id: row.id as RoleId,
      name: row.name,
      description: row.description,
      permissions: inOrder(
        permissions.map(
          (one): Permission => ({
            resourceServerIdentifier: one.resource_server_identifier,
            permissionName: one.permission_name,
          }),
        ),
      ),
    };
  }

  return {
    /** The role of this name; null when the tenant has none. */
    async findByName(tenantId: TenantId, name: string, sql: Sql = database): Promise<Role | null> {
      const row = await sql
        .selectFrom('roles')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('name', '=', name)
        .executeTakeFirst();
      return row ? withPermissions(tenantId, row, sql) : null;
    },

    /** The role of this id; null when the tenant has none. */
    async findById(tenantId: TenantId, id: string, sql: Sql = database): Promise<Role | null> {
      const row = await sql
        .selectFrom('roles')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? withPermissions(tenantId, row, sql) : null;
    },

    /** Every role of the tenant, by name. */
    async list(tenantId: TenantId, sql: Sql = database): Promise<Role[]> {
      const rows = await sql
        .selectFrom('roles')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .orderBy('name')
        .execute();
      const roles: Role[] = [];
      for (const row of rows) roles.push(await withPermissions(tenantId, row, sql));
      return roles;
    },

    /** Creates the role or overwrites it, permissions included; throws when the name is another role's. */
    async save(tenantId: TenantId, role: Role, now: number, sql: Sql): Promise<void> {
      const row = { tenant_id: tenantId, id: role.id, name: role.name, description: role.description };
      await sql
        .insertInto('roles')
        .values({ ...row, created_at: now, updated_at: now })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet({ ...row, updated_at: now }))
        .execute();
      await sql
        .deleteFrom('role_permissions')
        .where('tenant_id', '=', tenantId)
        .where('role_id', '=', role.id)
        .execute();
      if (role.permissions.length === 0) return;
      await sql
        .insertInto('role_permissions')
        .values(
          inOrder(role.permissions).map((one) => ({
            tenant_id: tenantId,
            role_id: role.id,
            resource_server_identifier: one.resourceServerIdentifier,
            permission_name: one.permissionName,
          })),
        )
        .execute();
    },

    /** Removes the role from the tenant and from everybody who has it; false when there was none. */
    async delete(tenantId: TenantId, id: string, sql: Sql): Promise<boolean> {
      const result = await sql
        .deleteFrom('roles')
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}
