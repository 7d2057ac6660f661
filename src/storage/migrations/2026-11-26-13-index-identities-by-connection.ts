// Lists the users of a connection in the order of their ids.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .createIndex('identities_by_connection')
    .on('identities')
    .columns(['tenant_id', 'connection_id', 'user_id'])
    .execute();
}
