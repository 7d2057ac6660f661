// Rows of any table, page by page in the order of its key: what copying and comparing whole databases is made of. Nothing
// here knows what the rows mean.
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Sql } from './database.ts';
import type { TableShape } from './table-list.ts';

/** A row by column. */
export type Row = Readonly<Record<string, unknown>>;

/** What two equal tables have in common. */
export interface TableDigest {
  readonly rows: number;
  /** Hexadecimal; does not depend on the order in which the database sorts. */
  readonly sum: string;
}

/** The values of the key of a row, to begin the next page after. */
export function keyOf({ key }: TableShape, row: Row): readonly unknown[] {
  return key.map((column) => row[column]);
}

/** At most so many rows that follow this key; null for the first page. */
export async function readPage(
  database: Sql,
  { name, columns, key }: TableShape,
  after: readonly unknown[] | null,
  most: number,
): Promise<Row[]> {
  const keys = sql.join(key.map((column) => sql.ref(column)));
  const from = after === null ? sql`` : sql`where (${keys}) > (${sql.join([...after])})`;
  const { rows } = await sql<Row>`
    select ${sql.join(columns.map((column) => sql.ref(column)))} from ${sql.table(name)} ${from}
    order by ${keys} limit ${sql.lit(most)}`.execute(database);
  return rows;
}

/** Writes the rows; one that is there already stays as it is. */
export async function insertRows(database: Sql, { name, columns }: TableShape, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
  await sql`
    insert into ${sql.table(name)} (${sql.join(columns.map((column) => sql.ref(column)))})
    values ${sql.join(values)} on conflict do nothing`.execute(database);
}

/** How many rows the table has. */
export async function countRows(database: Sql, { name }: TableShape): Promise<number> {
  const { rows } = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(name)}`.execute(database);
  return Number(rows[0]?.rows ?? 0);
}

/** True when the table holds a row. */
export async function hasRows(database: Sql, { name }: TableShape): Promise<boolean> {
  const { rows } = await sql`select 1 as one from ${sql.table(name)} limit 1`.execute(database);
  return rows.length > 0;
}

/** Removes every row. */
export async function emptyTable(database: Sql, { name }: TableShape): Promise<void> {
  await sql`delete from ${sql.table(name)}`.execute(database);
}

/** Count and sum of all rows, read page by page. */
export async function digestTable(database: Sql, table: TableShape, pageSize: number): Promise<TableDigest> {
  const sum = Buffer.alloc(32);
  let rows = 0;
  for (let after: readonly unknown[] | null = null; ; ) {
    const page: Row[] = await readPage(database, table, after, pageSize);
    for (const row of page) addTo(sum, row, table);
    rows += page.length;
    const last = page.at(-1);
    if (!last || page.length < pageSize) return { rows, sum: sum.toString('hex') };
    after = keyOf(table, last);
  }
}

/** Rows differ at least in their keys, so no two of them cancel each other out. */
function addTo(sum: Buffer, row: Row, { columns }: TableShape): void {
  const hash = createHash('sha256')
    .update(JSON.stringify(columns.map((column) => row[column] ?? null)))
    .digest();
  for (const [index, byte] of hash.entries()) sum[index] = (sum[index] ?? 0) ^ byte;
}
