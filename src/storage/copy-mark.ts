// The mark that a database carries while another one is being copied into it: where the rows come from and how far each
// table is. It goes when the copy is complete; a server refuses a database that carries it.
import { type Kysely, sql } from 'kysely';
import type { Database, Sql } from './database.ts';

const TABLE = 'copy_in_progress';

interface MarkSchema {
  copy_in_progress: { table_name: string; origin: string; last_key: string };
}

/** Where an interrupted copy stopped. */
export interface CopyMark {
  /** Tells one source from another. */
  readonly origin: string;
  /** The last key that was copied, by table. */
  readonly lastKeys: ReadonlyMap<string, readonly unknown[]>;
}

/** The mark; null for a database that no copy is on its way into. */
export async function findCopyMark(database: Database): Promise<CopyMark | null> {
  const tables = await database.sql.introspection.getTables();
  if (!tables.some((table) => table.name === TABLE)) return null;
  const rows = await marked(database.sql).selectFrom(TABLE).selectAll().execute();
  const whole = rows.find((row) => row.table_name === '');
  if (!whole) return null;
  const lastKeys = rows.filter((row) => row.table_name !== '');
  return {
    origin: whole.origin,
    lastKeys: new Map(lastKeys.map((row) => [row.table_name, JSON.parse(row.last_key) as unknown[]])),
  };
}

/** Marks the database as the target of a copy from this origin. */
export async function startCopyMark(database: Database, origin: string): Promise<void> {
  await sql`create table if not exists ${sql.table(TABLE)}
    (table_name text primary key, origin text not null, last_key text not null)`.execute(database.sql);
  await marked(database.sql).insertInto(TABLE).values({ table_name: '', origin, last_key: '[]' }).execute();
}

/** Notes how far a table is; in the transaction that writes its rows. */
export async function moveCopyMark(database: Sql, table: string, lastKey: readonly unknown[]): Promise<void> {
  const last_key = JSON.stringify(lastKey);
  await marked(database)
    .insertInto(TABLE)
    .values({ table_name: table, origin: '', last_key })
    .onConflict((conflict) => conflict.column('table_name').doUpdateSet({ last_key }))
    .execute();
}

/** Takes the mark away: the copy is complete. */
export async function removeCopyMark(database: Database): Promise<void> {
  await sql`drop table if exists ${sql.table(TABLE)}`.execute(database.sql);
}

/** The table is in no migration: it lives as long as one copy. */
function marked(database: Sql): Kysely<MarkSchema> {
  return database as unknown as Kysely<MarkSchema>;
}
