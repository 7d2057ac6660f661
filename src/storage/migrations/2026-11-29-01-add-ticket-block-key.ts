// Tickets that lift a block: which counter it is, by its keyed hash.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema.alterTable('tickets').addColumn('block_key', 'text').execute();
}
