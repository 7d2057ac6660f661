// The mark of a database that `gatehouse dev` works on.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('dev_mark')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('marked_at', 'bigint', (column) => column.notNull())
    .execute();
}
