// What a server is like while it is loaded: how fast it answers what costs no hash, how late its event loop runs, and how much
// memory it holds.
import { setTimeout as sleep } from 'node:timers/promises';
import { median, percentile } from '../bench/statistics.ts';
import type { FaultServer } from './fault-server.ts';
import type { Figure } from './figure.ts';
import { createRawClient } from './raw-client.ts';
import { getRequest, login, tokenRequest } from './requests.ts';
import { emailOf, PASSWORD } from './tenant.ts';

export interface Watched {
  /** p99 in milliseconds by path; NaN when one of the answers was not 200. */
  readonly probes: ReadonlyMap<string, number>;
  /** p99 of the delay of the event loop, in milliseconds; NaN when the server tells none. */
  readonly loopDelayMs: number;
  /** Memory that the process held, from the first sample to the last. */
  readonly megabytes: readonly number[];
}

const PROBE_EVERY_MS = 100;
const SAMPLE_EVERY_MS = 250;
const FASTEST_MS = 50;
const MOST_GROWTH_PERCENT = 10;

/** Watches the server until the function that comes back is called, which resolves to what was seen. */
export async function watchServer(server: FaultServer): Promise<() => Promise<Watched>> {
  const client = createRawClient(server.port);
  const answer = await client.send(tokenRequest(login(emailOf(1), PASSWORD, { scope: 'openid' })));
  client.close();
  const { access_token: token } = JSON.parse(answer.body) as { access_token: string };
  const requests = new Map([
    ['/.well-known/jwks.json', getRequest('/.well-known/jwks.json')],
    ['/userinfo', getRequest('/userinfo', { Authorization: `Bearer ${token}` })],
    ['/healthz', getRequest('/healthz')],
  ]);
  // The delay is told since it was last asked for.
  await server.metrics();

  const stopped = new AbortController();
  const times = new Map<string, number[]>();
  const megabytes: number[] = [];
  const probing = [...requests].map(async ([path, request]) => {
    const prober = createRawClient(server.port);
    const own: number[] = [];
    times.set(path, own);
    while (!stopped.signal.aborted) {
      const { status, ms } = await prober.send(request);
      own.push(status === 200 ? ms : Number.NaN);
      await sleep(PROBE_EVERY_MS);
    }
    prober.close();
  });
  const sampling = setInterval(() => {
    megabytes.push(server.residentMegabytes());
  }, SAMPLE_EVERY_MS);
  return async () => {
    stopped.abort();
    clearInterval(sampling);
    await Promise.all(probing);
    return {
      probes: new Map([...times].map(([path, own]) => [path, percentile(own, 0.99)])),
      loopDelayMs: loopDelayOf(await server.metrics()),
      megabytes,
    };
  };
}

/** What was seen, with the bounds that hold under any load. */
export function watchedFigures(
  { probes, loopDelayMs, megabytes }: Watched,
  idleMegabytes: number,
  poolMegabytes: number,
): Figure[] {
  return [
    ...[...probes].map(([path, value]): Figure => ({ name: `p99 of ${path}`, value, unit: 'ms', atMost: FASTEST_MS })),
    { name: 'p99 of the delay of the event loop', value: loopDelayMs, unit: 'ms', atMost: FASTEST_MS },
    {
      name: 'most memory',
      value: Math.max(...megabytes),
      unit: 'MB',
      atMost: 2 * idleMegabytes + poolMegabytes,
      note: `${idleMegabytes.toFixed(0)} MB idle, ${poolMegabytes.toFixed(0)} MB for hashes`,
    },
  ];
}

/** How much memory grew once it was warm: from the second fifth of the samples to the last. */
export function growthFigure(megabytes: readonly number[]): Figure {
  const fifth = Math.ceil(megabytes.length / 5);
  const [early, late] = [median(megabytes.slice(fifth, 2 * fifth)), median(megabytes.slice(-fifth))];
  return {
    name: 'growth of memory from the second fifth of the time to the last',
    value: (late / early - 1) * 100,
    unit: '%',
    atMost: MOST_GROWTH_PERCENT,
    note: `${early.toFixed(0)} MB, then ${late.toFixed(0)} MB`,
  };
}

function loopDelayOf(metrics: string): number {
  const seconds = /^gatehouse_event_loop_delay_seconds\{quantile="0\.99"\} (\S+)$/m.exec(metrics)?.[1];
  return seconds === undefined ? Number.NaN : Number(seconds) * 1000;
}
