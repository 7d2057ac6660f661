// Finds users by when they were created or changed. There is none for what a login writes: it would make every login dearer.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  for (const column of ['created_at', 'updated_at']) {
    await sql.schema.createIndex(`users_by_${column}`).on('users').columns(['tenant_id', column, 'user_id']).execute();
  }
}
