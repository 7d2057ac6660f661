// At most one current and one next signing key for each algorithm of a tenant.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<{ signing_keys: { status: string } }>): Promise<void> {
  await sql.schema
    .createIndex('signing_keys_one_in_place')
    .on('signing_keys')
    .columns(['tenant_id', 'alg', 'status'])
    .unique()
    .where('status', 'in', ['current', 'next'])
    .execute();
}
