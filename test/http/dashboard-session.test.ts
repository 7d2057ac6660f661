// Sessions of the dashboard: what opens one, what ends one, and who may ask.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { DASHBOARD_CLIENT } from '../../src/declaration/administrator.ts';
import { Secret } from '../../src/lib/secret.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { MANAGEMENT_AUDIENCE, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { PASSWORD, REALM_GRANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST } from '../support/start-server.ts';

const TOKEN = 'a-one-time-token-of-this-test-0123456789';
const EMAIL = 'ada@example.com';
const STRONG = 'Correct-horse-7';
const OWN = { 'x-gatehouse-dashboard': '1' };
const MINUTE = 60_000;

let server: ManagementServer;
beforeEach(async () => {
  server = await startManagementServer();
  const { id } = await sampleTenantOf(server);
  await server.app.stores.setupTokens.replace(id, new Secret(TOKEN), server.clock.now());
  const made = await server.api('POST', '/setup', { token: TOKEN, email: EMAIL, password: STRONG }, null);
  assert.equal(made.status, 201);
});
afterEach(() => server.close());

type Headers = Readonly<Record<string, string>>;

function ask(method: 'GET' | 'POST' | 'DELETE', headers: Headers, remoteAddress = '127.0.0.1') {
  return server.app.server.inject({
    ...{ method, remoteAddress, url: '/dashboard/session' },
    headers: { host: HOST, ...headers },
  });
}

async function tokenOfAdministrator(): Promise<string> {
  const answer = await server.token({
    ...{ grant_type: REALM_GRANT, realm: 'gatehouse-administrators', client_id: DASHBOARD_CLIENT },
    ...{ username: EMAIL, password: STRONG, audience: MANAGEMENT_AUDIENCE },
  });
  return answer.json<{ access_token: string }>().access_token;
}

/** Opens a session; the header that a browser sends from then on. */
async function open(): Promise<string> {
  const answer = await ask('POST', { ...OWN, authorization: `Bearer ${await tokenOfAdministrator()}` });
  assert.equal(answer.statusCode, 201, answer.body);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

const read = async (cookie: string) => (await ask('GET', { ...OWN, cookie })).statusCode;

test('the session lives in a cookie that no script, no other host and no plain connection gets [T-38]', async () => {
  const answer = await ask('POST', { ...OWN, authorization: `Bearer ${await tokenOfAdministrator()}` });
  const [value, ...attributes] = String(answer.headers['set-cookie']).split('; ');
  assert.match(value ?? '', /^__Host-gatehouse-dashboard=[A-Za-z0-9_-]{43}$/);
  assert.deepEqual(attributes.toSorted(), ['HttpOnly', 'Max-Age=43200', 'Path=/', 'SameSite=Strict', 'Secure']);
  assert.equal(answer.headers['cache-control'], 'no-store');
});

test('a session brings ordinary tokens of ten minutes, with what their owner may do', async () => {
  const cookie = await open();
  const granted = (await ask('GET', { ...OWN, cookie })).json<Record<string, string | number>>();
  assert.equal(granted['expires_in'], 600);
  assert.equal((await server.api('GET', '/clients', undefined, String(granted['access_token']))).status, 200);
  server.clock.advance(11 * MINUTE);
  assert.equal((await server.api('GET', '/clients', undefined, String(granted['access_token']))).status, 401);
  assert.equal(await read(cookie), 200);
});

test('nothing else opens for a session: the Management API takes no cookie [T-38]', async () => {
  const cookie = await open();
  const answer = await server.app.server.inject({
    url: '/api/v2/clients',
    headers: { host: HOST, cookie, ...OWN },
  });
  assert.equal(answer.statusCode, 401);
});

test('what another site makes a browser send is refused, cookie or not [T-38]', async () => {
  const cookie = await open();
  const refused: Headers[] = [
    { cookie },
    { cookie, ...OWN, origin: 'https://evil.example.com' },
    { cookie, ...OWN, origin: `https://evil.${HOST}` },
    { cookie, ...OWN, origin: 'null' },
    { cookie, ...OWN, 'sec-fetch-site': 'cross-site' },
    { cookie, ...OWN, 'sec-fetch-site': 'same-site' },
  ];
  for (const headers of refused) {
    for (const method of ['GET', 'POST', 'DELETE'] as const) {
      assert.equal((await ask(method, headers)).statusCode, 403, JSON.stringify([method, headers]));
    }
  }
  assert.equal(await read(cookie), 200);
  const own = { cookie, ...OWN, origin: `https://${HOST}`, 'sec-fetch-site': 'same-origin' };
  assert.equal((await ask('GET', own)).statusCode, 200);
});

test('over a network without TLS there is no session and no page [T-38]', async () => {
  const cookie = await open();
  assert.equal((await ask('GET', { ...OWN, cookie }, '203.0.113.7')).statusCode, 403);
  const page = await server.app.server.inject({
    ...{ url: '/dashboard', headers: { host: HOST }, remoteAddress: '203.0.113.7' },
  });
  assert.equal(page.statusCode, 403);
});

test('a session that nobody uses ends after half an hour', async () => {
  const cookie = await open();
  server.clock.advance(29 * MINUTE);
  assert.equal(await read(cookie), 200);
  server.clock.advance(29 * MINUTE);
  assert.equal(await read(cookie), 200);
  server.clock.advance(30 * MINUTE);
  assert.equal(await read(cookie), 401);
});

test('every session ends after twelve hours, and its row goes with the next one', async () => {
  const cookie = await open();
  for (let passed = 0; passed < 12 * 60 - 20; passed += 20) {
    server.clock.advance(20 * MINUTE);
    assert.equal(await read(cookie), 200);
  }
  server.clock.advance(20 * MINUTE);
  assert.equal(await read(cookie), 401);
  await open();
  const rows = await server.ground.database.sql.selectFrom('dashboard_sessions').selectAll().execute();
  assert.equal(rows.length, 1);
});

test('signing out ends the session at the server, not only in the browser', async () => {
  const cookie = await open();
  const answer = await ask('DELETE', { ...OWN, cookie });
  assert.equal(answer.statusCode, 204);
  assert.match(String(answer.headers['set-cookie']), /Max-Age=0/);
  assert.equal(await read(cookie), 401);
});

test('what is stored of a session opens nothing [T-45]', async () => {
  const cookie = await open();
  const [row] = await server.ground.database.sql.selectFrom('dashboard_sessions').selectAll().execute();
  assert.ok(row && !cookie.includes(row.session_digest));
  assert.equal(await read(`__Host-gatehouse-dashboard=${row.session_digest}`), 401);
});

test('whoever is blocked, demoted or has another password since has no session any more', async () => {
  const { stores } = server.app;
  const { sql } = server.ground.database;
  const { id } = await sampleTenantOf(server);
  const [stored] = await stores.users.listByEmail(id, EMAIL);
  assert.ok(stored);
  const cookie = await open();

  await stores.users.save(id, { ...stored.user, blocked: true }, sql);
  assert.equal(await read(cookie), 401);
  await stores.users.save(id, stored.user, sql);
  assert.equal(await read(cookie), 200);

  await sql
    .updateTable('credentials')
    .set({ updated_at: server.clock.now() + 1 })
    .execute();
  assert.equal(await read(cookie), 401);
  server.clock.advance(MINUTE);
  const renewed = await open();
  await stores.roleAssignments.replace(id, stored.user.userId, { roleIds: [], permissions: [] }, sql);
  assert.equal(await read(renewed), 401);
});

test('only administrators and viewers have a session: no client and no other user', async () => {
  const ofClient = await server.managementToken();
  assert.equal((await ask('POST', { ...OWN, authorization: `Bearer ${ofClient}` })).statusCode, 403);
  const answer = await server.token({ ...SEED_REQUEST, password: PASSWORD, audience: MANAGEMENT_AUDIENCE, scope: '' });
  const ofUser = answer.json<{ access_token: string }>().access_token;
  assert.equal((await ask('POST', { ...OWN, authorization: `Bearer ${ofUser}` })).statusCode, 403);
  assert.equal((await ask('POST', { ...OWN, authorization: 'Bearer nonsense' })).statusCode, 401);
  assert.equal((await ask('POST', OWN)).statusCode, 401);
});
