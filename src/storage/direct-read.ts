// A way past the query layer for reads that the token path makes all the time: compiled already, they need neither its
// queue for the one connection nor its plug-ins. An engine that can answer at once registers how.
import type { Sql } from './database.ts';

/** Runs a compiled read at once; the values stand in the order of its parameters. */
export type DirectRead = (text: string, values: readonly unknown[]) => unknown[];

const reads = new WeakMap<Sql, DirectRead>();

/** Registers how reads of this database are answered. It must show committed rows only. */
export function registerDirectRead(database: Sql, read: DirectRead): void {
  reads.set(database, read);
}

/** Null for an engine that answers through the query layer only, and inside a transaction. */
export function directReadOf(database: Sql): DirectRead | null {
  return reads.get(database) ?? null;
}
