// Keeps steady time on the clock of the database, so that all nodes count by one, and says so when this node's is off.
import type { Ground } from '../ground.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import { readDatabaseClock } from '../storage/database-clock.ts';

const LOOK_EVERY_MS = 60_000;
const TOLERANCE_MS = 30_000;

type Parts = Pick<Ground, 'database' | 'clock' | 'logger'>;

/** Reads the clock once and adopts it; throws when the database does not answer. Nothing happens on SQLite. */
export async function adoptDatabaseClock({ database, clock, logger }: Parts, steadyTime: SteadyTime): Promise<void> {
  const reading = await readDatabaseClock(database);
  if (reading === null) return;
  steadyTime.adopt(reading);
  const skewSeconds = Math.round((clock.now() - reading) / 1000);
  if (Math.abs(skewSeconds) * 1000 > TOLERANCE_MS) {
    logger.warn({ skewSeconds }, 'the clock of this node is off the clock of the database: set both by NTP');
  }
}

/** Does so once a minute until the signal aborts. */
export async function followDatabaseClock(parts: Parts, steadyTime: SteadyTime, signal: AbortSignal): Promise<void> {
  const { clock, logger } = parts;
  for (;;) {
    await clock.sleep(LOOK_EVERY_MS, signal);
    if (signal.aborted) return;
    try {
      await adoptDatabaseClock(parts, steadyTime);
    } catch (error) {
      // An outage does not stop the stopwatch: the last reading goes on, and the next look is a minute away.
      logger.warn({ err: error }, 'the clock of the database could not be read');
    }
  }
}
