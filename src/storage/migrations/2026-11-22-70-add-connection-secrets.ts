// The secret options of a connection, sealed, and whether its addresses are the operator's own word.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema.alterTable('connections').addColumn('secrets_sealed', 'text').execute();
  await sql.schema
    .alterTable('connections')
    .addColumn('trusted', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
}
