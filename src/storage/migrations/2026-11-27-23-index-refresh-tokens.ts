// Refresh tokens are found by their user, and what points to them can go without looking at every row.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  for (const [name, columns] of [
    ['refresh_tokens_by_user', ['tenant_id', 'user_id', 'client_id', 'created_at']],
    ['refresh_tokens_by_client', ['tenant_id', 'client_id']],
    ['refresh_tokens_by_connection', ['tenant_id', 'connection_id']],
    ['refresh_tokens_by_end', ['ends_at']],
  ] as const) {
    await sql.schema
      .createIndex(name)
      .on('refresh_tokens')
      .columns([...columns])
      .execute();
  }
}
