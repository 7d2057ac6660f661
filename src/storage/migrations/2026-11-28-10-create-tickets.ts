// One-time tickets: links by which somebody confirms an address or sets a new password. Of the secret only a digest is kept.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('tickets')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('ticket_digest', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text')
    .addColumn('email', 'text')
    .addColumn('result_url', 'text')
    .addColumn('includes_email', 'integer', (column) => column.notNull())
    .addColumn('verifies_email', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('tickets_key', ['tenant_id', 'ticket_digest'])
    .addForeignKeyConstraint('tickets_user', ['tenant_id', 'user_id'], 'users', ['tenant_id', 'user_id'], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
  await sql.schema.createIndex('tickets_by_user').on('tickets').columns(['tenant_id', 'user_id']).execute();
  await sql.schema.createIndex('tickets_by_end').on('tickets').column('expires_at').execute();
}
