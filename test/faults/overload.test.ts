// Far more good logins than the machine can hash: those that are let in are served as fast as ever, the others are told to
// come back at once, and whatever needs no hash does not notice.
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultInstallation, type FaultServer, makeFaultInstallation } from '../../scripts/faults/fault-server.ts';
import { type Figure, inFull, record, say } from '../../scripts/faults/figure.ts';
import { runJudgedLoad } from '../../scripts/faults/judged-load.ts';
import type { Judged } from '../../scripts/faults/judged-load-generator.ts';
import { tenantWith } from '../../scripts/faults/tenant.ts';
import { watchedFigures, watchServer } from '../../scripts/faults/watch-server.ts';

const CONNECTIONS = 512;
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

const logins = (connections: number, seconds: number, requestsPerSecond = Infinity): Promise<Judged> =>
  runJudgedLoad({ port: server.port, mix: 'logins', connections, seconds, requestsPerSecond });

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

/** Measures capacity, then loads the server with so many times as much; Infinity is as much as the clients can. */
async function overload(who: string, times: number): Promise<void> {
  say(`${who}: normal load, then capacity`);
  const normal = await logins(2, 10);
  const capacity = await logins(8, 10);
  const rateOf = ({ accepted, seconds }: Judged) => accepted.count / seconds;
  const rateBefore = rateOf(capacity);
  say(`${who}: ${CONNECTIONS} connections for ${SECONDS} s; capacity is ${rateBefore.toFixed(0)} logins/s`);
  const stopWatching = await watchServer(server);
  const over = await logins(CONNECTIONS, SECONDS, times * rateBefore);
  const watched = await stopWatching();
  await sleep(CALM_AFTER_MS);
  const calm = await logins(2, 10);
  // A machine that is not alone changes its speed: capacity is what it was before and after, in the middle.
  const afterwards = await logins(8, 10);
  const rate = (rateBefore + rateOf(afterwards)) / 2;

  const offered = (over.accepted.count + over.refused.count) / over.seconds;
  const flaws = { ...capacity.flaws, ...over.flaws, ...calm.flaws, ...afterwards.flaws };
  const figures: Figure[] = [
    {
      name: 'logins served, of capacity',
      value: (over.accepted.count / over.seconds / rate) * 100,
      unit: '%',
      atLeast: 90,
      note: `${rate.toFixed(1)} logins/s; ${(offered / rate).toFixed(1)} times as many were asked for`,
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
      value: calm.accepted.p99,
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

test('clients that ask again at once do no harm to who was let in, and none that lasts [F-08]', () =>
  overload('asking again at once', Infinity));
