// The password grant at 1, 8 and 64 requests in flight.
import type { Served } from '../installation.ts';
import type { LoadRequest } from '../load-generator.ts';
import type { Engine, Figure, Row } from '../report.ts';
import { residentMegabytes } from '../resident-memory.ts';
import { emailOf, loginRequest } from '../tenant.ts';
import {
  type Loaded,
  loadInTurn,
  loopRate,
  shares,
  USUAL,
  valuesOf,
  type Workbench,
  withServers,
} from '../workbench.ts';

const IN_FLIGHT = [1, 8, 64];
const GOAL = { atLeast: 0.95 };

/** A login of every user of the usual installation. */
export const LOGINS: readonly LoadRequest[] = Array.from({ length: USUAL.users }, (_, at) =>
  loginRequest(emailOf(at + 1)),
);

/** Measures it; the servers' memory is looked at after the last and largest load. */
export function measurePasswordGrant(workbench: Workbench): Promise<Row[]> {
  return withServers(workbench, async (servers) => {
    const rows: Row[] = [];
    for (const connections of IN_FLIGHT) rows.push(await measureAt(workbench, servers, connections));
    const memory: Figure = {
      name: 'memory of the process afterwards (RSS)',
      unit: 'MB',
      values: Object.fromEntries([...servers].map(([engine, { pid }]) => [engine, residentMegabytes(pid)])),
    };
    return rows.map((row, at) => (at === rows.length - 1 ? { ...row, figures: [...row.figures, memory] } : row));
  });
}

async function measureAt(
  workbench: Workbench,
  servers: ReadonlyMap<Engine, Served>,
  connections: number,
): Promise<Row> {
  const { limit, engines } = workbench;
  const hardest = LOGINS.map((login) => ({ ...login, path: '/login' }));
  const loaded = await loadInTurn(workbench, [
    { column: 'limit', job: { port: limit.port, connections, requests: hardest } },
    ...[...servers].map(([column, { port }]) => ({ column, job: { port, connections, requests: LOGINS } })),
  ]);
  const loop = await loopRate(workbench, 'login', connections);
  const { rate } = loaded.get('limit') as Loaded;
  return {
    title: `Password grant, ${connections} in flight`,
    figures: [
      { name: 'logins', unit: '/s', values: { ...valuesOf(loaded, 'rate'), loop } },
      {
        name: 'share of the limit',
        unit: 'share',
        values: shares(loaded, engines, rate),
        ...(connections === 1 ? {} : { bar: GOAL }),
      },
      { name: 'share of the loop', unit: 'share', values: shares(loaded, engines, loop) },
      { name: 'median time', unit: 'ms', values: valuesOf(loaded, 'p50') },
      { name: '99 of 100 within', unit: 'ms', values: valuesOf(loaded, 'p99') },
    ],
  };
}
