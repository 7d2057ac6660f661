// Refresh tokens: a row is read, and written in one piece with the log event; no password is hashed.
import type { Served } from '../installation.ts';
import type { LoadRequest } from '../load-generator.ts';
import type { Engine, Row } from '../report.ts';
import { sendExpecting200 } from '../send.ts';
import { emailOf, loginRequest, machineRequests, refreshRequest } from '../tenant.ts';
import { type Loaded, loadInTurn, shares, valuesOf, type Workbench, withServers } from '../workbench.ts';

const IN_FLIGHT = 16;
const TOKENS = 40;
const GOAL = { atLeast: 0.65 };

/** Measures uses of the tokens of several users against signatures alone. */
export function measureRefresh(workbench: Workbench): Promise<Row[]> {
  return withServers(workbench, async (servers) => {
    const prepared: { column: Engine; served: Served; requests: LoadRequest[] }[] = [];
    for (const [column, served] of servers) prepared.push({ column, served, requests: await logIn(served.port) });
    const bare = machineRequests('RS256').map((request) => ({ ...request, path: '/RS256' }));
    const loaded = await loadInTurn(workbench, [
      { column: 'limit', job: { port: workbench.limit.port, connections: IN_FLIGHT, requests: bare } },
      ...prepared.map(({ column, served, requests }) => ({
        column,
        job: { port: served.port, connections: IN_FLIGHT, requests },
      })),
    ]);
    const { rate } = loaded.get('limit') as Loaded;
    return [
      {
        title: `Refresh tokens, RS256, ${IN_FLIGHT} in flight`,
        figures: [
          { name: 'tokens', unit: '/s', values: valuesOf(loaded, 'rate') },
          { name: 'share of the limit', unit: 'share', values: shares(loaded, workbench.engines, rate), bar: GOAL },
          { name: 'median time', unit: 'ms', values: valuesOf(loaded, 'p50') },
          { name: '99 of 100 within', unit: 'ms', values: valuesOf(loaded, 'p99') },
        ],
      },
    ];
  });
}

async function logIn(port: number): Promise<LoadRequest[]> {
  const requests: LoadRequest[] = [];
  for (let user = 1; user <= TOKENS; user += 1) {
    const request = loginRequest(emailOf(user), { scope: 'read:sample offline_access' });
    const { text } = await sendExpecting200(port, request);
    const { refresh_token: token } = JSON.parse(text) as { refresh_token: string };
    requests.push(refreshRequest(token));
  }
  return requests;
}
