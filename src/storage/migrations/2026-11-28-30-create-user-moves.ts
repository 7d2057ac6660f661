// Which accounts moved in from another server at a login, and when.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  const identity = ['tenant_id', 'connection_id', 'identity_id'] as const;
  await sql.schema
    .createTable('user_moves')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('connection_id', 'text', (column) => column.notNull())
    .addColumn('identity_id', 'text', (column) => column.notNull())
    .addColumn('moved_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('user_moves_key', [...identity])
    .addForeignKeyConstraint('user_moves_identity', [...identity], 'identities', [...identity], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
}
