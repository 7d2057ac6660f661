// /healthz says that the process lives, /readyz that it may be sent work and how far the node's clock is off the
// database's. Both answer on any host.
import type { Clock } from '../lib/clock.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { Database } from '../storage/database.ts';
import { sendJson, UTF8_JSON } from './json-reply.ts';
import type { Readiness, Routes } from './server.ts';

interface Parts {
  readonly database: Database;
  readonly readiness: Readiness;
  readonly clock: Clock;
  readonly steadyTime: SteadyTime;
}

/** Adds both routes. */
export function createHealthRoutes({ database, readiness, clock, steadyTime }: Parts): Routes {
  async function state(): Promise<'ready' | 'draining' | 'storage'> {
    if (readiness.draining) return 'draining';
    try {
      await database.ping();
      return 'ready';
    } catch {
      // Why it does not answer is logged where it is used; here it only matters that it does not.
      return 'storage';
    }
  }
  /** Of the node's clock against the database's, which steady time follows; SQLite has no clock but the node's. */
  function clockSkewSeconds(): number {
    if (database.engine === 'sqlite') return 0;
    return Math.round((clock.now() - steadyTime.now()) / 100) / 10;
  }
  return (server) => {
    server.get('/healthz', (_request, reply) => sendJson(reply, 200, { status: 'ok' }, UTF8_JSON));
    server.get('/readyz', async (_request, reply) => {
      const status = await state();
      const body = { status, clock_skew_seconds: clockSkewSeconds() };
      return sendJson(reply, status === 'ready' ? 200 : 503, body, UTF8_JSON);
    });
  };
}
