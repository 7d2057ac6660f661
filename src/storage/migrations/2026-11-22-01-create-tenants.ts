// Tenants and the hosts that reach them.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('tenants')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('name', 'text', (column) => column.notNull().unique())
    .addColumn('region', 'text', (column) => column.notNull())
    .addColumn('friendly_name', 'text')
    .addColumn('default_directory', 'text')
    .addColumn('default_audience', 'text')
    .addColumn('flags', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
  await sql.schema
    .createTable('tenant_domains')
    .addColumn('host', 'text', (column) => column.primaryKey())
    .addColumn('tenant_id', 'text', (column) => column.notNull().references('tenants.id').onDelete('cascade'))
    .addColumn('alias_of', 'text')
    .addColumn('position', 'integer', (column) => column.notNull())
    .execute();
  await sql.schema.createIndex('tenant_domains_by_tenant').on('tenant_domains').column('tenant_id').execute();
}
