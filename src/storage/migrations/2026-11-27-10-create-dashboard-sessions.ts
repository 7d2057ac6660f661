// Sessions of administrators in the dashboard.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('dashboard_sessions')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('session_digest', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('seen_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('dashboard_sessions_key', ['tenant_id', 'session_digest'])
    .addForeignKeyConstraint(
      'dashboard_sessions_user',
      ['tenant_id', 'user_id'],
      'users',
      ['tenant_id', 'user_id'],
      (key) => key.onDelete('cascade'),
    )
    .execute();
}
