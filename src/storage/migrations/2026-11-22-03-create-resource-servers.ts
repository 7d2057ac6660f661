// Resource servers.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('resource_servers')
    .addColumn('tenant_id', 'text', (column) => column.notNull().references('tenants.id').onDelete('cascade'))
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('identifier', 'text', (column) => column.notNull())
    .addColumn('name', 'text')
    .addColumn('signing_alg', 'text', (column) => column.notNull())
    .addColumn('signing_secret_sealed', 'text')
    .addColumn('token_lifetime', 'integer', (column) => column.notNull())
    .addColumn('scopes', 'text', (column) => column.notNull())
    .addColumn('user_policy', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('resource_servers_key', ['tenant_id', 'id'])
    .addUniqueConstraint('resource_servers_identifier', ['tenant_id', 'identifier'])
    .execute();
}
