// The clock of the database, which all nodes share: what they count by, whatever their own clocks say.
import { sql as text } from 'kysely';
import type { Database } from './database.ts';

/** Milliseconds since 1970-01-01 UTC on the database's machine; null for SQLite, whose clock is this node's own. */
export async function readDatabaseClock({ engine, sql }: Database): Promise<number | null> {
  if (engine === 'sqlite') return null;
  const { rows } = await text<{
    milliseconds: number;
  }>`select (extract(epoch from clock_timestamp()) * 1000)::float8 as milliseconds`.execute(sql);
  return rows[0]?.milliseconds ?? null;
}
