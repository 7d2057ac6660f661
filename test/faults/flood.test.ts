// Minutes of far too many requests, a tenth of them hostile, and slow clients beside them: every answer is a documented one,
// nobody gets a token without the right credentials, and every token is in the log.
import { after, before, test } from 'node:test';
import BetterSqlite from 'better-sqlite3';
import { type FaultInstallation, type FaultServer, makeFaultInstallation } from '../../scripts/faults/fault-server.ts';
import { inFull, record, say } from '../../scripts/faults/figure.ts';
import { runJudgedLoad } from '../../scripts/faults/judged-load.ts';
import { openSlowSockets } from '../../scripts/faults/slow-sockets.ts';
import { tenantWith } from '../../scripts/faults/tenant.ts';
import { growthFigure, watchedFigures, watchServer } from '../../scripts/faults/watch-server.ts';

const CONNECTIONS = 512;
/** So many times as much as the server can do is asked of it. */
const TIMES = 10;
const SECONDS = inFull(180, 45);
const SLOW_CLIENTS = inFull(500, 100);
const POOL_MEGABYTES = (4 * 19_456 * 1024) / 1e6;

let installation: FaultInstallation;
let server: FaultServer;
before(async () => {
  installation = await makeFaultInstallation({ tenant: tenantWith(), users: true });
  server = await installation.serve();
});
after(() => installation.remove());

test('a flood with hostile requests in it is answered as documented, and no credentials are made up [F-08]', async () => {
  const load = { port: server.port, mix: 'hostile' } as const;
  await runJudgedLoad({ ...load, connections: 4, seconds: 3 });
  const idleMegabytes = server.residentMegabytes();
  const capacity = await runJudgedLoad({ ...load, connections: 8, seconds: 10 });
  const rateBefore = capacity.accepted.count / capacity.seconds;
  const answered = Object.values(capacity.statuses).reduce((sum, count) => sum + count, 0) / capacity.seconds;
  say(
    `${CONNECTIONS} connections and ${SLOW_CLIENTS} slow clients for ${SECONDS} s; capacity is ${rateBefore.toFixed(0)} logins/s`,
  );
  const stopWatching = await watchServer(server);
  const slow = await openSlowSockets(server.port, SLOW_CLIENTS, 2);
  const flood = await runJudgedLoad({
    ...{ ...load, connections: CONNECTIONS, seconds: SECONDS },
    requestsPerSecond: TIMES * answered,
  });
  const watched = await stopWatching();
  slow.end();
  // A machine that is not alone changes its speed: capacity is what it was before and after, in the middle.
  const afterwards = await runJudgedLoad({ ...load, connections: 8, seconds: 10 });
  const capacityRate = (rateBefore + afterwards.accepted.count / afterwards.seconds) / 2;
  await server.stop();

  const logged = readTokenEvents(installation.databasePath);
  const runs = [capacity, flood, afterwards];
  const unlogged = runs.flatMap(({ tokenRequestIds }) => tokenRequestIds).filter((id) => !logged.has(id));
  const flaws = { ...capacity.flaws, ...flood.flaws, ...afterwards.flaws };
  record([
    {
      name: 'logins served, of capacity',
      value: (flood.accepted.count / flood.seconds / capacityRate) * 100,
      unit: '%',
      atLeast: 90,
      note: `${capacityRate.toFixed(1)} logins/s before and after, with a tenth of hostile requests`,
    },
    { name: 'p99 of accepted logins', value: flood.accepted.p99, unit: 'ms', atMost: 3000 },
    {
      name: 'p99 of refusals',
      value: flood.refused.p99,
      unit: 'ms',
      atMost: 150,
      note: `${(flood.refused.count / flood.seconds).toFixed(0)}/s`,
    },
    ...watchedFigures(watched, idleMegabytes, POOL_MEGABYTES),
    growthFigure(watched.megabytes),
    {
      name: 'answers with an undocumented status, without JSON, or with a token for wrong credentials',
      value: Object.values(flaws).reduce((sum, count) => sum + count, 0),
      unit: 'count',
      atMost: 0,
      note:
        Object.keys(flaws).length > 0
          ? JSON.stringify(flaws)
          : `${Object.keys(flood.statuses).length} kinds of answers`,
    },
    {
      name: 'tokens without a log event',
      value: unlogged.length,
      unit: 'count',
      atMost: 0,
      note: `${flood.tokenRequestIds.length} tokens`,
    },
  ]);
});

/** The request ids of all successful logins in the log. */
function readTokenEvents(path: string): ReadonlySet<unknown> {
  const database = new BetterSqlite(path, { readonly: true });
  try {
    const events = database.prepare("select event ->> '$.details.request_id' from log_events where type = 'sepft'");
    return new Set(events.pluck().all());
  } finally {
    database.close();
  }
}
