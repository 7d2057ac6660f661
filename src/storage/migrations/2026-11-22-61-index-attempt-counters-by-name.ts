// Finds what is counted of one name, so that its blocks can be lifted.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createIndex('attempt_counters_by_name')
    .on('attempt_counters')
    .columns(['tenant_id', 'identifier_key'])
    .execute();
}
