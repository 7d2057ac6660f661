// The lock beside a SQLite file: one server at a time, any number of commands. It is held by the system for as long as the
// process lives, so a crash leaves no lock behind; what it leaves is the note that a server was running, by which a missing
// journal is noticed.
import { closeSync, existsSync, openSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import { UnusableDatabase } from './unusable-database.ts';

/** The lock file of a database file. */
export function lockPathOf(path: string): string {
  return `${path}-lock`;
}

/** An open lock file. */
export interface SqliteLock {
  /** What was noted when it was opened; null where no database was ever made. */
  readonly note: 'stopped' | 'running' | null;
  /** Notes that the database exists and whether a server works on it. */
  write(note: 'stopped' | 'running'): void;
  release(): void;
}

const SERVER_PATIENCE_MS = 2000;

/**
 * Takes the lock. Null for a command where a server holds it: it has looked after everything already. For a server that is
 * an `UnusableDatabase`.
 */
export function takeSqliteLock(path: string, forServer: boolean): SqliteLock | null {
  const lockPath = lockPathOf(path);
  if (!existsSync(lockPath)) closeSync(openSync(lockPath, 'a', 0o600));
  const file = new BetterSqlite(lockPath);
  try {
    // A command holds it for the moment of opening, so a server waits a little.
    file.pragma(`busy_timeout = ${forServer ? SERVER_PATIENCE_MS : 0}`);
    file.pragma('locking_mode = exclusive');
    file.exec('begin exclusive');
    file.exec('create table if not exists lock (id integer primary key, note text not null)');
    const row = file.prepare('select note from lock where id = 1').get() as { note: 'stopped' | 'running' } | undefined;
    file.exec('commit');
    return {
      note: row?.note ?? null,
      write: (note) => {
        file.prepare('insert into lock values (1, ?) on conflict (id) do update set note = excluded.note').run(note);
      },
      release: () => void file.close(),
    };
  } catch (error) {
    file.close();
    const { code = '' } = error as { code?: string };
    if (code.startsWith('SQLITE_BUSY')) {
      if (!forServer) return null;
      throw new UnusableDatabase(
        `Another server works on the database file ${path}. Stop it first; more than one server needs PostgreSQL.`,
      );
    }
    if (/^SQLITE_(NOTADB|CORRUPT)/.test(code)) {
      throw new UnusableDatabase(
        `The lock file ${lockPath} is damaged. When no server runs on this database, remove it and try again.`,
      );
    }
    throw error;
  }
}
