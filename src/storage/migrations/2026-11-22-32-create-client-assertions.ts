// Client assertions that were used and may not be used again while they would still be valid.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('client_assertions')
    .addColumn('tenant_id', 'text', (column) => column.notNull().references('tenants.id').onDelete('cascade'))
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('jti_digest', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('client_assertions_key', ['tenant_id', 'client_id', 'jti_digest'])
    .execute();
  await sql.schema.createIndex('client_assertions_by_expiry').on('client_assertions').column('expires_at').execute();
}
