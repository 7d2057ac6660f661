// What stands between the pool and a PostgreSQL that is away: after a few connections that could not be made nobody waits for
// another one, and a connection on which nothing comes any more is given up. Called by postgresql.ts.
import type { PostgresPool } from 'kysely';
import type { Client, Pool } from 'pg';
import { CircuitBreaker } from '../lib/circuit-breaker.ts';
import { systemClock } from '../lib/clock.ts';

/** Connections in a row that could not be made. */
const FAILURES = 5;
/** Then one is tried so often, and everybody else is told at once. */
const REST_MS = 500;
/** The pool's words for connections that others hold: the server is busy, not away. */
const ALL_TAKEN = /timeout exceeded when trying to connect/;

/** The driver's words for an answer that did not come in time. */
const GIVEN_UP = 'Query read timeout';

/** The pool as the query layer uses it; throws an outage at once while the server is away. */
export function createConnectionGate(pool: Pool): PostgresPool {
  const breaker = new CircuitBreaker({ failures: FAILURES, restMs: REST_MS, clock: systemClock });
  return {
    async connect() {
      const attempt = breaker.begin();
      if (!attempt) throw Object.assign(new Error('The database server is away.'), { code: '08001' });
      try {
        const client = await pool.connect();
        attempt.ended('worked');
        return client;
      } catch (error) {
        attempt.ended(error instanceof Error && ALL_TAKEN.test(error.message) ? 'unknown' : 'failed');
        throw error;
      }
    },
    end: () => pool.end(),
    options: pool.options,
  };
}

/** Ends a connection whose answer did not come in time: the next one that used it would wait for that answer, too. */
export function giveUpWhenSilent(client: Client): void {
  const ask = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
  Object.assign(client, {
    async query(...args: unknown[]): Promise<unknown> {
      try {
        return await ask(...args);
      } catch (error) {
        if (error instanceof Error && error.message === GIVEN_UP) void client.end();
        throw error;
      }
    },
  });
}
