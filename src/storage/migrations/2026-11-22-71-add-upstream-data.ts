// What a user's directory told at the last login: groups and attributes.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema.alterTable('users').addColumn('upstream_groups', 'text').execute();
  await sql.schema.alterTable('users').addColumn('upstream_attributes', 'text').execute();
}
