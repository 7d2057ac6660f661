// Looks at a SQLite file before it is used, and makes a new one only where there never was one. Whatever is wrong is said
// in words, and the file stays as it is.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, linkSync, rmSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { lockPathOf, type SqliteLock } from './sqlite-lock.ts';
import { UnusableDatabase } from './unusable-database.ts';

/** What the header of our files says they are: "GATE". */
const APPLICATION_ID = 0x47_41_54_45;

const CHECKED_IN_PROCESS_BYTES = 64 * 1024 * 1024;
const CHECK_DEADLINE_MS = 3000;
/** Security: no signal opens a debugger. */
const CHECKER = ['--disable-sigusr1', '--input-type=commonjs', '-e'];
const RESTORE = 'Nothing was changed. Restore a backup with `gatehouse restore FILE`.';

/** Throws `UnusableDatabase` for a file that is missing where it must not be; true when there is one. */
export function findSqliteFile(path: string, note: SqliteLock['note'], mustExist: boolean): boolean {
  if (existsSync(path)) return true;
  if (note !== null || existsSync(`${path}-wal`)) {
    throw new UnusableDatabase(
      `The database file ${path} is missing, though there was one. Restore a backup with \`gatehouse restore FILE\`, or, to begin with an empty database, remove ${lockPathOf(path)} and ${path}-wal.`,
    );
  }
  if (mustExist) throw new UnusableDatabase(`There is no database file ${path}.`);
  return false;
}

/** Makes a new file with nothing in it, readable by its owner only. It appears complete or not at all. */
export function createSqliteFile(path: string): void {
  const unfinished = `${path}-new-${process.pid}`;
  rmSync(unfinished, { force: true });
  // SQLite gives its journal files the mode of the main file.
  const mask = process.umask(0o077);
  try {
    const file = new BetterSqlite(unfinished);
    file.pragma(`application_id = ${APPLICATION_ID}`);
    file.pragma('journal_mode = WAL');
    file.close();
    linkSync(unfinished, path);
  } catch (error) {
    // Another process that started at the same time was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    process.umask(mask);
    rmSync(unfinished, { force: true });
  }
}

/**
 * Throws `UnusableDatabase` for a file that is damaged, of another program, or readable by others. A server looks at every
 * page too, as far as that takes it a few seconds.
 */
export async function examineSqliteFile(path: string, note: SqliteLock['note'], thoroughly: boolean): Promise<void> {
  const stats = statSync(path);
  examineOutside(path, stats);
  if (note === 'running' && !existsSync(`${path}-wal`)) {
    throw new UnusableDatabase(
      `The journal ${path}-wal of the database file is missing, though the last server did not stop by itself: what it wrote last would be lost. ${RESTORE} To go on with what is left, remove ${lockPathOf(path)}.`,
    );
  }
  try {
    const file = new BetterSqlite(path, { readonly: true, fileMustExist: true });
    try {
      file.pragma('busy_timeout = 5000');
      examineInside(path, file);
      if (thoroughly && stats.size <= CHECKED_IN_PROCESS_BYTES) requireOk(path, quickCheck(file));
    } finally {
      file.close();
    }
    if (thoroughly && stats.size > CHECKED_IN_PROCESS_BYTES) requireOk(path, await checkInChild(path));
  } catch (error) {
    throw explained(path, error);
  }
}

function examineOutside(path: string, stats: Stats): void {
  const { mode, size, uid } = stats;
  if (!stats.isFile())
    throw new UnusableDatabase(
      `The database file ${path} is no file. Move it away, and restore a backup with \`gatehouse restore FILE\`.`,
    );
  if (size === 0) throw new UnusableDatabase(`The database file ${path} is empty: it was cut off. ${RESTORE}`);
  if (process.platform === 'win32') return;
  if ((mode & 0o600) !== 0o600 || (mode & 0o027) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(3, '0');
    throw new UnusableDatabase(
      `The database file ${path} has the permissions ${octal}: its owner (user ${uid}) must be able to read and write it, and nobody else. Mend that with: chmod 600 ${path}. When it was replaced, restore a backup with \`gatehouse restore FILE\`.`,
    );
  }
}

function examineInside(path: string, file: BetterSqlite.Database): void {
  const id = file.pragma('application_id', { simple: true });
  const tables = file.prepare("select name from sqlite_master where type = 'table'").pluck().all() as string[];
  const isOurs = id === APPLICATION_ID || (id === 0 && tables.includes('kysely_migration'));
  if (!isOurs) {
    throw new UnusableDatabase(
      `The database file ${path} belongs to another program. Name another with --database-url, or restore a backup with \`gatehouse restore FILE\`.`,
    );
  }
}

function quickCheck(file: BetterSqlite.Database): string {
  return String(file.pragma('quick_check(1)', { simple: true }));
}

function requireOk(path: string, result: string): void {
  if (result === 'ok') return;
  const [first = 'unreadable'] = result.split('\n').filter((line) => line !== '' && !line.startsWith('***'));
  throw new UnusableDatabase(damaged(path, first));
}

/** A large file is checked aside, for as long as a start may wait; nothing else can stop a check that has begun. */
async function checkInChild(path: string): Promise<string> {
  const script = `const file = new (require('better-sqlite3'))(process.argv[1], { readonly: true });
    process.stdout.write(String(file.pragma('quick_check(1)', { simple: true })));`;
  const child: ChildProcess = spawn(process.execPath, [...CHECKER, script, resolve(path)], {
    cwd: dirname(import.meta.dirname),
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: CHECK_DEADLINE_MS,
    killSignal: 'SIGKILL',
    env: {},
  });
  let result = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    result += text;
  });
  return new Promise((done, reject) => {
    child.once('error', reject);
    // Killed at the deadline, it found nothing yet: `gatehouse verify` takes the time that it takes.
    child.once('close', (code, signal) => done(signal !== null ? 'ok' : code === 0 ? result : 'unreadable'));
  });
}

function explained(path: string, error: unknown): unknown {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  if (/^SQLITE_(NOTADB|CORRUPT|IOERR|FORMAT|ERROR)/.test(code)) {
    return new UnusableDatabase(damaged(path, message), { cause: error });
  }
  if (/^SQLITE_(CANTOPEN|READONLY|PERM)|^EACCES/.test(code)) {
    return new UnusableDatabase(`The database file ${path} cannot be opened. Check its permissions and its folder's.`, {
      cause: error,
    });
  }
  return error;
}

function damaged(path: string, reason: string): string {
  return `The database file ${path} is damaged (${reason}). ${RESTORE}`;
}
