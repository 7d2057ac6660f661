// The hashes of passwords that accounts had before the present one, where their connection asks for it.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  const identity = ['tenant_id', 'connection_id', 'identity_id'] as const;
  await sql.schema
    .createTable('password_history')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('connection_id', 'text', (column) => column.notNull())
    .addColumn('identity_id', 'text', (column) => column.notNull())
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('password_hash', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('password_history_key', [...identity, 'sequence'])
    .addForeignKeyConstraint('password_history_identity', [...identity], 'identities', [...identity], (key) =>
      key.onDelete('cascade'),
    )
    .execute();
}
