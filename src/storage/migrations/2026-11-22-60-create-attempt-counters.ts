// Counters of attempts to log in.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('attempt_counters')
    .addColumn('tenant_id', 'text', (column) => column.notNull().references('tenants.id').onDelete('cascade'))
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('identifier_key', 'text')
    .addColumn('user_id', 'text')
    .addColumn('address', 'text')
    .addColumn('unit', 'bigint', (column) => column.notNull())
    .addColumn('capacity', 'bigint', (column) => column.notNull())
    .addColumn('spent', 'bigint', (column) => column.notNull())
    .addColumn('drains', 'integer', (column) => column.notNull())
    .addColumn('resets', 'integer', (column) => column.notNull())
    .addColumn('blocks_for', 'bigint', (column) => column.notNull())
    .addColumn('reserved', 'integer', (column) => column.notNull())
    .addColumn('reserved_before', 'integer', (column) => column.notNull())
    .addColumn('reserved_epoch', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('attempt_counters_key', ['tenant_id', 'key'])
    .execute();
  await sql.schema.createIndex('attempt_counters_by_expiry').on('attempt_counters').column('expires_at').execute();
}
