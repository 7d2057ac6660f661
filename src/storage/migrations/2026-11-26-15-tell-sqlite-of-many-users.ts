// SQLite chooses between indexes by what it was told of the rows, and knows nothing before somebody counts them. It is told
// what tenants look like that make the choice matter: many users, who have names of their own.
import { type Kysely, sql as text } from 'kysely';
import { isSqlite } from '../migration-engine.ts';

const ROWS = 1_000_000;
const ROWS_OF_TENANT = 100_000;
const ROWS_OF_NAME = 2;

const STATISTICS: readonly (readonly [table: string, index: string, rows: readonly number[]])[] = [
  ['users', 'sqlite_autoindex_users_1', [ROWS, ROWS_OF_TENANT, 1]],
  ...['email', 'username', 'name', 'nickname', 'created_at', 'updated_at'].map(
    (name) => ['users', `users_by_${name}`, [ROWS, ROWS_OF_TENANT, ROWS_OF_NAME, 1]] as const,
  ),
  ['identities', 'sqlite_autoindex_identities_1', [ROWS, ROWS_OF_TENANT, ROWS_OF_TENANT, 1]],
  ['identities', 'identities_by_user', [ROWS, ROWS_OF_TENANT, 1]],
  ['identities', 'identities_by_connection', [ROWS, ROWS_OF_TENANT, ROWS_OF_TENANT, 1]],
];

export async function up(sql: Kysely<{ sqlite_stat1: { tbl: string; idx: string; stat: string } }>): Promise<void> {
  if (!isSqlite(sql)) return;
  // Makes the table; here and below it reads what is in there.
  await text`analyze sqlite_schema`.execute(sql);
  for (const [tbl, idx, rows] of STATISTICS) {
    await sql
      .insertInto('sqlite_stat1')
      .values({ tbl, idx, stat: rows.join(' ') })
      .execute();
  }
  await text`analyze sqlite_schema`.execute(sql);
}
