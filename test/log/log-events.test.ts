// One event for each token request, with everything that somebody needs later to say what happened: who, from where, by
// which client, with what result and why. Stored in the words of Auth0's logs.
import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { after, before, test } from 'node:test';
import { postRaw } from '../support/injected-request.ts';
import { eventOf } from '../support/refusal.ts';
import { API, DATABASE, PUBLIC_CLIENT, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const SDK = { name: 'auth0.js', version: '9.28.0', env: { node: '24.0.0' } };
const HEADERS = {
  'user-agent': 'test-agent/1.0',
  'auth0-client': Buffer.from(JSON.stringify(SDK)).toString('base64url'),
};
const FINGERPRINT = /^[0-9a-f]{16}$/;

interface Body {
  readonly error: string;
}

/** What every event has in common, whatever happened. */
const COMMON = {
  date: '2026-01-15T12:00:00.000Z',
  ip: '127.0.0.1',
  client_ip: null,
  user_agent: 'test-agent/1.0',
  hostname: HOST,
  auth0_client: SDK,
  tenant_name: 'acme',
};
const CLIENT = { client_id: PUBLIC_CLIENT, client_name: 'CLI' };
const CONNECTION = { connection: DATABASE, strategy: 'auth0', strategy_type: 'database' };
const NO_CONNECTION = { connection: null, connection_id: null, strategy: null, strategy_type: null };
const ASKED = { audience: API, scope: 'read:sample' };

interface Row {
  readonly type: string;
  readonly name: string;
  readonly request: Record<string, unknown>;
  readonly event: Record<string, unknown>;
  readonly reason: string | null;
  readonly named: boolean;
}

const ROWS: readonly Row[] = [
  {
    type: 'sepft',
    name: 'a success',
    request: SEED_REQUEST,
    event: {
      ...CLIENT,
      ...CONNECTION,
      ...ASKED,
      user_id: USER_ID,
      user_name: USER,
      description: 'Successful exchange of Password for Access Token',
    },
    reason: null,
    named: true,
  },
  {
    type: 'fp',
    name: 'a wrong password',
    request: { ...SEED_REQUEST, password: 'wrong' },
    event: {
      ...CLIENT,
      ...CONNECTION,
      ...ASKED,
      user_id: USER_ID,
      user_name: USER,
      description: 'Wrong email or password.',
    },
    reason: 'wrong-password',
    named: true,
  },
  {
    type: 'fu',
    name: 'an unknown user',
    request: { ...SEED_REQUEST, username: 'nobody@example.com' },
    event: {
      ...CLIENT,
      ...CONNECTION,
      ...ASKED,
      user_id: null,
      user_name: null,
      description: 'Wrong email or password.',
    },
    reason: 'unknown-user',
    named: true,
  },
  {
    type: 'fepft',
    name: 'an unknown audience',
    request: { ...SEED_REQUEST, audience: 'https://unknown.example.com' },
    event: {
      ...CLIENT,
      ...CONNECTION,
      audience: 'https://unknown.example.com',
      scope: 'read:sample',
      user_id: USER_ID,
      user_name: USER,
      description: 'Service not found: https://unknown.example.com',
    },
    reason: 'audience',
    named: true,
  },
  {
    type: 'fepft',
    name: 'an unknown client',
    request: { ...SEED_REQUEST, client_id: 'Nobody' },
    event: {
      client_id: 'Nobody',
      client_name: null,
      ...NO_CONNECTION,
      ...ASKED,
      user_id: null,
      user_name: null,
      description: 'Unauthorized',
    },
    reason: 'unknown-client',
    named: true,
  },
  {
    type: 'f',
    name: 'a request that is no known grant',
    request: { ...SEED_REQUEST, grant_type: 'magic' },
    event: {
      client_id: PUBLIC_CLIENT,
      client_name: null,
      ...NO_CONNECTION,
      ...ASKED,
      user_id: null,
      user_name: null,
      description: 'Unsupported grant type: magic',
    },
    reason: 'unsupported-grant-type',
    named: true,
  },
  {
    type: 'f',
    name: 'a request that cannot be read',
    request: { ...SEED_REQUEST, scope: 1 },
    event: {
      client_id: null,
      client_name: null,
      ...NO_CONNECTION,
      audience: null,
      scope: null,
      user_id: null,
      user_name: null,
      description: 'Parameter scope must be a string',
    },
    reason: 'malformed',
    named: false,
  },
];

for (const { type, name, request, event, reason, named } of ROWS) {
  test(`${name} is one event of type ${type} with all its members [L-05]`, async () => {
    const answer = await server.token(request, HEADERS);
    const {
      _id,
      log_id: id,
      details,
      user_name_fp: fingerprint,
      connection_id: connectionId,
      ...rest
    } = await eventOf(server, answer);
    const { connection_id: _, ...expected } = { ...COMMON, ...event, type } as Record<string, unknown>;
    assert.deepEqual({ ...rest }, expected);
    assert.match(String(id), /^900\d{17}\d{6}[0-9a-f]{16}$/);
    assert.equal(_id, id);
    assert.match(String(connectionId), event['connection'] === null ? /^null$/ : /^con_[A-Za-z0-9]{16}$/);
    assert.match(String(fingerprint), named ? FINGERPRINT : /^null$/);
    const { phases, ...others } = details;
    // What they say is of log/login-phases.test.ts and log/refused-login-phases.test.ts.
    assert.ok(Array.isArray(phases));
    assert.deepEqual(others, {
      grant_type: named ? request['grant_type'] : null,
      ...(reason === null ? {} : { answer: { status: answer.statusCode, error: answer.json<Body>().error } }),
      request_id: answer.headers['x-auth0-requestid'],
      duration_ms: 0,
      ip_source: 'socket',
      node: hostname(),
      ...(reason === null ? {} : { error: { reason, message: event['description'] } }),
    });
  });
}

test('the columns that events are searched by say the same as the event [L-05]', async () => {
  const answer = await server.token(SEED_REQUEST);
  const { log_id: id } = await eventOf(server, answer);
  const row = await server.ground.database.sql
    .selectFrom('log_events')
    .select(['type', 'client_id', 'user_id', 'date'])
    .where('log_id', '=', String(id))
    .executeTakeFirstOrThrow();
  assert.deepEqual(
    { ...row, date: Number(row.date) },
    { type: 'sepft', client_id: PUBLIC_CLIENT, user_id: USER_ID, date: server.clock.now() },
  );
});

test('events come in the order in which they happened', async () => {
  const other = await startServer();
  const ids: unknown[] = [];
  for (let i = 0; i < 12; i += 1) {
    ids.push((await other.token({ ...SEED_REQUEST, password: `wrong ${i}` })).headers['x-auth0-requestid']);
    other.clock.advance(i % 3);
  }
  const logged = (await other.logs()).map((event) => event.details['request_id']);
  assert.deepEqual(logged, ids.toReversed());
  await other.close();
});

test('a success counts one login of the user, a refusal none', async () => {
  const other = await startServer();
  const counts = async () => {
    const { sql } = other.ground.database;
    const columns = ['logins_count', 'last_login', 'last_ip'] as const;
    return sql.selectFrom('users').select(columns).where('email', '=', USER).executeTakeFirstOrThrow();
  };
  await other.token({ ...SEED_REQUEST, password: 'wrong' });
  assert.deepEqual(await counts(), { logins_count: 0, last_login: null, last_ip: null });
  other.clock.advance(5000);
  await other.token(SEED_REQUEST);
  const { logins_count: count, last_login: at, last_ip: ip } = await counts();
  assert.deepEqual([Number(count), Number(at), ip], [1, other.clock.now(), '127.0.0.1']);
  await other.close();
});

test('user-supplied texts are cut at 256 characters, with a mark [L-03]', async () => {
  const long = 'x'.repeat(300);
  const cut = `${'x'.repeat(256)}…[cut]`;
  const request = { ...SEED_REQUEST, scope: long, audience: `https://${long}`, password: 'wrong' };
  const event = await eventOf(server, await server.token(request, { 'user-agent': long }));
  assert.equal(event['user_agent'], cut);
  assert.equal(event['scope'], cut);
  assert.equal(event['audience'], `https://${'x'.repeat(248)}…[cut]`);
  const exact = 'y'.repeat(256);
  const kept = await eventOf(server, await server.token(SEED_REQUEST, { 'user-agent': exact }));
  assert.equal(kept['user_agent'], exact);
});

const TELEMETRY: ReadonlyArray<readonly [name: string, header: string, logged: unknown]> = [
  ['base64url JSON', Buffer.from('{"name":"a","version":"1"}').toString('base64url'), { name: 'a', version: '1' }],
  ['base64 JSON', Buffer.from('{"name":"a?>","version":"1"}').toString('base64'), { name: 'a?>', version: '1' }],
  ['members that nobody knows', Buffer.from('{"name":"a","extra":"b"}').toString('base64'), { name: 'a' }],
  ['no JSON', 'not base64 JSON', null],
  ['an array', Buffer.from('[1]').toString('base64'), null],
  ['a text', Buffer.from('"a"').toString('base64'), null],
  ['null', Buffer.from('null').toString('base64'), null],
  ['nothing', '', null],
  ['more than a kilobyte', Buffer.from(`{"name":"${'a'.repeat(1000)}"}`).toString('base64'), null],
];

for (const [name, header, logged] of TELEMETRY) {
  test(`an Auth0-Client header with ${name} is never refused`, async () => {
    const answer = await server.token(SEED_REQUEST, { 'auth0-client': header });
    assert.equal(answer.statusCode, 200);
    assert.deepEqual((await eventOf(server, answer))['auth0_client'], logged);
  });
}

test('what never reached a tenant is in no log', async () => {
  const events = (await server.logs()).length;
  await server.token(SEED_REQUEST, { host: 'unknown.example.test' });
  await postRaw(server, '{}', { host: 'unknown.example.test', 'content-type': 'application/json' });
  assert.equal((await server.logs()).length, events);
});
