// Every table of the schema with its columns and key, in an order in which rows can be written: what a foreign key points
// to comes first. Read from the migrations themselves, so that a new table is never forgotten.
import { type Kysely, sql } from 'kysely';
import { openDatabase } from './database.ts';
import { migrateToNewest } from './migrate.ts';
import type { Schema } from './schema.ts';

export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
  /** Columns of the primary key, in its order. */
  readonly key: readonly string[];
}

/** The tables of this version's schema. */
export async function listTables(): Promise<readonly TableShape[]> {
  const database = await openDatabase('sqlite::memory:');
  try {
    await migrateToNewest(database);
    return await readTables(database.sql);
  } finally {
    await database.close();
  }
}

async function readTables(database: Kysely<Schema>): Promise<TableShape[]> {
  const { rows } = await sql<{ name: string }>`
    select name from sqlite_master
    where type = 'table' and name not like 'sqlite\\_%' escape '\\' and name not like 'kysely\\_%' escape '\\'
    order by name`.execute(database);
  const shapes = new Map<string, TableShape>();
  const parents = new Map<string, ReadonlySet<string>>();
  for (const { name } of rows) {
    const columns = await sql<{ name: string; pk: number }>`select name, pk from pragma_table_info(${name})`.execute(
      database,
    );
    const key = columns.rows.filter((column) => column.pk > 0).toSorted((a, b) => a.pk - b.pk);
    if (key.length === 0) throw new Error(`The table ${name} has no primary key.`);
    shapes.set(name, { name, columns: columns.rows.map((one) => one.name), key: key.map((one) => one.name) });
    const references = await sql<{ table: string }>`select "table" from pragma_foreign_key_list(${name})`.execute(
      database,
    );
    parents.set(name, new Set(references.rows.map((one) => one.table).filter((table) => table !== name)));
  }
  return inOrder(shapes, parents);
}

function inOrder(shapes: Map<string, TableShape>, parents: Map<string, ReadonlySet<string>>): TableShape[] {
  const ordered: TableShape[] = [];
  const waiting = new Map(shapes);
  while (waiting.size > 0) {
    const ready = [...waiting.values()].filter(
      ({ name }) => ![...(parents.get(name) ?? [])].some((parent) => waiting.has(parent)),
    );
    if (ready.length === 0) throw new Error('The foreign keys of the schema run in a circle.');
    for (const shape of ready) {
      ordered.push(shape);
      waiting.delete(shape.name);
    }
  }
  return ordered;
}
