// The clock of the database, by which all nodes count: read, adopted, and compared with the node's own.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { adoptDatabaseClock } from '../../src/cli/database-clock.ts';
import { readDatabaseClock } from '../../src/storage/database-clock.ts';
import { get } from '../support/injected-request.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const HOUR = 3_600_000;
const log = createMemoryLog();
let server: TestServer;
before(async () => {
  server = await startServer({ logger: log.logger });
});
after(() => server.close());

const onPostgresql = () => server.ground.database.engine === 'postgresql';

async function shownSkew(): Promise<unknown> {
  return (await get(server, '/readyz')).json<Record<string, unknown>>()['clock_skew_seconds'];
}

test('steady time goes over to the clock of the database, and /readyz shows how far the node is off it [F-15]', async () => {
  const { ground, app, clock } = server;
  assert.equal(app.steadyTime.now(), clock.now());
  assert.equal(await shownSkew(), 0);
  const reading = await readDatabaseClock(ground.database);
  await adoptDatabaseClock(ground, app.steadyTime);
  if (reading === null) {
    // SQLite has no clock: what this node says is right.
    assert.equal(onPostgresql(), false);
    assert.equal(app.steadyTime.now(), clock.now());
    assert.equal(await shownSkew(), 0);
    assert.deepEqual(log.lines(), []);
    return;
  }
  const adopted = app.steadyTime.now();
  assert.ok(adopted >= reading, 'a later reading is later');
  assert.equal(await shownSkew(), Math.round((clock.now() - adopted) / 100) / 10);
  const [warning] = log.lines();
  assert.equal(warning?.['level'], 'warn');
  assert.match(String(warning?.['msg']), /off the clock of the database/);
});

test('a clock that is set shows in /readyz at once, and moves steady time neither way [F-15]', async () => {
  const { app, clock } = server;
  const [time, skew] = [app.steadyTime.now(), Number(await shownSkew())];
  clock.jump(-24 * HOUR);
  assert.equal(app.steadyTime.now(), time);
  assert.equal(await shownSkew(), onPostgresql() ? skew - 24 * 3600 : 0);
  clock.advance(1000);
  assert.equal(app.steadyTime.now(), time + 1000);
});

test('a difference that time servers leave is no reason to warn [F-15]', async () => {
  const { ground, app, clock } = server;
  const reading = await readDatabaseClock(ground.database);
  if (reading !== null) clock.jump(reading - clock.now() - 20_000);
  const lines = log.lines().length;
  await adoptDatabaseClock(ground, app.steadyTime);
  assert.equal(log.lines().length, lines);
});
