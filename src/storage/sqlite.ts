// SQLite behind the query layer: one file, one connection, every commit on the disk.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { Kysely, type LogEvent, SqliteAdapter, SqliteDialect } from 'kysely';
import { createBoundedRead, READ_DEADLINE_MS, runAll } from './bounded-read.ts';
import type { Database, OpenOptions, Sql } from './database.ts';
import { registerDirectStatements } from './direct-statement.ts';
import type { Schema } from './schema.ts';
import { createSqliteFile, examineSqliteFile, findSqliteFile } from './sqlite-file.ts';
import { takeSqliteLock } from './sqlite-lock.ts';
import { replaceLower } from './sqlite-lower.ts';
import { createSqliteReader } from './sqlite-reader.ts';
import { createSqliteWriter } from './sqlite-writer.ts';
import { UnusableDatabase } from './unusable-database.ts';

/** Opens the file, or `:memory:`. Throws `UnusableDatabase` for a file that is damaged, or that another server works on. */
export async function openSqlite(path: string, options: OpenOptions): Promise<Database> {
  const { forServer = false, mustExist = false, readOnly = false } = options;
  if (path === ':memory:' || readOnly) return openFile(path, options);
  if (!existsSync(dirname(path)))
    throw new UnusableDatabase(`There is no folder ${dirname(path)} for the database file.`);
  if (mustExist) findSqliteFile(path, null, true);
  const lock = takeSqliteLock(path, forServer);
  try {
    // Without the lock a server has it, which did all this when it started.
    if (lock) {
      if (findSqliteFile(path, lock.note, mustExist)) await examineSqliteFile(path, lock.note, forServer);
      else createSqliteFile(path);
    }
    const database = openFile(path, options);
    // The first read makes the journal, which is missed from now on when it is gone.
    await database.ping();
    lock?.write(forServer ? 'running' : 'stopped');
    if (!forServer || !lock) {
      lock?.release();
      return database;
    }
    const writer = createSqliteWriter(path);
    const reader = openReader(path, options);
    registerDirectStatements(database.sql, { read: (text, values) => reader.read(text, values), write: null });
    return {
      ...database,
      writeGroup: (requests) =>
        writer.write(
          requests.map((queries) => queries.map(({ sql, parameters }) => ({ text: sql, values: parameters }))),
        ),
      async close() {
        await writer.close();
        reader.close();
        lock.write('stopped');
        await database.close();
        lock.release();
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

function openFile(path: string, options: OpenOptions): Database {
  const { onStatement = () => {}, onQuery, readOnly = false, forBulk = false } = options;
  const { readDeadlineMs = READ_DEADLINE_MS } = options;
  const file = new BetterSqlite(path, readOnly ? { readonly: true, fileMustExist: true } : {});
  if (!readOnly) file.pragma('journal_mode = WAL');
  // FULL: an answer that was given is on the disk, also when the power goes.
  file.pragma(`synchronous = ${forBulk ? 'NORMAL' : 'FULL'}`);
  if (forBulk) file.pragma(`cache_size = -${BULK_CACHE_KIB}`);
  file.pragma('foreign_keys = ON');
  file.pragma('busy_timeout = 5000');
  const sql = new Kysely<Schema>({
    dialect: new TransactionalSqliteDialect({ database: withReusedStatements(file, onStatement) }),
    ...(onQuery ? { log: ({ queryDurationMillis }: LogEvent) => onQuery(queryDurationMillis) } : {}),
  });
  const transaction = <T>(work: (sql: Sql) => Promise<T>) => sql.transaction().execute(work);
  const reader = path === ':memory:' ? null : createSqliteReader(path, readDeadlineMs);
  if (!reader) replaceLower(file);

  return {
    engine: 'sqlite',
    sql,
    transaction,
    writeGroup: (requests) =>
      transaction(async (within) => {
        const rows: unknown[][] = [];
        for (const queries of requests) {
          let returned: unknown[] = [];
          for (const query of queries) returned = (await within.executeQuery(query)).rows;
          rows.push(returned);
        }
        return rows;
      }),
    withoutTimeout: (work) => work(sql),
    snapshot: (work) => {
      // What lies in memory has one connection only.
      if (path === ':memory:') return transaction(work);
      return readAt(path, work);
    },
    // No other process sees what lies in memory, and nothing ends a read of it.
    readBounded: createBoundedRead(
      reader ? (queries) => reader.read(queries) : (queries) => transaction((within) => runAll(queries, within)),
    ),
    ping: async () => {
      file.prepare('select 1 from sqlite_master').get();
    },
    close: async () => {
      await reader?.close();
      await sql.destroy();
    },
  };
}

/** A connection for compiled reads: it never sees what another one has not committed. */
function openReader(path: string, { onStatement = () => {}, onQuery }: OpenOptions) {
  const file = new BetterSqlite(path, { readonly: true });
  file.pragma('busy_timeout = 5000');
  // Another thread writes, and with every commit of it what this connection keeps of the file is worth nothing: mapped, the
  // file is not read again.
  file.pragma(`mmap_size = ${MAPPED_BYTES}`);
  const statements = withReusedStatements(file, onStatement);
  return {
    read(text: string, values: readonly unknown[]): unknown[] {
      if (!onQuery) return statements.prepare(text).all(...values);
      const startedAt = performance.now();
      const rows = statements.prepare(text).all(...values);
      onQuery(performance.now() - startedAt);
      return rows;
    },
    close: () => file.close(),
  };
}

async function readAt<T>(path: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const file = new BetterSqlite(path, { readonly: true });
  file.pragma('busy_timeout = 5000');
  const database = withReusedStatements(file, () => {}, 'begin');
  const sql = new Kysely<Schema>({ dialect: new TransactionalSqliteDialect({ database }) });
  try {
    return await sql.transaction().execute(work);
  } finally {
    await sql.destroy();
  }
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
const BULK_CACHE_KIB = 65_536;
const MAPPED_BYTES = 2 ** 31 - 65_536;

/** In place of a rollback where a full disk has undone everything already: what went wrong is told, not that nothing is left. */
const NOTHING = 'select 1 where false';

/**
 * The driver's handle with its prepared statements kept: the same text is prepared once. A transaction takes the write
 * lock when it begins, so that two processes on one file wait for each other instead of failing half-way.
 */
function withReusedStatements(
  file: BetterSqlite.Database,
  onStatement: (text: string) => void,
  begin: 'begin' | 'begin immediate' = 'begin immediate',
) {
  const statements = new Map<string, SqliteStatement>();
  return {
    prepare(text: string): SqliteStatement {
      onStatement(text);
      const query = text === 'begin' ? begin : text === 'rollback' && !file.inTransaction ? NOTHING : text;
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
