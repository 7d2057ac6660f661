// Whether an API lets clients have refresh tokens for it.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .alterTable('resource_servers')
    .addColumn('allow_offline_access', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
