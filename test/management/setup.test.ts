// The first administrator of a tenant, and what administrators, viewers and everybody else may do.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { DASHBOARD_CLIENT } from '../../src/declaration/administrator.ts';
import { Secret } from '../../src/lib/secret.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { MANAGEMENT_AUDIENCE, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { PASSWORD, PUBLIC_CLIENT, REALM_GRANT, SEED_REQUEST, USER_ID } from '../support/sample-tenant.ts';

const TOKEN = 'a-one-time-token-of-this-test-0123456789';
const EMAIL = 'ada@example.com';
const STRONG = 'Correct-horse-7';
const SETUP = { token: TOKEN, email: EMAIL, password: STRONG };

let server: ManagementServer;
beforeEach(async () => {
  server = await startManagementServer();
  await server.app.stores.setupTokens.replace((await sampleTenantOf(server)).id, new Secret(TOKEN), server.clock.now());
});
afterEach(() => server.close());

const setUp = (body: object) => server.api('POST', '/setup', body, null);

async function logIn(username: string, password: string) {
  return server.token({
    grant_type: REALM_GRANT,
    realm: 'gatehouse-administrators',
    username,
    password,
    client_id: DASHBOARD_CLIENT,
    audience: MANAGEMENT_AUDIENCE,
  });
}

async function tokenOf(username: string, password: string): Promise<string> {
  const answer = await logIn(username, password);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<{ access_token: string }>().access_token;
}

test('a fresh tenant lets nobody in: no administrator, and no password that anybody knows [T-44]', async () => {
  assert.equal((await logIn('admin', 'admin')).statusCode, 401);
  for (const path of ['/clients', '/users', '/tenants/settings', '/logs']) {
    assert.equal((await server.api('GET', path, undefined, null)).status, 401, path);
  }
  assert.equal((await setUp({ ...SETUP, token: 'another-token-that-is-long-enough-0123' })).status, 401);
});

test('the one-time token makes the first administrator, once [T-44]', async () => {
  assert.equal((await setUp({ ...SETUP, password: 'weak' })).status, 400);
  assert.equal((await setUp(SETUP)).status, 201);
  const again = await setUp({ ...SETUP, email: 'eve@example.com' });
  assert.equal(again.status, 401);
  const token = await tokenOf(EMAIL, STRONG);
  assert.equal((await server.api('GET', '/clients', undefined, token)).status, 200);
  assert.equal((await server.api('PATCH', '/tenants/settings', { friendly_name: 'Acme' }, token)).status, 200);
});

test('of many who use the token at once one becomes administrator [T-44]', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => setUp({ ...SETUP, email: `ada${i}@example.com` })),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.equal(answers.filter(({ status }) => status === 401).length, 7);
});

test('the one-time token is no use after an hour [T-44]', async () => {
  server.clock.advance(3_600_000);
  assert.equal((await setUp(SETUP)).status, 401);
});

test('an administrator who is blocked, or has lost the role, is none from then on', async () => {
  await setUp(SETUP);
  const { stores } = server.app;
  const { id } = await sampleTenantOf(server);
  const token = await tokenOf(EMAIL, STRONG);
  const [stored] = await stores.users.listByEmail(id, EMAIL);
  assert.ok(stored);
  await stores.roleAssignments.replace(
    id,
    stored.user.userId,
    { roleIds: [], permissions: [] },
    server.ground.database.sql,
  );
  assert.equal((await server.api('GET', '/clients', undefined, token)).status, 403);
  await stores.users.save(id, { ...stored.user, blocked: true }, server.ground.database.sql);
  assert.equal((await server.api('GET', '/clients', undefined, token)).status, 401);
});

test('a viewer sees everything but secrets, and changes nothing [T-35]', async () => {
  await setUp(SETUP);
  const { stores } = server.app;
  const { id } = await sampleTenantOf(server);
  const [stored] = await stores.users.listByEmail(id, EMAIL);
  const viewer = await stores.roles.findByName(id, 'gatehouse-viewer');
  assert.ok(stored && viewer);
  const only = { roleIds: [viewer.id], permissions: [] };
  await stores.roleAssignments.replace(id, stored.user.userId, only, server.ground.database.sql);
  const token = await tokenOf(EMAIL, STRONG);
  const list = await server.api('GET', '/clients', undefined, token);
  assert.equal(list.status, 200);
  assert.ok(!list.raw.body.includes('client_secret"'));
  assert.equal((await server.api('PATCH', `/clients/${PUBLIC_CLIENT}`, { name: 'x' }, token)).status, 403);
  assert.equal((await server.api('POST', '/users', { connection: 'x' }, token)).status, 403);
});

test('roles on the Management API count for administrators only, whoever else is given them [T-35]', async () => {
  await setUp(SETUP);
  const { stores } = server.app;
  const { id } = await sampleTenantOf(server);
  const role = await stores.roles.findByName(id, 'gatehouse-administrator');
  assert.ok(role);
  const given = { roleIds: [role.id], permissions: [] };
  await stores.roleAssignments.replace(id, USER_ID, given, server.ground.database.sql);
  const answer = await server.token({ ...SEED_REQUEST, password: PASSWORD, audience: MANAGEMENT_AUDIENCE, scope: '' });
  assert.equal(
    answer.json<{ scope: string }>().scope,
    'read:current_user update:current_user_identities update:current_user_metadata',
  );
});

test('an application cannot log administrators in, only the dashboard can', async () => {
  await setUp(SETUP);
  const answer = await server.token({
    grant_type: REALM_GRANT,
    realm: 'gatehouse-administrators',
    username: EMAIL,
    password: STRONG,
    client_id: PUBLIC_CLIENT,
  });
  assert.equal(answer.statusCode, 400);
});
