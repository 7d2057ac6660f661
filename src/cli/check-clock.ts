// Is this machine's clock right? Tokens carry its time, and the database remembers what time it was before.
import type { Check } from '../backup/verify-database.ts';
import type { Database } from '../storage/database.ts';

/** No release is older than this. */
const EARLIEST = Date.UTC(2026, 0, 1);
const TOLERANCE_MS = 60_000;

/** Fails for a clock that is before this program was written, or before what the log holds already. */
export async function checkClock({ sql }: Database, now: number): Promise<Check> {
  const name = 'clock';
  const shown = new Date(now).toISOString();
  if (now < EARLIEST) return { name, passed: false, words: `it says ${shown}: set it, best by NTP` };
  const row = await sql
    .selectFrom('log_events')
    .select(({ fn }) => fn.max('date').as('newest'))
    .executeTakeFirst();
  const newest = Number(row?.newest ?? 0);
  if (newest > now + TOLERANCE_MS) {
    const words = `it says ${shown}, but the newest log event is of ${new Date(newest).toISOString()}: set it, best by NTP`;
    return { name, passed: false, words };
  }
  return { name, passed: true, words: shown };
}
