// How long the disk of a database takes to keep a commit. Measured for `doctor --capacity`, without changing anything in it.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { sql } from 'kysely';
import { openDatabase, sqlitePathOf } from './database.ts';

const MOST_COMMITS = 500;
const SCRATCH_NAME = 'gatehouse-capacity-';

/**
 * The milliseconds of commits, one after the other for so many milliseconds and at least one, in ascending order. A
 * SQLite file gets them into a scratch file beside it. Null where nobody can tell: a database in memory, or one that
 * does not answer.
 */
export async function measureCommits(databaseUrl: string, forMs: number): Promise<readonly number[] | null> {
  const path = sqlitePathOf(databaseUrl);
  if (path !== null) return measureBeside(path, forMs);
  if (databaseUrl.startsWith('sqlite:')) return null;
  try {
    const database = await openDatabase(databaseUrl, { poolSize: 1 });
    try {
      // A message in the journal, which belongs to no table: its commit waits for the disk like any other.
      const commit = () => sql`select pg_logical_emit_message(true, 'gatehouse', '')`.execute(database.sql);
      await commit();
      return await timesOf(commit, forMs);
    } finally {
      await database.close();
    }
  } catch {
    return null;
  }
}

async function measureBeside(path: string, forMs: number): Promise<readonly number[] | null> {
  if (!existsSync(dirname(path))) return null;
  const folder = mkdtempSync(join(dirname(path), SCRATCH_NAME));
  try {
    const file = new BetterSqlite(join(folder, 'scratch.db'));
    try {
      file.pragma('journal_mode = WAL');
      file.pragma('synchronous = FULL');
      file.exec('create table commits (text text)');
      const insert = file.prepare('insert into commits values (hex(randomblob(500)))');
      return await timesOf(async () => void insert.run(), forMs);
    } finally {
      file.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function timesOf(commit: () => Promise<unknown>, forMs: number): Promise<readonly number[]> {
  const endAt = performance.now() + forMs;
  const times: number[] = [];
  do {
    const startedAt = performance.now();
    await commit();
    times.push(performance.now() - startedAt);
  } while (times.length < MOST_COMMITS && performance.now() < endAt);
  return times.toSorted((one, other) => one - other);
}
