// Connections and the clients they are enabled for.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('connections')
    .addColumn('tenant_id', 'text', (column) => column.notNull().references('tenants.id').onDelete('cascade'))
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('strategy', 'text', (column) => column.notNull())
    .addColumn('options', 'text', (column) => column.notNull())
    .addColumn('realms', 'text', (column) => column.notNull())
    .addColumn('is_domain_connection', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('connections_key', ['tenant_id', 'id'])
    .addUniqueConstraint('connections_name', ['tenant_id', 'name'])
    .execute();
  await sql.schema
    .createTable('connection_clients')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('connection_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('connection_clients_key', ['tenant_id', 'connection_id', 'client_id'])
    .addForeignKeyConstraint(
      'connection_clients_connection',
      ['tenant_id', 'connection_id'],
      'connections',
      ['tenant_id', 'id'],
      (key) => key.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'connection_clients_client',
      ['tenant_id', 'client_id'],
      'clients',
      ['tenant_id', 'client_id'],
      (key) => key.onDelete('cascade'),
    )
    .execute();
}
