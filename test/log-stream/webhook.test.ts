// Log streams to an address of the tenant's: every event arrives, signed, in the order in which it was stored.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { createApp } from '../../src/app.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { eventsIn, type ReceivingServer, signatureOf, startReceivingServer } from '../support/stream-receiver.ts';

let server: ReceivingServer;
before(async () => {
  server = await startReceivingServer();
});
afterEach(async () => {
  const { sql } = server.ground.database;
  await sql.deleteFrom('log_streams').execute();
  await sql.deleteFrom('log_cursors').execute();
  server.receiver.instead = null;
  server.receiver.seen.length = 0;
  server.clock.advance(60_000);
});
after(() => server.close());

const login = () => server.token(SEED_REQUEST);
const lastSeen = () => {
  const seen = server.receiver.seen.at(-1);
  assert.ok(seen, 'something was delivered');
  return seen;
};

/** Ids of the events since the stream was made, in the order of the log. */
async function logIds(count: number): Promise<string[]> {
  return (await server.logs())
    .slice(0, count)
    .map((event) => String(event['log_id']))
    .toReversed();
}

test('events arrive as Auth0 sends them, signed by the secret that only the creation tells', async () => {
  const { signing_secret: secret, id } = await server.stream(
    { filters: [{ type: 'category', name: 'auth.token_exchange.success' }] },
    {
      httpAuthorization: 'Bearer of-the-receiver',
      httpCustomHeaders: [{ header: 'X-Api-Key', value: 'key-of-the-receiver' }],
      httpContentFormat: 'JSONARRAY',
      httpContentType: 'application/vnd.example+json',
    },
  );
  assert.match(secret, /^whsec_[\w+/]{43}=$/);
  await login();
  await server.deliverUntil(() => server.received().length === 1);
  const seen = lastSeen();
  assert.deepEqual(
    [seen.method, seen.path, seen.headers['content-type'], seen.headers.authorization, seen.headers['x-api-key']],
    ['POST', '/events', 'application/vnd.example+json', 'Bearer of-the-receiver', 'key-of-the-receiver'],
  );
  assert.equal(seen.headers['webhook-signature'], signatureOf(seen, secret));
  assert.equal(seen.headers['webhook-timestamp'], String(Math.floor(server.clock.now() / 1000)));
  const [event] = server.received();
  const [stored] = await server.logs();
  const { _id: _, ...data } = stored as Record<string, unknown>;
  assert.deepEqual(event, { log_id: stored?.['log_id'], data: { ...data, is_mobile: false } });
  assert.equal(event?.data['type'], 'sepft');

  const shown = await server.api('GET', `/log-streams/${id}`);
  assert.ok(!shown.raw.body.includes('of-the-receiver') && !shown.raw.body.includes('whsec'), shown.raw.body);
});

test('each format is what a receiver of Auth0’s expects, and filters leave out other categories', async () => {
  const wanted = [{ type: 'category', name: 'auth.token_exchange.fail' }];
  await server.stream({ filters: wanted });
  await server.stream({ name: 'Objects', filters: wanted }, { httpContentFormat: 'JSONOBJECT' });
  await login();
  for (let i = 0; i < 2; i += 1) await server.token({ ...SEED_REQUEST, audience: 'https://nowhere.example' });
  await server.deliverUntil(() => server.receiver.seen.length === 3);
  const bodies = server.receiver.seen.map(({ body }) => body).toSorted((one, other) => one.length - other.length);
  assert.deepEqual(
    bodies.map((body) => body.split('\n').filter(Boolean).length),
    [1, 1, 2],
  );
  assert.ok(bodies[2]?.endsWith('}\n'));
  assert.ok(server.received().every(({ data }) => data['type'] === 'fepft'));
});

test('what was refused comes again, later each time, and nothing is left out or taken twice', async () => {
  const { id } = await server.stream();
  const order: string[] = [];
  let answers = 0;
  server.receiver.instead = (request, response) => {
    answers += 1;
    if (answers <= 3) return void response.writeHead(answers === 1 ? 500 : 302, { location: '/elsewhere' }).end();
    order.push(...eventsIn(request).map(({ log_id: logId }) => logId));
    response.writeHead(200).end('thanks');
  };
  await login();
  await server.deliverUntil(() => answers === 1);
  const first = server.receiver.seen[0];
  await server.app.streamSender.runDue();
  assert.equal(answers, 1, 'not at once');
  const cursor = await server.app.stores.logCursors.findById(id);
  assert.deepEqual([cursor?.attempts, cursor?.lastError], [1, 'the answer was 500']);
  const { log_streams: health } = (await server.api('GET', '/health')).json as { log_streams: object[] };
  const at = new Date(server.clock.now()).toISOString();
  const failing = { failing_since: at, last_error: 'the answer was 500' };
  assert.deepEqual(health, [
    { id, name: 'Receiver', status: 'active', lag_seconds: 0, delivered_at: null, ...failing, missed: 0 },
  ]);
  for (const seconds of [1, 2, 4]) {
    server.clock.advance(seconds * 1000);
    await login();
    await server.app.streamSender.runDue();
  }
  await server.deliverUntil(() => order.length >= 5);
  assert.deepEqual(order, await logIds(5));
  assert.notEqual(first?.headers['webhook-id'], server.receiver.seen.at(-1)?.headers['webhook-id']);
  assert.equal((await server.app.stores.logCursors.findById(id))?.failingSince, null);
});

test('of several servers one delivers, and another goes on where one stopped in the middle', async () => {
  const { id } = await server.stream();
  const other = createApp(server.ground);
  await Promise.all(Array.from({ length: 30 }, login));
  await server.deliverUntil(async () => {
    await Promise.all([server.app.streamSender.runDue(), other.streamSender.runDue()]);
    return server.received().length >= 31;
  });
  const ids = server.received().map(({ log_id: logId }) => logId);
  assert.equal(new Set(ids).size, 31);
  assert.deepEqual(ids.toSorted(), await logIds(31));

  // A server that ended without letting go.
  const { logCursors } = server.app.stores;
  const cursor = await logCursors.findById(id);
  assert.ok(cursor);
  const now = server.app.steadyTime.now();
  assert.ok(await logCursors.claim(cursor, 'somebody-else', now, now + 60_000));
  server.receiver.seen.length = 0;
  await login();
  for (let i = 0; i < 3; i += 1) await other.streamSender.runDue();
  assert.equal(server.receiver.seen.length, 0);
  server.clock.advance(60_001);
  await server.deliverUntil(() => server.received().length === 1);
  await other.server.close();
});

test('an event that is committed after a later one is delivered all the same', async () => {
  const { database } = server.ground;
  if (database.engine === 'sqlite') return;
  await server.stream();
  await server.deliverUntil(() => server.received().length === 1);
  const [event] = await server.logs();
  const tenant = await server.app.stores.tenants.findByName('acme');
  const row = { tenant_id: tenant?.id ?? '', date: server.clock.now(), type: 'fp', client_id: null, user_id: null };
  await database.transaction(async (sql) => {
    await sql
      .insertInto('log_events')
      .values({ ...row, log_id: 'slow', event: JSON.stringify({ ...event, log_id: 'slow' }) })
      .execute();
    await login();
    for (let i = 0; i < 5; i += 1) await server.app.streamSender.runDue();
    assert.equal(server.received().length, 1, 'the later one waits for the earlier');
  });
  await server.deliverUntil(() => server.received().length === 3);
  assert.equal(server.received()[1]?.log_id, 'slow');
});

test('a stream can begin in the past, rests while it is paused, and goes on where it was', async () => {
  const past = server.clock.now();
  await login();
  server.clock.advance(1000);
  const { id } = await server.stream({ startFrom: new Date(past).toISOString() });
  await server.deliverUntil(() => server.received().length === 2);
  assert.deepEqual(
    server.received().map(({ data }) => data['type']),
    ['sepft', 'sapi'],
  );
  await server.api('PATCH', `/log-streams/${id}`, { status: 'paused' });
  await login();
  for (let i = 0; i < 3; i += 1) await server.app.streamSender.runDue();
  assert.equal(server.received().length, 2);
  await server.api('PATCH', `/log-streams/${id}`, { status: 'active' });
  await server.deliverUntil(() => server.received().length === 5);
});

test('nothing is delivered to an address of the operator’s own network [T-33]', async () => {
  const closed = await startReceivingServer({ options: { private_networks: [] } });
  const { id } = await closed.stream();
  await closed.deliverUntil(async () => (await closed.app.stores.logCursors.findById(id))?.failingSince !== null);
  assert.equal(closed.receiver.connections, 0);
  assert.match((await closed.app.stores.logCursors.findById(id))?.lastError ?? '', /no address that may be connected/);
  await closed.close();
});

test('following the log costs a login no statement', async () => {
  const statementsOfLogin = async () => {
    server.statements.length = 0;
    await login();
    return server.statements.length;
  };
  await login();
  const without = await statementsOfLogin();
  await server.stream();
  await login();
  assert.equal(await statementsOfLogin(), without);
});

test('a stream goes on when every event that it had was deleted meanwhile', async () => {
  await server.stream();
  await login();
  await server.deliverUntil(() => server.received().length > 0);
  await server.app.streamSender.runDue();
  const taken = server.received().length;
  await server.ground.database.sql.deleteFrom('log_events').execute();
  await login();
  await server.deliverUntil(() => server.received().length > taken);
});

test('a stream that takes nothing for a week is suspended, and delivers everything when it is resumed', async () => {
  const { id } = await server.stream();
  const tenant = await server.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  server.receiver.instead = (_request, response) => void response.writeHead(503).end();
  await server.deliverUntil(() => server.receiver.seen.length === 1);
  server.clock.advance(7 * 24 * 60 * 60 * 1000);
  await server.deliverUntil(async () => (await server.store.findById(tenant.id, id))?.status === 'suspended');
  server.receiver.instead = null;
  server.receiver.seen.length = 0;
  await login();
  for (let i = 0; i < 3; i += 1) await server.app.streamSender.runDue();
  assert.equal(server.receiver.seen.length, 0);
  const token = await server.managementToken();
  assert.equal((await server.api('PATCH', `/log-streams/${id}`, { status: 'active' }, token)).status, 200);
  await server.deliverUntil(() => server.received().length >= 3);
});
