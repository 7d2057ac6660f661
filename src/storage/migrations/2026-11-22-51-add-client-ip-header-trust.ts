// Whether a client may say in a header which address its request comes from.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  await sql.schema
    .alterTable('clients')
    .addColumn('is_token_endpoint_ip_header_trusted', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}
