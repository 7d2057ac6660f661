// The order in which log events were stored, as it is safe to follow: the position up to which every event is there. Asked by
// what reads the log in the background.
import { sql as text } from 'kysely';
import type { Database } from './database.ts';

/**
 * The highest position up to which no event can appear any more: whoever has read so far has missed none. Events behind it
 * may be there already, and are settled at one of the next calls.
 */
export type SettledPosition = () => Promise<number>;

/** Builds it. */
export function createSettledPosition(database: Database): SettledPosition {
  // SQLite has one writer at a time, who takes positions and commits them before the next one does.
  return database.engine === 'sqlite' ? () => readNewest(database) : settledBySnapshots(database);
}

async function readNewest({ sql }: Database): Promise<number> {
  const row = await sql
    .selectFrom('log_events')
    .select((events) => events.fn.max('position').as('position'))
    .executeTakeFirst();
  return Number(row?.position ?? 0);
}

/** A position, and the number of a transaction that began after everybody who has a position up to it. */
interface Mark {
  readonly position: number;
  readonly transaction: bigint;
}

/**
 * PostgreSQL: two writers may end in another order than they took their positions. Whoever has a position had a number of
 * its own before, so when all transactions up to a number are over that was given out later, all those positions are.
 */
function settledBySnapshots(database: Database): SettledPosition {
  let settled = 0;
  let mark: Mark | null = null;

  async function settleMark(): Promise<void> {
    if (mark !== null && (await readOldestTransaction(database)) >= mark.transaction) {
      settled = mark.position;
      mark = null;
    }
  }

  return async () => {
    await settleMark();
    if (mark === null && (await readNewest(database)) > settled) {
      mark = await readMark(database);
      await settleMark();
    }
    return settled;
  };
}

async function readMark(database: Database): Promise<Mark> {
  // Security: the position is read first. A number given out before it would let an event be skipped.
  const position = await readNewest(database);
  const { rows } = await text<{ number: string }>`select pg_current_xact_id()::text as number`.execute(database.sql);
  return { position, transaction: BigInt(rows[0]?.number ?? 0) };
}

/** The number of the oldest transaction that is under way; of the next one when none is. */
async function readOldestTransaction({ sql }: Database): Promise<bigint> {
  const { rows } = await text<{
    number: string;
  }>`select pg_snapshot_xmin(pg_current_snapshot())::text as number`.execute(sql);
  return BigInt(rows[0]?.number ?? 0);
}

/** Has the next event stand behind all that are there and all that were sent, after rows were written from elsewhere. */
export async function continueLogPositions(database: Database): Promise<void> {
  const sent = await database.sql
    .selectFrom('log_cursors')
    .select((cursors) => cursors.fn.max('position').as('position'))
    .executeTakeFirst();
  const newest = Math.max(await readNewest(database), Number(sent?.position ?? 0));
  if (newest === 0) return;
  if (database.engine === 'postgresql') {
    await text`select setval('log_event_positions', ${newest})`.execute(database.sql);
    return;
  }
  await text`delete from sqlite_sequence where name = 'log_events'`.execute(database.sql);
  await text`insert into sqlite_sequence (name, seq) values ('log_events', ${newest})`.execute(database.sql);
}
