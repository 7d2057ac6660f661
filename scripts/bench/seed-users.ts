// Makes many users at once, inside the database: copies of the template user, with the same password and the same hash.
import { sql as query } from 'kysely';
import { openDatabase } from '../../src/storage/database.ts';
import { emailOf, TENANT } from './tenant.ts';

const AT_ONCE = 100_000;

// Twenty-four digits, in SQL that both engines speak.
const NUMBERED_ID = "substr('000000000000000000000000' || n.i, length('000000000000000000000000' || n.i) - 23)";
const NUMBERED_EMAIL = "'u' || n.i || '@example.com'";
/** What differs from one user to the next; every other column is the template's. */
const NUMBERED: Readonly<Record<string, string>> = {
  user_id: `'auth0|' || ${NUMBERED_ID}`,
  identity_id: NUMBERED_ID,
  email: NUMBERED_EMAIL,
  email_key: NUMBERED_EMAIL,
  identifier: NUMBERED_EMAIL,
};
/** The tables that a user has a row in, and the column by which the template's is found. */
const TABLES: readonly (readonly [table: string, column: string, value: string])[] = [
  ['users', 'user_id', `auth0|${TENANT.users[0]?.user_id}`],
  ['identities', 'identity_id', `${TENANT.users[0]?.user_id}`],
  ['login_identifiers', 'identifier', emailOf(0)],
  ['credentials', 'identity_id', `${TENANT.users[0]?.user_id}`],
];

/** Adds the users 1 to `count`; `onProgress` hears how many there are. Nobody may be serving the database. */
export async function seedUsers(
  databaseUrl: string,
  count: number,
  onProgress: (made: number) => void = () => {},
): Promise<void> {
  const database = await openDatabase(databaseUrl, { mustExist: true });
  try {
    await database.withoutTimeout(async (sql) => {
      const known = await sql.introspection.getTables();
      for (let from = 1; from <= count; from += AT_ONCE) {
        const to = Math.min(count, from + AT_ONCE - 1);
        await sql.transaction().execute(async (transaction) => {
          for (const [table, column, value] of TABLES) {
            const columns = known.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
            const values = columns.map((name) => NUMBERED[name] ?? `t.${name}`);
            await query`insert into ${query.raw(table)} (${query.raw(columns.join(', '))})
              with recursive n(i) as (select ${query.lit(from)} union all select i + 1 from n where i < ${query.lit(to)})
              select ${query.raw(values.join(', '))} from n, ${query.raw(table)} t
              where t.${query.raw(column)} = ${value}`.execute(transaction);
          }
        });
        onProgress(to);
      }
    });
  } finally {
    await database.close();
  }
}
