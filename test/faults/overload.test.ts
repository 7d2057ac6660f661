// Far more good logins than the machine can hash: those that are let in are served as fast as ever, the others are told to
// come back at once, and whatever needs no hash does not notice.
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startNode } from '../../scripts/bench/child-program.ts';
import { type FaultInstallation, type FaultServer, makeFaultInstallation } from '../../scripts/faults/fault-server.ts';
import { type Figure, inFull, record, say } from '../../scripts/faults/figure.ts';
import { measureGoodput } from '../../scripts/faults/goodput.ts';
import { runJudgedLoad } from '../../scripts/faults/judged-load.ts';
import type { Judged } from '../../scripts/faults/judged-load-generator.ts';
import { tenantWith } from '../../scripts/faults/tenant.ts';
import { watchedFigures, watchServer } from '../../scripts/faults/watch-server.ts';

const CONNECTIONS = 512;
const ROUNDS = inFull(2, 1);
/** Of each round. */
const SECONDS = inFull(60, 20);
/** Four hashes of 19 MiB at once, by default. */
const POOL_MEGABYTES = (4 * 19_456 * 1024) / 1e6;
const CALM_AFTER_MS = 5000;

let installation: FaultInstallation;
let server: FaultServer;
let idleMegabytes: number;
before(async () => {
  installation = await makeFaultInstallation({ tenant: tenantWith(), users: true });
  server = await installation.serve();
  await logins(4, 3);
  await sleep(1000);
  idleMegabytes = server.residentMegabytes();
});
after(async () => {
  await server.stop();
  installation.remove();
});

const logins = (
  connections: number,
  seconds: number,
  requestsPerSecond = Infinity,
  { port }: Pick<FaultServer, 'port'> = server,
): Promise<Judged> => runJudgedLoad({ port, mix: 'logins', connections, seconds, requestsPerSecond });

/**
 * What holds under any load. The rest holds at ten times capacity: callers who ask as fast as they can share the processors
 * with the server here, and what they leave it is told and not judged.
 */
const ALWAYS: ReadonlySet<string> = new Set([
  'p99 of accepted logins',
  'most memory',
  'p99 of logins 5 s after the overload',
  'flawed answers',
]);

/** Loads the server with so many times as much as it can do; Infinity is as much as the clients can. */
async function overload(who: string, times: number): Promise<void> {
  say(`${who}: normal load, then capacity`);
  const normal = await logins(2, 10);
  const later: Judged[] = [];
  const { percent, capacity, over, watched, calm } = await measureGoodput({
    rounds: ROUNDS,
    atCapacity: () => logins(8, 10),
    overload(rate) {
      say(`${who}: ${CONNECTIONS} connections for ${SECONDS} s; capacity is ${rate.toFixed(0)} logins/s`);
      return logins(CONNECTIONS, SECONDS, times * rate);
    },
    watch: () => watchServer(server),
    async afterLoad() {
      await sleep(CALM_AFTER_MS);
      later.push(await logins(2, 10));
    },
  });

  const offered = (over.accepted.count + over.refused.count) / over.seconds;
  const flaws = Object.assign({}, ...[over, ...later, ...calm].map((judged) => judged.flaws)) as Record<string, number>;
  const figures: Figure[] = [
    {
      name: 'logins served, of capacity',
      value: percent,
      unit: '%',
      atLeast: 90,
      note: `${capacity.toFixed(1)} logins/s; ${(offered / capacity).toFixed(1)} times as many were asked for`,
    },
    { name: 'p99 of accepted logins', value: over.accepted.p99, unit: 'ms', atMost: 3000 },
    {
      name: 'p99 of refusals',
      value: over.refused.p99,
      unit: 'ms',
      atMost: 150,
      note: `${(over.refused.count / over.seconds).toFixed(0)}/s, p50 ${over.refused.p50.toFixed(0)} ms`,
    },
    ...watchedFigures(watched, idleMegabytes, POOL_MEGABYTES),
    {
      name: 'p99 of logins 5 s after the overload',
      value: Math.max(...later.map(({ accepted }) => accepted.p99)),
      unit: 'ms',
      atMost: normal.accepted.p99 * 1.5 + 10,
      note: `${normal.accepted.p99.toFixed(1)} ms before it`,
    },
    { name: 'flawed answers', value: Object.keys(flaws).length, unit: 'count', atMost: 0, note: JSON.stringify(flaws) },
  ];
  const told = ({ value, unit, note = '' }: Figure) => ({ value, unit, note });
  const judged = (figure: Figure) => (times === Infinity && !ALWAYS.has(figure.name) ? told(figure) : figure);
  record(figures.map((figure) => ({ ...judged(figure), name: `${who}: ${figure.name}` })));
}

test('ten times as many logins as can be hashed neither lower what is served nor slow what is let in [F-08, T-19]', () =>
  overload('ten times capacity', 10));

test('what the simplest server makes of ten times as many logins, on the same machine', async () => {
  const plain = startNode(['scripts/faults/plain-server.ts'], { UV_THREADPOOL_SIZE: '8' });
  try {
    const [, port] = await plain.waitFor(/"port":(\d+)/);
    const to = { port: Number(port) };
    await logins(8, 3, Infinity, to);
    const { percent, capacity } = await measureGoodput({
      rounds: ROUNDS,
      atCapacity: () => logins(8, 10, Infinity, to),
      overload(rate) {
        say(
          `the simplest server: ${CONNECTIONS} connections for ${SECONDS} s; capacity is ${rate.toFixed(0)} logins/s`,
        );
        return logins(CONNECTIONS, SECONDS, 10 * rate, to);
      },
      watch: async () => async () => ({ probes: new Map(), loopDelayMs: 0, megabytes: [] }),
    });
    const name =
      'the simplest server, without checks and storage, at ten times its capacity: logins served, of capacity';
    record([{ name, value: percent, unit: '%', note: `${capacity.toFixed(1)} logins/s` }]);
  } finally {
    await plain.stop();
  }
});

test('clients that ask again at once do no harm to who was let in, and none that lasts [F-08]', () =>
  overload('asking again at once', Infinity));
