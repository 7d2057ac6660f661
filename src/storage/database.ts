// Opens the database by its address and hands out the one query layer that every store speaks.
import { closeSync, openSync } from 'node:fs';
import BetterSqlite from 'better-sqlite3';
import { Kysely, SqliteDialect, type Transaction } from 'kysely';
import type { Schema } from './schema.ts';

/** What a store runs its queries on: the database, or a transaction of it. */
export type Sql = Kysely<Schema> | Transaction<Schema>;

/** An open database. */
export interface Database {
  readonly sql: Kysely<Schema>;
  /** Runs the work in one transaction; it is undone when the work throws. Nothing but queries may be awaited inside. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens `sqlite:PATH` or `sqlite::memory:`. The file is made when it is missing, readable by its owner only.
 * Throws a plain error for another kind of address. `onStatement` sees the text of every statement, without its values.
 */
export function openDatabase(url: string, onStatement: (text: string) => void = () => {}): Database {
  const match = /^sqlite:(.+)$/.exec(url);
  if (!match?.[1]) throw new Error(`database_url must look like sqlite:PATH, and is not: ${url.slice(0, 16)}…`);
  // SQLite gives its journal files the mode of the main file.
  if (match[1] !== ':memory:') closeSync(openSync(match[1], 'a', 0o600));
  const file = new BetterSqlite(match[1]);
  // FULL: an answer that was given is on the disk, also when the power goes.
  file.pragma('journal_mode = WAL');
  file.pragma('synchronous = FULL');
  file.pragma('foreign_keys = ON');
  file.pragma('busy_timeout = 5000');
  const sql = new Kysely<Schema>({ dialect: new SqliteDialect({ database: withReusedStatements(file, onStatement) }) });
  return {
    sql,
    transaction: (work) => sql.transaction().execute(work),
    ping: async () => {
      file.prepare('select 1').get();
    },
    close: () => sql.destroy(),
  };
}

type SqliteStatement = BetterSqlite.Statement<unknown[]>;

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
      if (statements.size < 500) statements.set(query, statement);
      return statement;
    },
    close(): void {
      file.close();
    },
  };
}
