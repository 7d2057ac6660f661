// Copies of a SQLite file while others write to it, and a look at every page of one. For the command line: both take as
// long as they take, and would hold up a server.
import BetterSqlite from 'better-sqlite3';

/** Writes what the file holds at one instant into a new file that only its owner can read. */
export function writeSqliteCopy(path: string, copy: string): void {
  const mask = process.umask(0o077);
  const file = new BetterSqlite(path, { readonly: true, fileMustExist: true });
  try {
    file.pragma('busy_timeout = 5000');
    file.prepare('vacuum into ?').run(copy);
  } finally {
    file.close();
    process.umask(mask);
  }
}

/** Folds the journal of a file that nobody has open into the file, so that it can be moved alone. */
export function foldSqliteJournal(path: string): void {
  const file = new BetterSqlite(path, { fileMustExist: true });
  try {
    file.pragma('journal_mode = DELETE');
  } finally {
    file.close();
  }
}

/** What is wrong with the file's pages and foreign keys, in SQLite's words; empty when nothing is. */
export function findSqliteDamage(path: string): string[] {
  try {
    const file = new BetterSqlite(path, { readonly: true, fileMustExist: true });
    try {
      file.pragma('busy_timeout = 5000');
      const pages = file.prepare('pragma integrity_check(20)').pluck().all() as string[];
      const keys = file.pragma('foreign_key_check') as { table: string; parent: string }[];
      return [
        ...pages
          .flatMap((text) => text.split('\n'))
          .filter((line) => line !== 'ok' && line !== '*** in database main ***'),
        ...[
          ...new Set(keys.map(({ table, parent }) => `rows of ${table} point to rows of ${parent} that are not there`)),
        ],
      ];
    } finally {
      file.close();
    }
  } catch (error) {
    const { code = '', message = '' } = error as { code?: string; message?: string };
    if (!code.startsWith('SQLITE_')) throw error;
    return [message];
  }
}
