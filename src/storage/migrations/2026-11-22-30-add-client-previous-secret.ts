// The secret a client had before its secret was rotated, sealed, and until when it still counts.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema.alterTable('clients').addColumn('previous_secret_sealed', 'text').execute();
  await sql.schema.alterTable('clients').addColumn('previous_secret_expires_at', 'bigint').execute();
}
