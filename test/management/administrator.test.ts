// Administrators are made and changed at the command line of the server: over the Management API their connection is not
// there, and nobody becomes one or takes one over.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertApiRefused, assertEmpty, insufficientScope, invalidBody, jsonOf } from '../support/api-answer.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { tokensFor } from '../support/injected-request.ts';
import {
  MANAGED_TENANT,
  MANAGEMENT_AUDIENCE,
  type ManagementServer,
  startManagementServer,
} from '../support/management-server.ts';
import { API, PASSWORD, PUBLIC_CLIENT, REALM_GRANT, SEED_REQUEST, USER_ID } from '../support/sample-tenant.ts';

const REALM = 'gatehouse-administrators';
const ADMINISTRATOR = 'auth0|67e9930075b689b7db269999';
const HELD = ['read:clients', 'update:clients'];
const TENANT = {
  ...MANAGED_TENANT,
  databases: [
    ...MANAGED_TENANT.databases,
    { name: REALM, enabled_clients: ['CLI'], options: { passwordPolicy: 'none' } },
  ],
  roles: [
    {
      name: 'Administrator',
      permissions: HELD.map((name) => ({
        resource_server_identifier: MANAGEMENT_AUDIENCE,
        permission_name: name,
      })),
    },
  ],
  users: [
    ...MANAGED_TENANT.users,
    {
      ...{ connection: REALM, user_id: '67e9930075b689b7db269999', email: 'root@example.com', password: PASSWORD },
      roles: ['Administrator'],
    },
  ],
};

let server: ManagementServer;
let connectionId: string;
before(async () => {
  server = await startManagementServer({ tenant: TENANT });
  const { id } = await sampleTenantOf(server);
  const connections = await server.app.stores.connections.list(id);
  connectionId = connections.find(({ name }) => name === REALM)?.id ?? '';
  assert.match(connectionId, /^con_/);
});
after(() => server.close());

const CLOSED = [
  403,
  'operation_not_supported',
  'Administrators are changed at the command line of the server: `gatehouse admin`.',
] as const;
const MISSING = [404, 'inexistent_connection', 'The connection does not exist'] as const;
const path = (part = '') => `/users/${encodeURIComponent(ADMINISTRATOR)}${part}`;
const request = {
  ...{ ...SEED_REQUEST, grant_type: REALM_GRANT, realm: REALM, username: 'root@example.com' },
  audience: MANAGEMENT_AUDIENCE,
};
const tokenOf = async (scope: string) => tokensFor(server, { ...request, scope });

test('an administrator may do what their roles hold, as long as they hold it', async () => {
  const { access_token: token, scope } = await tokenOf('read:clients update:clients read:users');
  assert.equal(scope, 'read:clients update:clients');
  assert.equal((await server.api('GET', '/clients', undefined, token)).status, 200);
  assert.equal((await server.api('PATCH', `/clients/${PUBLIC_CLIENT}`, { description: 'X' }, token)).status, 200);
  const [event] = await server.logs();
  assert.deepEqual([event?.['user_id'], event?.['client_id']], [ADMINISTRATOR, PUBLIC_CLIENT]);
  const [role] = jsonOf<{ id: string }[]>(await server.api('GET', '/roles'), 200);
  const lost = {
    permissions: [{ resource_server_identifier: MANAGEMENT_AUDIENCE, permission_name: 'update:clients' }],
  };
  assertEmpty(await server.api('DELETE', `/roles/${role?.id}/permissions`, lost));
  assert.equal((await server.api('GET', '/clients', undefined, token)).status, 200);
  const refused = await server.api('PATCH', `/clients/${PUBLIC_CLIENT}`, { description: 'Y' }, token);
  assertApiRefused(refused, insufficientScope('update:clients', 'update:client_keys', 'update:client_credentials'));
  jsonOf(await server.api('POST', `/roles/${role?.id}/permissions`, lost), 201);
});

test('the connection of administrators is in no list and has no address', async () => {
  for (const query of [
    '',
    '?strategy=auth0',
    `?name=${REALM}`,
    '?take=50&include_totals=true',
    '?include_totals=true',
  ]) {
    const answer = await server.api('GET', `/connections${query}`);
    assert.equal(answer.status, 200);
    assert.ok(!answer.raw.body.includes(REALM) && !answer.raw.body.includes(connectionId), answer.raw.body);
  }
  for (const [method, part, body] of [
    ['GET', ''],
    ['PATCH', '', { is_domain_connection: true }],
    ['DELETE', ''],
    ['GET', '/clients'],
    ['PATCH', '/clients', [{ client_id: PUBLIC_CLIENT, status: true }]],
    ['GET', '/status'],
  ] as const) {
    assertApiRefused(await server.api(method, `/connections/${connectionId}${part}`, body), MISSING);
  }
});

test('no connection of that name or realm is made', async () => {
  for (const strategy of ['auth0', 'ldap']) {
    const answer = await server.api('POST', '/connections', { name: REALM, strategy, options: {} });
    assertApiRefused(answer, invalidBody("'The name is reserved' on property name."));
  }
  const realm = await server.api('POST', '/connections', { name: 'Other', strategy: 'auth0', realms: [REALM] });
  assertApiRefused(realm, invalidBody(/answers to this realm already/));
});

test('no administrator is created, changed, blocked or deleted', async () => {
  const body = { connection: REALM, email: 'me@example.com', password: PASSWORD };
  assertApiRefused(await server.api('POST', '/users', body), MISSING);
  for (const change of [
    { password: 'mine' },
    { blocked: true },
    { email: 'me@example.com' },
    { user_metadata: { a: 1 } },
  ]) {
    assertApiRefused(await server.api('PATCH', path(), change), CLOSED);
  }
  assertApiRefused(await server.api('DELETE', path()), CLOSED);
  assert.equal((await tokenOf('read:clients')).scope, 'read:clients');
});

test('no administrator changes their own metadata by a token either', async () => {
  const { access_token: token } = await tokenOf('update:current_user_metadata');
  assertApiRefused(await server.api('PATCH', path(), { user_metadata: { a: 1 } }, token), CLOSED);
});

test('no role or permission is given to an administrator or taken from one', async () => {
  const [role] = jsonOf<{ id: string }[]>(await server.api('GET', '/roles'), 200);
  const permissions = { permissions: [{ resource_server_identifier: API, permission_name: 'read:sample' }] };
  for (const [method, address, body] of [
    ['POST', path('/roles'), { roles: [role?.id] }],
    ['DELETE', path('/roles'), { roles: [role?.id] }],
    ['POST', path('/permissions'), permissions],
    ['DELETE', path('/permissions'), permissions],
    ['POST', `/roles/${role?.id}/users`, { users: [USER_ID, ADMINISTRATOR] }],
  ] as const) {
    assertApiRefused(await server.api(method, address, body), CLOSED);
  }
  assert.deepEqual((await server.api('GET', `/users/${encodeURIComponent(USER_ID)}/roles`)).json, []);
});

test('no account is linked to an administrator, and no administrator to an account', async () => {
  const own = `/users/${encodeURIComponent(USER_ID)}/identities`;
  const suffix = (id: string) => ({ provider: 'auth0', user_id: id.slice('auth0|'.length) });
  assertApiRefused(await server.api('POST', path('/identities'), suffix(USER_ID)), CLOSED);
  assertApiRefused(await server.api('POST', own, suffix(ADMINISTRATOR)), CLOSED);
  const proof = await tokensFor(server, { ...request, audience: null, scope: 'openid' });
  const mine = await tokensFor(server, { ...SEED_REQUEST, audience: MANAGEMENT_AUDIENCE, scope: null });
  const linked = await server.api('POST', own, { link_with: proof.id_token }, mine.access_token);
  assertApiRefused(linked, CLOSED);
  assert.equal((await server.api('DELETE', path('/identities/auth0/x'))).status, 403);
});

test('blocks of administrators are not told and not lifted', async () => {
  const wrong = { ...request, scope: null, password: 'wrong' };
  await server.apply({ ...TENANT, attackProtection: { bruteForceProtection: { max_attempts: 2 } } });
  for (let made = 0; made < 2; made += 1) await server.token(wrong);
  assert.equal((await server.token(request)).statusCode, 429);
  const blocks = `/user-blocks/${encodeURIComponent(ADMINISTRATOR)}`;
  const named = '/user-blocks?identifier=root@example.com';
  for (const address of [blocks, named]) {
    assert.deepEqual(jsonOf(await server.api('GET', address), 200), { blocked_for: [] });
    assert.ok([204, 403].includes((await server.api('DELETE', address)).status));
  }
  assert.equal((await server.token(request)).statusCode, 429);
});

test('a blocked administrator’s token is worth nothing', async () => {
  await server.apply(TENANT);
  server.clock.advance(31 * 24 * 3600 * 1000);
  const { access_token: token } = await tokenOf('read:clients');
  assert.equal((await server.api('GET', '/clients', undefined, token)).status, 200);
  const users = TENANT.users.map((user) => (user.email === 'root@example.com' ? { ...user, blocked: true } : user));
  await server.apply({ ...TENANT, users });
  assertApiRefused(await server.api('GET', '/clients', undefined, token), [401, null, 'Invalid token']);
});
