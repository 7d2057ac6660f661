// What a client's owner keeps with it: metadata, and a logo for lists.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .alterTable('clients')
    .addColumn('client_metadata', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute();
  await sql.schema.alterTable('clients').addColumn('logo_uri', 'text').execute();
}
