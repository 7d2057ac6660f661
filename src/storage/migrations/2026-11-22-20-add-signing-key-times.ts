// When a signing key was published, began to sign, and stopped.
import type { Kysely } from 'kysely';

interface Tables {
  signing_keys: {
    status: string;
    created_at: number;
    published_at: number;
    current_since: number | null;
    retired_at: number | null;
  };
}

export async function up(sql: Kysely<Tables>): Promise<void> {
  await sql.schema
    .alterTable('signing_keys')
    .addColumn('published_at', 'bigint', (column) => column.notNull().defaultTo(0))
    .execute();
  await sql.schema.alterTable('signing_keys').addColumn('current_since', 'bigint').execute();
  await sql.schema.alterTable('signing_keys').addColumn('retired_at', 'bigint').execute();
  await sql
    .updateTable('signing_keys')
    .set((row) => ({ published_at: row.ref('created_at') }))
    .execute();
  await sql
    .updateTable('signing_keys')
    .set((row) => ({ current_since: row.ref('created_at') }))
    .where('status', '!=', 'next')
    .execute();
  // Nobody noted when: from now on is the longest it can have been.
  await sql
    .updateTable('signing_keys')
    .set({ retired_at: Date.now() })
    .where('status', 'in', ['previous', 'revoked'])
    .execute();
}
