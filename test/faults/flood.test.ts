// Minutes of far too many requests, a tenth of them hostile, and slow clients beside them: every answer is a documented one,
// nobody gets a token without the right credentials, and every token is in the log.
import { after, before, test } from 'node:test';
import BetterSqlite from 'better-sqlite3';
import { type FaultInstallation, type FaultServer, makeFaultInstallation } from '../../scripts/faults/fault-server.ts';
import { inFull, record, say } from '../../scripts/faults/figure.ts';
import { measureGoodput } from '../../scripts/faults/goodput.ts';
import { runJudgedLoad } from '../../scripts/faults/judged-load.ts';
import { openSlowSockets } from '../../scripts/faults/slow-sockets.ts';
import { tenantWith } from '../../scripts/faults/tenant.ts';
import { growthFigure, watchedFigures, watchServer } from '../../scripts/faults/watch-server.ts';

const CONNECTIONS = 512;
/** So many times as much as the server can do is asked of it. */
const TIMES = 10;
/** Of the requests nine in ten are logins. */
const SHARE_OF_LOGINS = 0.9;
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
  const slow = await openSlowSockets(server.port, SLOW_CLIENTS, 2);
  const { percent, capacity, over, watched, calm } = await measureGoodput({
    rounds: 1,
    atCapacity: () => runJudgedLoad({ ...load, connections: 8, seconds: 10 }),
    overload(rate) {
      say(
        `${CONNECTIONS} connections and ${SLOW_CLIENTS} slow clients for ${SECONDS} s; capacity is ${rate.toFixed(0)} logins/s`,
      );
      const requestsPerSecond = (TIMES * rate) / SHARE_OF_LOGINS;
      return runJudgedLoad({ ...load, connections: CONNECTIONS, seconds: SECONDS, requestsPerSecond });
    },
    watch: () => watchServer(server),
  });
  slow.end();
  await server.stop();

  const logged = readTokenEvents(installation.databasePath);
  const runs = [over, ...calm];
  const unlogged = runs.flatMap(({ tokenRequestIds }) => tokenRequestIds).filter((id) => !logged.has(id));
  const flaws = Object.assign({}, ...runs.map((judged) => judged.flaws)) as Record<string, number>;
  record([
    {
      name: 'logins served, of capacity',
      value: percent,
      unit: '%',
      atLeast: 90,
      note: `${capacity.toFixed(1)} logins/s, with a tenth of hostile requests`,
    },
    { name: 'p99 of accepted logins', value: over.accepted.p99, unit: 'ms', atMost: 3000 },
    {
      name: 'p99 of refusals',
      value: over.refused.p99,
      unit: 'ms',
      atMost: 150,
      note: `${(over.refused.count / over.seconds).toFixed(0)}/s`,
    },
    ...watchedFigures(watched, idleMegabytes, POOL_MEGABYTES),
    growthFigure(watched.megabytes),
    {
      name: 'answers with an undocumented status, without JSON, or with a token for wrong credentials',
      value: Object.values(flaws).reduce((sum, count) => sum + count, 0),
      unit: 'count',
      atMost: 0,
      note:
        Object.keys(flaws).length > 0 ? JSON.stringify(flaws) : `${Object.keys(over.statuses).length} kinds of answers`,
    },
    {
      name: 'tokens without a log event',
      value: unlogged.length,
      unit: 'count',
      atMost: 0,
      note: `${over.tokenRequestIds.length} tokens`,
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
