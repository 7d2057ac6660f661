// Actions, and the versions that were made of them by deploying.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('actions')
    .addColumn('tenant_id', 'text', (column) => column.notNull().references('tenants.id').onDelete('cascade'))
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('dependencies', 'text', (column) => column.notNull())
    .addColumn('runtime', 'text', (column) => column.notNull())
    .addColumn('trigger_id', 'text', (column) => column.notNull())
    .addColumn('trigger_version', 'text', (column) => column.notNull())
    .addColumn('secrets_sealed', 'text', (column) => column.notNull())
    .addColumn('deployed_version_id', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('actions_key', ['tenant_id', 'id'])
    .addUniqueConstraint('actions_name', ['tenant_id', 'name'])
    .execute();
  await sql.schema
    .createTable('action_versions')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('action_id', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('dependencies', 'text', (column) => column.notNull())
    .addColumn('runtime', 'text', (column) => column.notNull())
    .addColumn('trigger_id', 'text', (column) => column.notNull())
    .addColumn('trigger_version', 'text', (column) => column.notNull())
    .addColumn('secrets_sealed', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('action_versions_key', ['tenant_id', 'action_id', 'id'])
    .addUniqueConstraint('action_versions_number', ['tenant_id', 'action_id', 'number'])
    .addForeignKeyConstraint(
      'action_versions_action',
      ['tenant_id', 'action_id'],
      'actions',
      ['tenant_id', 'id'],
      (key) => key.onDelete('cascade'),
    )
    .execute();
}
