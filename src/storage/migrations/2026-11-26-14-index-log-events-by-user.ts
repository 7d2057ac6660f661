// Lists the log events of a user.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<{ log_events: { user_id: string | null } }>): Promise<void> {
  await sql.schema
    .createIndex('log_events_by_user')
    .on('log_events')
    .columns(['tenant_id', 'user_id', 'log_id'])
    .where('user_id', 'is not', null)
    .execute();
}
