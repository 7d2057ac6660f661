// How the ID tokens of a client are signed.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .alterTable('clients')
    .addColumn('id_token_alg', 'text', (column) => column.notNull().defaultTo('RS256'))
    .execute();
}
