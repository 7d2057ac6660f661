// Brings a backup back. It is brought up to date and looked at as a whole before anything is overwritten, and a SQLite file
// that makes way is kept.
import { chmodSync, copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findCopyMark, removeCopyMark } from '../storage/copy-mark.ts';
import { type Database, openDatabase, sqlitePathOf } from '../storage/database.ts';
import { checkMasterKey } from '../storage/master-key.ts';
import { migrateToNewest } from '../storage/migrate.ts';
import { findSqliteDamage, foldSqliteJournal } from '../storage/sqlite-backup.ts';
import { takeSqliteLock } from '../storage/sqlite-lock.ts';
import { listTables, type TableShape } from '../storage/table-list.ts';
import { emptyTable, hasRows } from '../storage/table-walk.ts';
import { UnusableDatabase } from '../storage/unusable-database.ts';
import { createVault } from '../storage/vault.ts';
import { flush } from './backup-database.ts';
import { type CopyProgress, copyDatabase } from './copy-database.ts';
import { verifyDatabase } from './verify-database.ts';

interface Restore {
  readonly file: string;
  readonly url: string;
  /** A folder for the working copy, on the disk of a SQLite target. */
  readonly folder: string;
  readonly masterKey: Buffer;
  readonly previousMasterKeys: readonly Buffer[];
  /** True overwrites a database that holds something. */
  readonly force: boolean;
  /** Milliseconds since 1970 UTC, for the name of what is kept. */
  readonly now: number;
  readonly onProgress?: (progress: CopyProgress) => void;
}

/** Where the former database was kept; null when there was none, or when it was not a file. */
interface RestoreReport {
  readonly kept: string | null;
}

/** Restores; throws `UnusableDatabase`, and has changed nothing, for a backup that is not whole or a target that is in use. */
export async function restoreDatabase(restore: Restore): Promise<RestoreReport> {
  const { file, url } = restore;
  if (!existsSync(file)) throw new UnusableDatabase(`There is no backup ${file}.`);
  const path = sqlitePathOf(url);
  const folder = mkdtempSync(join(path === null ? restore.folder : dirname(path), 'restore-'));
  try {
    const copy = join(folder, 'backup.db');
    copyFileSync(file, copy);
    chmodSync(copy, 0o600);
    await prepareCopy(copy, restore);
    return path === null ? await restoreRows(copy, restore) : await restoreFile(copy, path, restore);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Brings the working copy up to date and looks at all of it. */
async function prepareCopy(copy: string, { file, masterKey, previousMasterKeys }: Restore): Promise<void> {
  const url = `sqlite:${copy}`;
  const damage = findSqliteDamage(copy);
  if (damage.length > 0) {
    throw new UnusableDatabase(`The backup ${file} is damaged (${damage[0]}), and nothing was changed.`);
  }
  try {
    const database = await openDatabase(url, { mustExist: true });
    try {
      await migrateToNewest(database);
      await checkMasterKey(database, masterKey, previousMasterKeys);
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!(error instanceof UnusableDatabase)) throw error;
    const words = error.message.replaceAll(`The database file ${copy}`, 'It').replace(/ Nothing was changed\..*$/, '');
    throw new UnusableDatabase(`The backup ${file} cannot be restored. ${words} Nothing was changed.`, {
      cause: error,
    });
  }
  const failed = (await verifyDatabase(url, createVault(masterKey, previousMasterKeys))).filter(
    ({ passed }) => passed === false,
  );
  if (failed.length > 0) {
    const words = failed.map((check) => `${check.name}: ${check.words}`).join('. ');
    throw new UnusableDatabase(`The backup ${file} is not whole, and nothing was changed. ${words}`);
  }
  foldSqliteJournal(copy);
}

async function restoreFile(copy: string, path: string, { force, now }: Restore): Promise<RestoreReport> {
  const lock = takeSqliteLock(path, true);
  try {
    const exists = existsSync(path);
    if (exists && !force && !(await isEmptyFile(path))) throw notEmpty(path);
    const kept = exists ? `${path}.replaced-${new Date(now).toISOString().replace(/\D/g, '')}` : null;
    for (const ending of ['', '-wal']) {
      if (kept !== null && existsSync(path + ending)) renameSync(path + ending, kept + ending);
    }
    // Without its file a journal belongs to nothing.
    for (const ending of ['-wal', '-shm']) rmSync(path + ending, { force: true });
    flush(copy);
    renameSync(copy, path);
    flush(dirname(path));
    lock?.write('stopped');
    return { kept };
  } finally {
    lock?.release();
  }
}

async function isEmptyFile(path: string): Promise<boolean> {
  try {
    const database = await openDatabase(`sqlite:${path}`, { readOnly: true });
    try {
      return await isEmpty(database, await listTables());
    } finally {
      await database.close();
    }
  } catch {
    // What cannot be read may hold anything.
    return false;
  }
}

async function restoreRows(copy: string, { url, force, onProgress }: Restore): Promise<RestoreReport> {
  const target = await openDatabase(url);
  const source = await openDatabase(`sqlite:${copy}`, { mustExist: true });
  try {
    await migrateToNewest(target);
    const tables = await listTables();
    if (!force && !(await isEmpty(target, tables))) throw notEmpty('The database');
    await target.withoutTimeout((sql) =>
      sql.transaction().execute(async (transaction) => {
        for (const table of tables.toReversed()) await emptyTable(transaction, table);
      }),
    );
    if (await findCopyMark(target)) await removeCopyMark(target);
    await copyDatabase(source, target, onProgress);
    return { kept: null };
  } finally {
    await source.close();
    await target.close();
  }
}

// Filled by making a database and by opening it.
const ALWAYS_FILLED = new Set(['configuration_version', 'master_keys']);

/** True when nobody has put anything in. */
async function isEmpty(database: Database, tables: readonly TableShape[]): Promise<boolean> {
  for (const table of tables) {
    if (!ALWAYS_FILLED.has(table.name) && (await hasRows(database.sql, table))) return false;
  }
  return true;
}

function notEmpty(what: string): UnusableDatabase {
  return new UnusableDatabase(`${what} holds something already. To overwrite it, add --force.`);
}
