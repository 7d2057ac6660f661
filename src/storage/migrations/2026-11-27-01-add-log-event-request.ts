// The request that a log event tells of; null for what no request did, and for events from before.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema.alterTable('log_events').addColumn('request_id', 'text').execute();
}
