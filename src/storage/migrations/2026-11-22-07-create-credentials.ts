// Names people log in with, password hashes, and which kinds of hash there are.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  const identity = ['tenant_id', 'connection_id', 'identity_id'] as const;
  await sql.schema
    .createTable('login_identifiers')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('connection_id', 'text', (column) => column.notNull())
    .addColumn('identifier', 'text', (column) => column.notNull())
    .addColumn('identity_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('login_identifiers_key', ['tenant_id', 'connection_id', 'identifier'])
    .addForeignKeyConstraint('login_identifiers_identity', [...identity], 'identities', [...identity], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
  await sql.schema
    .createIndex('login_identifiers_by_identity')
    .on('login_identifiers')
    .columns([...identity])
    .execute();
  await sql.schema
    .createTable('credentials')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('connection_id', 'text', (column) => column.notNull())
    .addColumn('identity_id', 'text', (column) => column.notNull())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('credentials_key', [...identity])
    .addForeignKeyConstraint('credentials_identity', [...identity], 'identities', [...identity], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
  await sql.schema
    .createTable('hash_kinds')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('connection_id', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('hash_kinds_key', ['tenant_id', 'connection_id', 'kind'])
    .execute();
}
