// Whether the directories of every tenant answer, as far as that can be told without a password of a user.

import type { Check } from '../backup/verify-database.ts';
import { type Connection, DATABASE_STRATEGY } from '../connection/connection.ts';
import { createConnectionStore } from '../connection/connection-store.ts';
import { toConnection } from '../connection/read-connection.ts';
import { probeConnection } from '../directory/connection-probes.ts';
import type { Ground } from '../ground.ts';
import { createTenantStore } from '../tenant/tenant-store.ts';

/** One check for each connection that is not our own database. */
export async function checkConnections(
  ground: Pick<Ground, 'configuration' | 'clock' | 'database' | 'vault'>,
): Promise<Check[]> {
  const { sql } = ground.database;
  const store = createConnectionStore(sql, ground.vault);
  const checks: Check[] = [];
  for (const tenant of await createTenantStore(sql).list()) {
    const connections = (await store.list(tenant.id)).map(toConnection);
    const elsewhere = connections.filter(({ strategy }) => strategy !== DATABASE_STRATEGY);
    checks.push(...(await Promise.all(elsewhere.map((one) => checkConnection(ground, tenant.name, one)))));
  }
  return checks;
}

async function checkConnection(
  ground: Pick<Ground, 'configuration' | 'clock'>,
  tenantName: string,
  connection: Connection,
): Promise<Check> {
  const name = `connection ${tenantName}/${connection.name}`;
  const steps = await probeConnection({ ...ground, ...ground.configuration }, connection, null);
  const failed = steps.find((step) => step.passed === false);
  const more = `\`gatehouse connection test ${connection.name}\` tells more`;
  if (failed) return { name, passed: false, words: `${failed.name}: ${failed.words.replace(/\.$/, '')}; ${more}` };
  const tookMs = Math.round(steps.reduce((sum, step) => sum + step.tookMs, 0));
  return { name, passed: true, words: `answers, after ${tookMs} ms` };
}
