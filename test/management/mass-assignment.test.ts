// What a token may change is a matter of its scopes and its owner, whatever the body asks for beside it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertApiRefused, insufficientScope, invalidBody, jsonOf } from '../support/api-answer.ts';
import { tokensFor } from '../support/injected-request.ts';
import { MANAGEMENT_AUDIENCE, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { API, DATABASE, PASSWORD, SEED_REQUEST, USER_ID } from '../support/sample-tenant.ts';

type Json = Record<string, unknown>;

let server: ManagementServer;
let own: string;
let other: string;
before(async () => {
  server = await startManagementServer();
  const request = { ...SEED_REQUEST, audience: MANAGEMENT_AUDIENCE, scope: null };
  own = (await tokensFor(server, request)).access_token;
  const body = { connection: DATABASE, email: 'other@example.com', password: PASSWORD };
  other = jsonOf<{ user_id: string }>(await server.api('POST', '/users', body), 201).user_id;
});
after(() => server.close());

const pathOf = (id: string) => `/users/${encodeURIComponent(id)}`;
const read = async (id: string) => jsonOf<Json>(await server.api('GET', pathOf(id)), 200);

/** Members of a user that administrators change, each with a value that would be a change. */
const MEMBERS: Json = {
  email: 'mine@example.com',
  email_verified: false,
  username: 'mine',
  phone_number: '+15550999',
  phone_verified: true,
  password: 'a password of my own',
  blocked: true,
  name: 'Mine',
  given_name: 'Mine',
  family_name: 'Mine',
  nickname: 'mine',
  picture: 'https://example.com/mine.png',
  connection: 'Second',
  client_id: 'mine',
  verify_email: false,
  app_metadata: { admin: true },
};
/** Members that nobody changes. */
const FIXED: Json = {
  user_id: 'auth0|other',
  roles: ['admin'],
  permissions: [{ resource_server_identifier: API, permission_name: 'read:sample' }],
  created_at: '2020-01-01T00:00:00.000Z',
  updated_at: '2020-01-01T00:00:00.000Z',
  identities: [],
  logins_count: 1000,
  last_login: '2020-01-01T00:00:00.000Z',
  last_ip: '192.0.2.1',
  last_password_reset: '2020-01-01T00:00:00.000Z',
  groups: ['admins'],
  multifactor: [],
  password_hash: `$2b$10$${'a'.repeat(53)}`,
  tenant_id: 'another',
  scope: 'update:users',
};

test('a user’s own token changes the user’s own metadata [T-41]', async () => {
  const changed = await server.api('PATCH', pathOf(USER_ID), { user_metadata: { theme: 'dark' } }, own);
  assert.deepEqual(jsonOf<Json>(changed, 200)['user_metadata'], { theme: 'dark' });
  assert.equal((await server.api('GET', pathOf(USER_ID), undefined, own)).status, 200);
});

test('a user’s own token changes nothing else of the user, alone or beside metadata [T-41]', async () => {
  const stored = await read(USER_ID);
  for (const beside of [{}, { user_metadata: { theme: 'light' } }]) {
    for (const [name, value] of Object.entries(MEMBERS)) {
      const answer = await server.api('PATCH', pathOf(USER_ID), { ...beside, [name]: value }, own);
      assertApiRefused(answer, insufficientScope('update:users'));
    }
    for (const [name, value] of Object.entries(FIXED)) {
      const answer = await server.api('PATCH', pathOf(USER_ID), { ...beside, [name]: value }, own);
      assertApiRefused(answer, invalidBody(`'Additional properties not allowed: ${name}'.`));
    }
  }
  assert.deepEqual(await read(USER_ID), stored);
});

test('a user’s own token reaches nobody else, whether they are there or not [T-41]', async () => {
  for (const id of [other, 'auth0|nobody', USER_ID.toUpperCase(), `${USER_ID} `]) {
    const seen = await server.api('GET', pathOf(id), undefined, own);
    assertApiRefused(seen, insufficientScope('read:users', 'read:user_idp_tokens'));
    const changed = await server.api('PATCH', pathOf(id), { user_metadata: { theme: 'dark' } }, own);
    assertApiRefused(changed, insufficientScope('update:users', 'update:users_app_metadata'));
    assert.equal((await server.api('DELETE', pathOf(id), undefined, own)).status, 403);
    const part = await server.api('GET', `${pathOf(id)}/roles`, undefined, own);
    assert.equal(part.status, 403);
  }
  assert.equal('user_metadata' in (await read(other)), false);
});

test('a machine that may change app_metadata only changes nothing else [T-41]', async () => {
  const token = await server.managementToken('update:users_app_metadata');
  const stored = await read(other);
  const { app_metadata: metadata, ...others } = MEMBERS;
  for (const [name, value] of Object.entries({ ...others, user_metadata: { theme: 'dark' } })) {
    const answer = await server.api('PATCH', pathOf(other), { [name]: value, app_metadata: metadata }, token);
    assertApiRefused(answer, insufficientScope('update:users'));
  }
  assert.deepEqual(await read(other), stored);
  const changed = await server.api('PATCH', pathOf(other), { app_metadata: metadata }, token);
  assert.deepEqual(jsonOf<Json>(changed, 200)['app_metadata'], metadata);
});

test('who may do everything still changes nothing that is not a user’s to have changed [T-41]', async () => {
  for (const [name, value] of Object.entries(FIXED)) {
    const answer = await server.api('PATCH', pathOf(other), { [name]: value });
    assertApiRefused(answer, invalidBody(`'Additional properties not allowed: ${name}'.`));
  }
  const { user_id: _, ...fixed } = FIXED;
  for (const [name, value] of Object.entries(fixed)) {
    const body = { connection: DATABASE, email: 'new@example.com', password: PASSWORD, [name]: value };
    const answer = await server.api('POST', '/users', body);
    assertApiRefused(answer, invalidBody(`'Additional properties not allowed: ${name}'.`));
  }
});

test('nothing that the server itself says of a thing is taken from who creates it [T-41]', async () => {
  for (const [path, body, names] of [
    ['/clients', { name: 'X' }, ['tenant', 'global', 'is_global', 'signing_keys', 'created_at', 'previous_secret']],
    ['/client-grants', { client_id: 'x', audience: API, scope: [] }, ['id', 'is_system', 'allow_all_scopes']],
    ['/connections', { name: 'X', strategy: 'auth0' }, ['id', 'trusted', 'secrets', 'provisioning_ticket_url']],
    ['/resource-servers', { identifier: 'https://x.example' }, ['id', 'is_system', 'tenant_id']],
    ['/roles', { name: 'X' }, ['id', 'type', 'permissions', 'users']],
  ] as const) {
    for (const name of names) {
      const answer = await server.api('POST', path, { ...body, [name]: 'x' });
      assertApiRefused(answer, invalidBody(`'Additional properties not allowed: ${name}'.`));
    }
  }
});
