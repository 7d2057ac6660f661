// Minutes at a third of what the server can do, a tenth of it hostile: nothing grows, and it is as fast at the end as it was.
import { after, before, test } from 'node:test';
import { Client } from 'pg';
import { type FaultInstallation, type FaultServer, makeFaultInstallation } from '../../scripts/faults/fault-server.ts';
import { type Figure, inFull, record, say } from '../../scripts/faults/figure.ts';
import { runJudgedLoad } from '../../scripts/faults/judged-load.ts';
import { tenantWith } from '../../scripts/faults/tenant.ts';
import { growthFigure } from '../../scripts/faults/watch-server.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';

const QUARTERS = 4;
const SECONDS_OF_A_QUARTER = inFull(300, 30);
const SHARE = 0.3;
const SAMPLE_EVERY_MS = 500;
/** Asking for the metrics takes the server some milliseconds. */
const ASK_EVERY_MS = 5000;
/** In half a minute a few disturbances of the machine are one in a hundred: a short run looks at one in ten. */
const JUDGED = inFull<'p99' | 'p90'>('p99', 'p90');
const SLOWEST = inFull(1.1, 1.5);
const MAY_DIFFER = 10;

let database: PostgresqlDatabase;
let installation: FaultInstallation;
let server: FaultServer;
before(async () => {
  database = await createPostgresqlDatabase();
  installation = await makeFaultInstallation({ tenant: tenantWith(), users: true, databaseUrl: database.url });
  server = await installation.serve();
});
after(async () => {
  await server.stop();
  installation.remove();
  await database.drop();
});

/** How much a series rose by in an hour, by the straight line through it. */
function risePerHour(values: readonly number[], everyMs = SAMPLE_EVERY_MS): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let above = 0;
  let below = 0;
  for (const [index, value] of values.entries()) {
    above += (index - middle) * (value - mean);
    below += (index - middle) ** 2;
  }
  return (above / below) * (3_600_000 / everyMs);
}

/** How many timers the metrics tell of; NaN when they tell none. */
function timersIn(metrics: string): number {
  return Number(/^nodejs_active_resources\{type="Timeout"\} (\d+)$/m.exec(metrics)?.[1] ?? Number.NaN);
}

test('minutes of load with hostile requests in it leave the server as it was [F-23]', async () => {
  const load = { port: server.port, mix: 'hostile' } as const;
  const warm = await runJudgedLoad({ ...load, connections: 8, seconds: 10 });
  const capacity = warm.accepted.count / warm.seconds;
  say(`${QUARTERS} times ${SECONDS_OF_A_QUARTER} s; capacity is ${capacity.toFixed(0)} logins/s`);
  const administrator = new Client({ connectionString: database.url });
  await administrator.connect();
  const series = {
    megabytes: [] as number[],
    files: [] as number[],
    connections: [] as number[],
    timers: [] as number[],
  };
  const sampling = setInterval(() => {
    series.megabytes.push(server.residentMegabytes());
    series.files.push(server.openFiles());
    void administrator
      .query('select count(*) as n from pg_stat_activity where datname = current_database()')
      .then(({ rows: [row] }) => series.connections.push(Number((row as { n: string }).n)));
  }, SAMPLE_EVERY_MS);
  const asking = setInterval(
    () => void server.metrics().then((text) => series.timers.push(timersIn(text))),
    ASK_EVERY_MS,
  );
  const quarters = [];
  for (let quarter = 1; quarter <= QUARTERS; quarter += 1) {
    const requestsPerSecond = SHARE * capacity;
    quarters.push(await runJudgedLoad({ ...load, connections: 8, seconds: SECONDS_OF_A_QUARTER, requestsPerSecond }));
    say(`quarter ${quarter}: ${JUDGED} ${quarters.at(-1)?.accepted[JUDGED].toFixed(1)} ms`);
  }
  clearInterval(sampling);
  clearInterval(asking);
  await administrator.end();
  const [first = Number.NaN, last = Number.NaN] = [quarters[0], quarters.at(-1)].map(
    (quarter) => quarter?.accepted[JUDGED],
  );
  const flaws = Object.assign({}, ...quarters.map((quarter) => quarter.flaws)) as Record<string, number>;
  const risen = (name: string, values: readonly number[], everyMs = SAMPLE_EVERY_MS): Figure => ({
    name,
    value: Math.max(...values.slice(-10)) - Math.max(...values.slice(0, 10)),
    unit: 'count',
    atMost: MAY_DIFFER,
    note: `${risePerHour(values, everyMs).toFixed(1)} an hour`,
  });
  record([
    {
      name: `${JUDGED} of the last quarter, of the first`,
      value: last / first,
      unit: 'times',
      atMost: SLOWEST,
      note: `${first.toFixed(1)} ms, then ${last.toFixed(1)} ms`,
    },
    { ...growthFigure(series.megabytes), note: `${risePerHour(series.megabytes).toFixed(1)} MB an hour` },
    risen('open files more than at the beginning', series.files),
    risen('connections to the database more than at the beginning', series.connections),
    risen('timers more than at the beginning', series.timers, ASK_EVERY_MS),
    { name: 'flawed answers', value: Object.keys(flaws).length, unit: 'count', atMost: 0, note: JSON.stringify(flaws) },
  ]);
});
