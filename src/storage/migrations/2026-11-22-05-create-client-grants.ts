// Client grants.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('client_grants')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('audience', 'text', (column) => column.notNull())
    .addColumn('subject_type', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('client_grants_key', ['tenant_id', 'id'])
    .addUniqueConstraint('client_grants_of_client', ['tenant_id', 'client_id', 'audience', 'subject_type'])
    .addForeignKeyConstraint(
      'client_grants_client',
      ['tenant_id', 'client_id'],
      'clients',
      ['tenant_id', 'client_id'],
      (key) => key.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'client_grants_audience',
      ['tenant_id', 'audience'],
      'resource_servers',
      ['tenant_id', 'identifier'],
      (key) => key.onDelete('cascade'),
    )
    .execute();
}
