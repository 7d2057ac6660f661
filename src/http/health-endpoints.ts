// /healthz says that the process lives, /readyz that it may be sent work. Both answer on any host.
import type { Database } from '../storage/database.ts';
import { sendJson, UTF8_JSON } from './json-reply.ts';
import type { Readiness, Routes } from './server.ts';

/** Adds both routes. */
export function createHealthRoutes(database: Database, readiness: Readiness): Routes {
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
  return (server) => {
    server.get('/healthz', (_request, reply) => sendJson(reply, 200, { status: 'ok' }, UTF8_JSON));
    server.get('/readyz', async (_request, reply) => {
      const status = await state();
      return sendJson(reply, status === 'ready' ? 200 : 503, { status }, UTF8_JSON);
    });
  };
}
