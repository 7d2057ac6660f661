// A way past the query layer for the statements that the token path runs all the time: compiled already, they need neither its
// queue for a connection nor its plug-ins, and the engine can keep what it made of them. An engine registers how.
import type { Sql } from './database.ts';

/** Runs a compiled statement by itself; the values stand in the order of its parameters. */
export type RunStatement = (text: string, values: readonly unknown[]) => unknown[] | Promise<unknown[]>;

export interface DirectStatements {
  /** For reads; it shows committed rows only. */
  readonly read: RunStatement;
  /** For what changes something; null for an engine that writes what several requests want together. */
  readonly write: RunStatement | null;
}

const known = new WeakMap<Sql, DirectStatements>();

/** Registers how statements of this database are run. */
export function registerDirectStatements(database: Sql, statements: DirectStatements): void {
  known.set(database, statements);
}

/** Null for an engine that answers through the query layer only, and inside a transaction. */
export function directStatementsOf(database: Sql): DirectStatements | null {
  return known.get(database) ?? null;
}
