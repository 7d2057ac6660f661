// What applications and APIs only read: the user behind a token, and the keys that verify one.
import type { Served } from '../installation.ts';
import type { LoadRequest } from '../load-generator.ts';
import type { Bar, Engine, Row } from '../report.ts';
import { sendExpecting200 } from '../send.ts';
import { emailOf, getRequest, loginRequest } from '../tenant.ts';
import { type Loaded, loadInTurn, shares, valuesOf, type Workbench, withServers } from '../workbench.ts';

const IN_FLIGHT = 32;
const TOKENS = 40;

/** Measures userinfo with tokens of several users. */
export function measureUserinfo(workbench: Workbench): Promise<Row[]> {
  return measureReads(workbench, 'Userinfo', { atLeast: 0.4 }, async (port) => {
    const requests: LoadRequest[] = [];
    for (let user = 1; user <= TOKENS; user += 1) {
      const { text } = await sendExpecting200(port, loginRequest(emailOf(user), { scope: 'openid profile email' }));
      const { access_token: token } = JSON.parse(text) as { access_token: string };
      requests.push(getRequest('/userinfo', token));
    }
    return requests;
  });
}

/** Measures the published keys. */
export function measureJwks(workbench: Workbench): Promise<Row[]> {
  return measureReads(workbench, 'Published keys (JWKS)', { atLeast: 0.8 }, () =>
    Promise.resolve([getRequest('/.well-known/jwks.json')]),
  );
}

function measureReads(
  workbench: Workbench,
  title: string,
  bar: Bar,
  prepare: (port: number) => Promise<LoadRequest[]>,
): Promise<Row[]> {
  return withServers(workbench, async (servers) => {
    const prepared: { engine: Engine; served: Served; requests: LoadRequest[] }[] = [];
    for (const [engine, served] of servers) prepared.push({ engine, served, requests: await prepare(served.port) });
    const [first] = prepared;
    const [sample] = first?.requests ?? [];
    if (!first || !sample) throw new Error('There is nothing to read.');
    // As many bytes as the server's own answer has.
    const { text } = await sendExpecting200(first.served.port, sample);
    const bare: LoadRequest = { ...sample, path: `/${Buffer.byteLength(text)}` };
    const loaded = await loadInTurn(workbench, [
      { column: 'limit', job: { port: workbench.limit.port, connections: IN_FLIGHT, requests: [bare] } },
      ...prepared.map(({ engine, served, requests }) => ({
        column: engine,
        job: { port: served.port, connections: IN_FLIGHT, requests },
      })),
    ]);
    const { rate } = loaded.get('limit') as Loaded;
    return [
      {
        title: `${title}, ${IN_FLIGHT} in flight`,
        figures: [
          { name: 'answers', unit: '/s', values: valuesOf(loaded, 'rate') },
          { name: 'share of the limit', unit: 'share', values: shares(loaded, workbench.engines, rate), bar },
          { name: 'median time', unit: 'ms', values: valuesOf(loaded, 'p50') },
          { name: '99 of 100 within', unit: 'ms', values: valuesOf(loaded, 'p99') },
          {
            name: 'share of the time the load generator worked',
            unit: 'share',
            values: valuesOf(loaded, 'generatorBusy'),
          },
        ],
      },
    ];
  });
}
