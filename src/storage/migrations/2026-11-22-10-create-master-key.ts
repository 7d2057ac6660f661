// The check value by which a wrong master key is noticed.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('master_key')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('check_value', 'text', (column) => column.notNull())
    .execute();
}
