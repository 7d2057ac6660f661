// Brings a database to this version's schema. A SQLite file that holds something is copied aside before: with that copy the
// former version can be put back, which does not read what a newer one has written.
import { renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Database, openDatabase, sqlitePathOf } from '../storage/database.ts';
import { migrateToNewest, readSchemaState } from '../storage/migrate.ts';
import { writeSqliteCopy } from '../storage/sqlite-backup.ts';
import { UnusableDatabase } from '../storage/unusable-database.ts';
import { flush } from './backup-database.ts';

/** What an upgrade did. */
export interface Upgrade {
  /** The migrations that it ran, in order. */
  readonly ran: readonly string[];
  /** The file with the database as it was; null when nothing had to be kept, or nothing can be (PostgreSQL). */
  readonly kept: string | null;
}

/** Where a file is kept; the next upgrade overwrites it. */
export function keptCopyOf(path: string): string {
  return `${path}.before-upgrade`;
}

/**
 * Runs what is missing, and keeps a SQLite file as it was unless told not to. Throws `UnusableDatabase`, and has changed
 * nothing, when the copy cannot be made or a newer version wrote the database.
 */
export async function upgradeDatabase(database: Database, url: string, keepCopy = true): Promise<Upgrade> {
  const path = sqlitePathOf(url);
  const kept = path !== null && keepCopy && (await isOlder(database)) ? await keepFile(path) : null;
  return { ran: await migrateToNewest(database), kept };
}

/** True for a database in which an earlier version made something. */
async function isOlder(database: Pick<Database, 'sql'>): Promise<boolean> {
  const { isEmpty, missing, unknown } = await readSchemaState(database);
  return !isEmpty && missing.length > 0 && unknown.length === 0;
}

async function keepFile(path: string): Promise<string | null> {
  const copy = keptCopyOf(path);
  const unfinished = `${copy}-new-${process.pid}`;
  try {
    rmSync(unfinished, { force: true });
    writeSqliteCopy(path, unfinished);
    // Another process may have been faster with both, and its copy is the older one.
    if (!(await isOlderFile(unfinished))) return null;
    flush(unfinished);
    renameSync(unfinished, copy);
    flush(dirname(path));
    return copy;
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (!/^(SQLITE_|E[A-Z]+$)/.test(code)) throw error;
    throw new UnusableDatabase(
      `The database must be brought to this version, and ${copy}, which keeps it as it was, could not be written (${code}). It needs ${statSync(path).size} bytes of room. With a backup elsewhere, do without it: gatehouse migrate --without-copy`,
      { cause: error },
    );
  } finally {
    rmSync(unfinished, { force: true });
  }
}

async function isOlderFile(path: string): Promise<boolean> {
  const database = await openDatabase(`sqlite:${path}`, { readOnly: true });
  try {
    return await isOlder(database);
  } finally {
    await database.close();
  }
}
