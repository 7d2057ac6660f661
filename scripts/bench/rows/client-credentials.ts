// Client credentials: no password to hash, so that what is left is the signature and the server itself.
import type { Engine, Row } from '../report.ts';
import { machineRequests } from '../tenant.ts';
import { type Loaded, loadInTurn, loopRate, shares, valuesOf, type Workbench, withServers } from '../workbench.ts';

const IN_FLIGHT = 16;
const RS256_GOAL = { atLeast: 0.7 };
const ES256_GOAL = { atLeast: 2 };

/** Measures tokens signed with RS256 and with ES256, all four contestants in each round's turn. */
export function measureClientCredentials(workbench: Workbench): Promise<Row[]> {
  return withServers(workbench, async (servers) => {
    const measure = async (algorithm: 'RS256' | 'ES256') => {
      const requests = machineRequests(algorithm);
      const bare = requests.map((request) => ({ ...request, path: `/${algorithm}` }));
      const loaded = await loadInTurn(workbench, [
        { column: 'limit', job: { port: workbench.limit.port, connections: IN_FLIGHT, requests: bare } },
        ...[...servers].map(([column, { port }]) => ({ column, job: { port, connections: IN_FLIGHT, requests } })),
      ]);
      return { loaded, loop: await loopRate(workbench, algorithm, IN_FLIGHT) };
    };
    const rs256 = await measure('RS256');
    const es256 = await measure('ES256');
    const rateOf = (column: Engine) => (rs256.loaded.get(column) as Loaded).rate;
    const rowOf = (algorithm: string, { loaded, loop }: typeof rs256, bar: object): Row => ({
      title: `Client credentials, ${algorithm}, ${IN_FLIGHT} in flight`,
      figures: [
        { name: 'tokens', unit: '/s', values: { ...valuesOf(loaded, 'rate'), loop } },
        {
          name: 'share of the limit',
          unit: 'share',
          values: shares(loaded, workbench.engines, (loaded.get('limit') as Loaded).rate),
          ...bar,
        },
        { name: 'median time', unit: 'ms', values: valuesOf(loaded, 'p50') },
        { name: '99 of 100 within', unit: 'ms', values: valuesOf(loaded, 'p99') },
      ],
    });
    const times: Partial<Record<Engine, number>> = Object.fromEntries(
      workbench.engines.map((engine) => [engine, (es256.loaded.get(engine) as Loaded).rate / rateOf(engine)]),
    );
    const es256Row = rowOf('ES256', es256, {});
    return [
      rowOf('RS256', rs256, { bar: RS256_GOAL }),
      {
        ...es256Row,
        figures: [...es256Row.figures, { name: 'rate against RS256', unit: 'times', values: times, bar: ES256_GOAL }],
      },
    ];
  });
}
