// Users and their identities.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('users')
    .addColumn('tenant_id', 'text', (column) => column.notNull().references('tenants.id').onDelete('cascade'))
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('email', 'text')
    .addColumn('email_verified', 'integer', (column) => column.notNull())
    .addColumn('username', 'text')
    .addColumn('phone_number', 'text')
    .addColumn('phone_verified', 'integer', (column) => column.notNull())
    .addColumn('name', 'text')
    .addColumn('given_name', 'text')
    .addColumn('family_name', 'text')
    .addColumn('middle_name', 'text')
    .addColumn('nickname', 'text')
    .addColumn('picture', 'text')
    .addColumn('blocked', 'integer', (column) => column.notNull())
    .addColumn('user_metadata', 'text', (column) => column.notNull())
    .addColumn('app_metadata', 'text', (column) => column.notNull())
    .addColumn('last_login', 'bigint')
    .addColumn('last_ip', 'text')
    .addColumn('logins_count', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('users_key', ['tenant_id', 'user_id'])
    .execute();
  await sql.schema
    .createTable('identities')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('connection_id', 'text', (column) => column.notNull())
    .addColumn('identity_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('provider', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('identities_key', ['tenant_id', 'connection_id', 'identity_id'])
    .addForeignKeyConstraint('identities_user', ['tenant_id', 'user_id'], 'users', ['tenant_id', 'user_id'], (key) =>
      key.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'identities_connection',
      ['tenant_id', 'connection_id'],
      'connections',
      ['tenant_id', 'id'],
      (key) => key.onDelete('cascade'),
    )
    .execute();
  await sql.schema.createIndex('identities_by_user').on('identities').columns(['tenant_id', 'user_id']).execute();
}
