// Clients.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('clients')
    .addColumn('tenant_id', 'text', (column) => column.notNull().references('tenants.id').onDelete('cascade'))
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text')
    .addColumn('app_type', 'text')
    .addColumn('is_first_party', 'integer', (column) => column.notNull())
    .addColumn('token_endpoint_auth_method', 'text', (column) => column.notNull())
    .addColumn('client_secret_sealed', 'text')
    .addColumn('grant_types', 'text', (column) => column.notNull())
    .addColumn('callbacks', 'text', (column) => column.notNull())
    .addColumn('web_origins', 'text', (column) => column.notNull())
    .addColumn('allowed_origins', 'text', (column) => column.notNull())
    .addColumn('id_token_lifetime', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('clients_key', ['tenant_id', 'client_id'])
    .execute();
}
