// How the refresh tokens of a client are: JSON, `{}` for the defaults.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .alterTable('clients')
    .addColumn('refresh_token', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute();
}
