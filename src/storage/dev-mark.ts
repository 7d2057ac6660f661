// The mark of a database that `gatehouse dev` works on. It may hold a user whose password everybody knows, so no other
// server takes it, wherever the database was copied to.
import type { Sql } from './database.ts';

/** True for a database that `dev` marked. */
export async function hasDevMark(sql: Sql): Promise<boolean> {
  return (await sql.selectFrom('dev_mark').select('id').executeTakeFirst()) !== undefined;
}

/** Marks the database; it stays marked. */
export async function setDevMark(sql: Sql, now: number): Promise<void> {
  await sql
    .insertInto('dev_mark')
    .values({ id: 1, marked_at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}
