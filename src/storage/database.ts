// An open database, whichever engine is behind it: the one query layer that every store speaks, opened by its address.
import type { CompiledQuery, Kysely, Transaction } from 'kysely';
import type { ReadBounded } from './bounded-read.ts';
import type { Schema } from './schema.ts';

/** What a store runs its queries on: the database, or a transaction of it. */
export type Sql = Kysely<Schema> | Transaction<Schema>;

/** An open database. */
export interface Database {
  readonly engine: 'sqlite' | 'postgresql';
  readonly sql: Kysely<Schema>;
  /**
   * Runs the work in one transaction; it is undone when the work throws. Nothing but queries may be awaited inside, and the
   * work may run again when the database says that two transactions got into each other's way.
   */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /**
   * Runs the statements of several requests in one transaction, all or none, and resolves to the rows that each one's last
   * statement returns. Null for an engine that brings concurrent commits to the disk together by itself.
   */
  readonly writeGroup:
    | ((requests: readonly (readonly CompiledQuery[])[]) => Promise<readonly (readonly unknown[])[]>)
    | null;
  /** Runs work that may take as long as it likes, such as changing the schema. */
  withoutTimeout<T>(work: (sql: Kysely<Schema>) => Promise<T>): Promise<T>;
  /**
   * Runs work that only reads, on a connection of its own, and sees the database as it stood at one instant however long
   * it takes. Writers are not held up.
   */
  snapshot<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
  /** For queries that may have to look at a great many rows: nothing else waits for them, and they end at a deadline. */
  readonly readBounded: ReadBounded;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** How a database is opened. */
export interface OpenOptions {
  /** Most connections to PostgreSQL; SQLite has one. */
  readonly poolSize?: number;
  /** Sees the text of every statement, without its values. */
  readonly onStatement?: (text: string) => void;
  /** Told the milliseconds that every statement took. */
  readonly onQuery?: (milliseconds: number) => void;
  /** True for a server, of which a SQLite file has one at a time; commands work beside it. */
  readonly forServer?: boolean;
  /**
   * True for a process that writes much and notes in the same transactions how far it is: the transactions of a SQLite file
   * reach the disk in their order, and at the latest with the next one of an ordinary connection.
   */
  readonly forBulk?: boolean;
  /** True never makes a SQLite file. */
  readonly mustExist?: boolean;
  /** True opens a SQLite file as it is, without looking at it first, and never writes. */
  readonly readOnly?: boolean;
  /** Milliseconds after which a bounded read is given up. */
  readonly readDeadlineMs?: number;
}

/** The path of a SQLite file; null for another kind of address, and for a database in memory. */
export function sqlitePathOf(url: string): string | null {
  const path = /^sqlite:(.+)$/.exec(url)?.[1];
  return path === undefined || path === ':memory:' ? null : path;
}

/**
 * Opens `sqlite:PATH`, `sqlite::memory:` or `postgres://USER:PASSWORD@HOST:PORT/NAME`. A file is made when it is missing,
 * readable by its owner only. Throws a plain error for another kind of address.
 */
export async function openDatabase(url: string, options: OpenOptions = {}): Promise<Database> {
  const path = /^sqlite:(.+)$/.exec(url)?.[1];
  if (path !== undefined) return (await import('./sqlite.ts')).openSqlite(path, options);
  if (/^postgres(ql)?:\/\//.test(url)) return (await import('./postgresql.ts')).openPostgresql(url, options);
  throw new Error('database_url must look like sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME.');
}
