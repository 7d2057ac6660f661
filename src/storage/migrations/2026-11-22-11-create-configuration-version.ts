// The number that grows with every change of configuration.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<{ configuration_version: { id: number; version: number } }>): Promise<void> {
  await sql.schema
    .createTable('configuration_version')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('version', 'bigint', (column) => column.notNull())
    .execute();
  await sql.insertInto('configuration_version').values({ id: 1, version: 0 }).execute();
}
