// The key that the log is sealed with, and how far it is sealed.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('log_chain')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('key_sealed', 'text', (column) => column.notNull())
    .addColumn('sealed_through', 'bigint', (column) => column.notNull())
    .execute();
}
