// Finds the log event of a request.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<{ log_events: { request_id: string | null } }>): Promise<void> {
  await sql.schema
    .createIndex('log_events_by_request')
    .on('log_events')
    .columns(['tenant_id', 'request_id'])
    .where('request_id', 'is not', null)
    .execute();
}
