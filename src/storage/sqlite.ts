// SQLite behind the query layer: one file, one connection, every commit on the disk.
import { closeSync, openSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import { Kysely, SqliteAdapter, SqliteDialect } from 'kysely';
import type { Database, OpenOptions } from './database.ts';
import type { Schema } from './schema.ts';

/** Opens the file, or `:memory:`. */
export function openSqlite(path: string, { onStatement = () => {} }: OpenOptions): Database {
  // SQLite gives its journal files the mode of the main file.
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
  const file = new BetterSqlite(path);
  // FULL: an answer that was given is on the disk, also when the power goes.
  file.pragma('journal_mode = WAL');
  file.pragma('synchronous = FULL');
  file.pragma('foreign_keys = ON');
  file.pragma('busy_timeout = 5000');
  const sql = new Kysely<Schema>({ dialect: new TransactionalSqliteDialect({ database: withReusedStatements(file, onStatement) }) });
  return {
    engine: 'sqlite',
    sql,
    transaction: (work) => sql.transaction().execute(work),
    withoutTimeout: (work) => work(sql),
    ping: async () => {
      file.prepare('select 1').get();
    },
    close: () => sql.destroy(),
  };
}

/** SQLite can undo a change of schema, whatever the query layer says: a migration cut short leaves nothing behind. */
class TransactionalSqliteDialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

type SqliteStatement = BetterSqlite.Statement<unknown[]>;

const MOST_STATEMENTS = 500;

/**
 * The driver's handle with its prepared statements kept: the same text is prepared once. A transaction takes the write
 * lock when it begins, so that two processes on one file wait for each other instead of failing half-way.
 */
function withReusedStatements(file: BetterSqlite.Database, onStatement: (text: string) => void) {
  const statements = new Map<string, SqliteStatement>();
  return {
    prepare(text: string): SqliteStatement {
      onStatement(text);
      const query = text === 'begin' ? 'begin immediate' : text;
      const known = statements.get(query);
      if (known) return known;
      const statement = file.prepare<unknown[]>(query);
      if (statements.size < MOST_STATEMENTS) statements.set(query, statement);
      return statement;
    },
    close(): void {
      file.close();
    },
  };
}
