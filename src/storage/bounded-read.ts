// Reads that may have to look at a great many rows: a few run at a time, whoever asks for many waits behind the others, and
// one that takes too long is given up. None of this is on the way of a login.
import type { CompiledQuery } from 'kysely';
import { systemClock } from '../lib/clock.ts';
import { FairLine, TurnedAway } from '../lib/fair-line.ts';
import type { Sql } from './database.ts';

/** The rows of each query. */
export type ReadRows = readonly (readonly unknown[])[];

/** Why there are no rows. */
export type NotRead =
  /** It was given up at its deadline. */
  | { readonly kind: 'too-slow' }
  /** It was not begun: too many others wait. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number };

/** What came of it. */
export type BoundedRead = { readonly kind: 'read'; readonly rows: ReadRows } | NotRead;

/**
 * Runs the queries one after the other on the database as it stood at one instant. Reads of different owners take turns.
 * Throws when a query is wrong, or the database does not answer.
 */
export type ReadBounded = (owner: string, queries: readonly CompiledQuery[]) => Promise<BoundedRead>;

/** Milliseconds after which a read is given up. */
export const READ_DEADLINE_MS = 5000;
/** How many run at a time. */
export const READS_AT_ONCE = 2;
const WAIT_BUDGET_MS = 5000;

/** Puts a line in front of an engine's way to read; `run` resolves to null at the deadline. */
export function createBoundedRead(run: (queries: readonly CompiledQuery[]) => Promise<ReadRows | null>): ReadBounded {
  const line = new FairLine({ slots: READS_AT_ONCE, budgetMs: WAIT_BUDGET_MS, clock: systemClock });
  return async (owner, queries) => {
    try {
      const rows = await line.enter({ group: owner, member: owner }).run(() => run(queries));
      return rows === null ? { kind: 'too-slow' } : { kind: 'read', rows };
    } catch (error) {
      if (error instanceof TurnedAway) return { kind: 'busy', retryAfterMs: error.retryAfterMs };
      throw error;
    }
  };
}

/** The rows of each query, run inside a transaction. */
export async function runAll(queries: readonly CompiledQuery[], transaction: Sql): Promise<ReadRows> {
  const rows: (readonly unknown[])[] = [];
  for (const query of queries) rows.push((await transaction.executeQuery(query)).rows);
  return rows;
}
