// Roles, the permissions they carry, who has which role, and permissions given to a user directly.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  const role = ['tenant_id', 'role_id'] as const;
  const user = ['tenant_id', 'user_id'] as const;
  const api = ['tenant_id', 'resource_server_identifier'] as const;
  await sql.schema
    .createTable('roles')
    .addColumn('tenant_id', 'text', (column) => column.notNull().references('tenants.id').onDelete('cascade'))
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('roles_key', ['tenant_id', 'id'])
    .addUniqueConstraint('roles_name', ['tenant_id', 'name'])
    .execute();
  await sql.schema
    .createTable('role_permissions')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('role_id', 'text', (column) => column.notNull())
    .addColumn('resource_server_identifier', 'text', (column) => column.notNull())
    .addColumn('permission_name', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('role_permissions_key', [...role, 'resource_server_identifier', 'permission_name'])
    .addForeignKeyConstraint('role_permissions_role', [...role], 'roles', ['tenant_id', 'id'], (key) =>
      key.onDelete('cascade'),
    )
    .addForeignKeyConstraint('role_permissions_api', [...api], 'resource_servers', ['tenant_id', 'identifier'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
  await sql.schema
    .createIndex('role_permissions_by_api')
    .on('role_permissions')
    .columns([...api])
    .execute();
  await sql.schema
    .createTable('user_roles')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('role_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('user_roles_key', [...user, 'role_id'])
    .addForeignKeyConstraint('user_roles_user', [...user], 'users', [...user], (key) => key.onDelete('cascade'))
    .addForeignKeyConstraint('user_roles_role', [...role], 'roles', ['tenant_id', 'id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
  await sql.schema
    .createIndex('user_roles_by_role')
    .on('user_roles')
    .columns([...role])
    .execute();
  await sql.schema
    .createTable('user_permissions')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('resource_server_identifier', 'text', (column) => column.notNull())
    .addColumn('permission_name', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('user_permissions_key', [...user, 'resource_server_identifier', 'permission_name'])
    .addForeignKeyConstraint('user_permissions_user', [...user], 'users', [...user], (key) => key.onDelete('cascade'))
    .addForeignKeyConstraint('user_permissions_api', [...api], 'resource_servers', ['tenant_id', 'identifier'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
  await sql.schema
    .createIndex('user_permissions_by_api')
    .on('user_permissions')
    .columns([...api])
    .execute();
}
