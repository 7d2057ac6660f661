// The database of an earlier version: test/release/previous.db, which that version's own `backup` wrote. It holds the sample
// tenant as it was then, a directory with a password to bind with, and the log of one login and one refusal.
import { chmodSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { openDatabase, sqlitePathOf } from '../../src/storage/database.ts';
import { listTables } from '../../src/storage/table-list.ts';
import { ROOT } from './running-program.ts';

/** The file. Its master key is the one of every test, 32 bytes of 7. */
export const PREVIOUS_DATABASE = join(ROOT, 'test/release/previous.db');

type PreviousRow = Readonly<Record<string, unknown>>;

/** The rows of every table that it has, by the table's name. */
export function readAllRows(path: string): ReadonlyMap<string, readonly PreviousRow[]> {
  const file = new BetterSqlite(path, { readonly: true, fileMustExist: true });
  try {
    const tables = file.prepare("select name from sqlite_master where type = 'table' order by name").pluck().all();
    return new Map(
      (tables as string[]).map((name) => [name, file.prepare(`select * from "${name}"`).all() as PreviousRow[]]),
    );
  } finally {
    file.close();
  }
}

/** Puts it at this address: the file itself, or the same tables and rows on PostgreSQL. */
export async function placePreviousDatabase(url: string): Promise<void> {
  const path = sqlitePathOf(url);
  if (path !== null) {
    copyFileSync(PREVIOUS_DATABASE, path);
    chmodSync(path, 0o600);
    return;
  }
  const rows = readAllRows(PREVIOUS_DATABASE);
  const names = (rows.get('kysely_migration') ?? []).map(({ name }) => String(name));
  const migrations: Record<string, Migration> = {};
  for (const name of names) {
    migrations[name] = (await import(`../../src/storage/migrations/${name}.ts`)) as Migration;
  }
  const database = await openDatabase(url, { poolSize: 1 });
  try {
    const migrator = new Migrator({ db: database.sql, provider: { getMigrations: async () => migrations } });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw new Error('The earlier schema could not be made.', { cause: error });
    const sql = database.sql as unknown as Kysely<Record<string, Record<string, unknown>>>;
    for (const { name } of await listTables()) {
      // The migrations make a row of their own here and there.
      if (rows.has(name)) await sql.deleteFrom(name).execute();
      for (const row of rows.get(name) ?? []) await sql.insertInto(name).values(row).execute();
    }
  } finally {
    await database.close();
  }
}
