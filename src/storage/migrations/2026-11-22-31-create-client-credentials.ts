// Public keys by which clients prove themselves.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('client_credentials')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('name', 'text')
    .addColumn('kid', 'text', (column) => column.notNull())
    .addColumn('alg', 'text', (column) => column.notNull())
    .addColumn('public_key', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('client_credentials_key', ['tenant_id', 'client_id', 'id'])
    .addForeignKeyConstraint(
      'client_credentials_client',
      ['tenant_id', 'client_id'],
      'clients',
      ['tenant_id', 'client_id'],
      (key) => key.onDelete('cascade'),
    )
    .execute();
}
