// The form in which users are searched by their names: without letter case, in the order of code points.
import { type Kysely, sql as text } from 'kysely';
import { searchKey } from '../../lib/fold-case.ts';
import { inCodePointOrder } from '../migration-engine.ts';

const PAGE = 500;

interface User {
  tenant_id: string;
  user_id: string;
  email: string | null;
  username: string | null;
  name: string | null;
  nickname: string | null;
}

export async function up(sql: Kysely<{ users: User }>): Promise<void> {
  for (const column of ['email_key', 'username_key', 'name_key', 'nickname_key']) {
    await sql.schema
      .alterTable('users')
      .addColumn(column, inCodePointOrder(sql), (added) => added.notNull().defaultTo(''))
      .execute();
  }
  let page = await readPage(sql, null);
  for (let last = page.at(-1); last; last = page.at(-1)) {
    await writeKeys(sql, page);
    page = await readPage(sql, last);
  }
}

function readPage(sql: Kysely<{ users: User }>, after: User | null): Promise<User[]> {
  return sql
    .selectFrom('users')
    .select(['tenant_id', 'user_id', 'email', 'username', 'name', 'nickname'])
    .$if(after !== null, (query) =>
      query.where(text<boolean>`(tenant_id, user_id) > (${after?.tenant_id}, ${after?.user_id})`),
    )
    .orderBy('tenant_id')
    .orderBy('user_id')
    .limit(PAGE)
    .execute();
}

async function writeKeys(sql: Kysely<{ users: User }>, users: readonly User[]): Promise<void> {
  const rows = users.map((user) => {
    const keys = [user.email, user.username, user.name, user.nickname].map((name) => searchKey(name ?? ''));
    return text`(${text.join([user.tenant_id, user.user_id, ...keys])})`;
  });
  // Both engines call the columns of such rows so.
  await text`update users
    set email_key = keys.column3, username_key = keys.column4, name_key = keys.column5, nickname_key = keys.column6
    from (values ${text.join(rows)}) as keys
    where users.tenant_id = keys.column1 and users.user_id = keys.column2`.execute(sql);
}
