// Users who were deleted, and whose names are still to be taken out of the log.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('log_erasure_orders')
    .addColumn('tenant_id', 'text', (column) => column.notNull().references('tenants.id').onDelete('cascade'))
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('deleted_at', 'bigint', (column) => column.notNull())
    .addColumn('after_log_id', 'text', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('log_erasure_orders_key', ['tenant_id', 'user_id', 'deleted_at'])
    .execute();
  await sql.schema.createIndex('log_erasure_orders_by_time').on('log_erasure_orders').column('due_at').execute();
}
