// What rules and actions put into the ID token of the last login of a user at a client, for /userinfo.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('userinfo_claims')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('claims', 'text', (column) => column.notNull())
    .addColumn('issued_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('userinfo_claims_key', ['tenant_id', 'user_id', 'client_id'])
    .addForeignKeyConstraint(
      'userinfo_claims_user',
      ['tenant_id', 'user_id'],
      'users',
      ['tenant_id', 'user_id'],
      (key) => key.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'userinfo_claims_client',
      ['tenant_id', 'client_id'],
      'clients',
      ['tenant_id', 'client_id'],
      (key) => key.onDelete('cascade'),
    )
    .execute();
}
