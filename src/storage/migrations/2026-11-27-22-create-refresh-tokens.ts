// Refresh tokens. A row is one login's token with all that took its place: `counter` says how often it was replaced.
import { type Kysely, sql as raw } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createTable('refresh_tokens')
    .addColumn('tenant_id', 'text', (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('connection_id', 'text', (column) => column.notNull())
    .addColumn('audience', 'text')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('secret_sealed', 'text', (column) => column.notNull())
    .addColumn('rotating', 'integer', (column) => column.notNull())
    .addColumn('counter', 'integer', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('replaced_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint')
    .addColumn('expires_at', 'bigint')
    .addColumn('ends_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .addPrimaryKeyConstraint('refresh_tokens_key', ['tenant_id', 'id'])
    .addForeignKeyConstraint(
      'refresh_tokens_user',
      ['tenant_id', 'user_id'],
      'users',
      ['tenant_id', 'user_id'],
      (key) => key.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'refresh_tokens_client',
      ['tenant_id', 'client_id'],
      'clients',
      ['tenant_id', 'client_id'],
      (key) => key.onDelete('cascade'),
    )
    .addForeignKeyConstraint(
      'refresh_tokens_connection',
      ['tenant_id', 'connection_id'],
      'connections',
      ['tenant_id', 'id'],
      (key) => key.onDelete('cascade'),
    )
    // One use of a token wins; what a loser writes breaks this, and is undone as a whole.
    .addCheckConstraint('refresh_tokens_one_winner', raw`counter >= 0`)
    .execute();
}
