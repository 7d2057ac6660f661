// How the access tokens of an API are written.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .alterTable('resource_servers')
    .addColumn('token_dialect', 'text', (column) => column.notNull().defaultTo('access_token'))
    .execute();
}
