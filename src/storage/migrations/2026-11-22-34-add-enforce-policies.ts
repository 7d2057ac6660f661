// Whether an API grants a user only what the user has permissions for.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .alterTable('resource_servers')
    .addColumn('enforce_policies', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
