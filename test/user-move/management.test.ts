// What the Management API does with connections whose users are elsewhere: nobody is made or changed where that has no effect,
// and get_user keeps people from being made twice.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { API, DATABASE, PUBLIC_CLIENT } from '../support/sample-tenant.ts';

type Json = Record<string, unknown>;

const LOGIN = "function login(name, password, callback) { callback(null, { user_id: '4711', email: name }); }";
const GET_USER = `function getByEmail(name, callback) {
  if (name === 'broken@example.com') return callback(new Error('out of order'));
  callback(null, name === 'ada@example.com' ? { user_id: '4711', email: name } : null);
}`;

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

async function makeConnection(name: string, options: Json) {
  const body = { name, strategy: 'auth0', is_domain_connection: true, options: { passwordPolicy: 'none', ...options } };
  const { status, json } = await server.api('POST', '/connections', body);
  assert.equal(status, 201, JSON.stringify(json));
  return json as { id: string; options: Json };
}

test('scripts are shown as they are, and what they are configured with is not', async () => {
  const { options, id } = await makeConnection('Shown', {
    enabledDatabaseCustomization: true,
    customScripts: { login: LOGIN },
    configuration: { KEY: 'canary-of-a-configuration' },
  });
  assert.deepEqual(options['customScripts'], { login: LOGIN });
  assert.equal(JSON.stringify(options).includes('canary'), false);
  const changed = await server.api('PATCH', `/connections/${id}`, { options: { ...options, passwordPolicy: 'low' } });
  assert.equal(changed.status, 200, JSON.stringify(changed.json));
  const tenant = (await server.app.stores.tenants.findByName('acme')) ?? assert.fail();
  const stored = (await server.app.stores.connections.list(tenant.id)).find((one) => one.id === id);
  assert.equal(stored?.secrets['configuration']?.reveal(), '{"KEY":"canary-of-a-configuration"}');
});

for (const [name, scripts, words, more = {}] of [
  ['is no JavaScript', { login: 'function (' }, /customScripts\.login/],
  ['requires what is not there', { login: "function login() { require('mysql'); }" }, /no module mysql/],
  ['nothing runs', { login: LOGIN, change_email: LOGIN }, /change_email/],
  ['nothing asks', { login: LOGIN, get_user: GET_USER }, /get_user has no effect/],
  ['needs another', { login: LOGIN, create: LOGIN }, /create needs customScripts\.get_user/],
  ...(['create', 'change_password', 'verify', 'delete'] as const).map(
    (script) =>
      [
        `users who moved in do not need, ${script},`,
        { login: LOGIN, get_user: GET_USER, [script]: LOGIN },
        new RegExp(`${script} has no effect with .import_mode: true.: passwords are kept here`),
        { import_mode: true },
      ] as const,
  ),
  [
    'makes nobody, where anybody is to sign up,',
    { login: LOGIN, change_password: LOGIN },
    /Nobody makes an account here while users are elsewhere/,
    { disable_signup: false },
  ],
] as const) {
  test(`a script that ${name} is refused when it is saved`, async () => {
    const options = { enabledDatabaseCustomization: true, customScripts: scripts, ...more };
    const { status, json } = await server.api('POST', '/connections', { name: 'Refused', strategy: 'auth0', options });
    assert.equal(status, 400);
    assert.match((json as { message: string }).message, words);
  });
}

test('users of scripts are neither made nor given passwords here', async () => {
  const { id } = await makeConnection('Legacy', {
    enabledDatabaseCustomization: true,
    customScripts: { login: LOGIN },
  });
  const made = await server.api('POST', '/users', {
    connection: 'Legacy',
    email: 'a@example.com',
    password: 'whatever',
  });
  assert.deepEqual([made.status, (made.json as Json)['errorCode']], [400, 'invalid_connection']);
  const login = await server.token({
    grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
    ...{ realm: 'Legacy', client_id: PUBLIC_CLIENT, audience: API, username: 'ada@example.com', password: 'whatever' },
  });
  assert.equal(login.statusCode, 200, login.body);
  const changed = await server.api('PATCH', '/users/auth0%7C4711', { password: 'another one' });
  assert.deepEqual([changed.status, (changed.json as Json)['errorCode']], [400, 'operation_not_supported']);
  assert.equal((await server.api('PATCH', '/users/auth0%7C4711', { app_metadata: { plan: 'gold' } })).status, 200);
  assert.equal((await server.api('DELETE', `/connections/${id}`)).status, 204);
});

test('nobody is made here who is still to move in, and nobody while that cannot be told', async () => {
  await makeConnection('Moving', {
    import_mode: true,
    enabledDatabaseCustomization: true,
    customScripts: { login: LOGIN, get_user: GET_USER },
  });
  const make = async (email: string) =>
    (await server.api('POST', '/users', { connection: 'Moving', email, password: 'whatever' })).status;
  assert.equal(await make('ada@example.com'), 409);
  assert.equal(await make('broken@example.com'), 503);
  assert.equal(await make('bob@example.com'), 201);
});

test('a plain database needs nobody elsewhere', async () => {
  const body = { connection: DATABASE, email: 'new@example.com', password: 'whatever' };
  assert.equal((await server.api('POST', '/users', body)).status, 201);
});
