// What was told of an account before it was linked to another user: it is the profile again when it is unlinked.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema.alterTable('identities').addColumn('linked_profile', 'text').execute();
}
