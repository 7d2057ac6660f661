// Finds users by their names, and lists them in the order of a name. The id at the end decides between equals.
import type { Kysely } from 'kysely';

export async function up(sql: Kysely<unknown>): Promise<void> {
  for (const name of ['email', 'username', 'name', 'nickname']) {
    await sql.schema
      .createIndex(`users_by_${name}`)
      .on('users')
      .columns(['tenant_id', `${name}_key`, 'user_id'])
      .execute();
  }
}
