// /api/v2/connections: databases and directories, and the clients that may use them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertApiRefused, assertEmpty, invalidBody, jsonOf } from '../support/api-answer.ts';
import { assertWalks } from '../support/list-walk.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { assertRefused } from '../support/refusal.ts';
import {
  BACKEND_CLIENT,
  BASIC_CLIENT,
  DATABASE,
  PUBLIC_CLIENT,
  REALM_GRANT,
  SEED_REQUEST,
} from '../support/sample-tenant.ts';

interface Shown {
  readonly id: string;
  readonly name: string;
  readonly options: Record<string, unknown>;
  readonly enabled_clients: readonly string[];
}

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const LDAP = { urls: ['ldaps://ldap.example.com'], base: 'dc=example,dc=com' };
const APPLICATION = '3b1f0a6e-5c0d-4f5e-9b1a-6d1f2c3b4a59';
const PASSWORD = 'a password of some length';

const create = async (body: object) => jsonOf<Shown>(await server.api('POST', '/connections', body), 201);
const read = async (id: string) => jsonOf<Shown>(await server.api('GET', `/connections/${id}`), 200);
const patch = async (id: string, body: object) =>
  jsonOf<Shown>(await server.api('PATCH', `/connections/${id}`, body), 200);
const database = (name: string, more: object = {}) =>
  create({ name, strategy: 'auth0', options: { passwordPolicy: 'none' }, enabled_clients: [PUBLIC_CLIENT], ...more });

async function addUser(connection: string, more: object = {}): Promise<void> {
  const body = { connection, email: 'ada@example.com', password: PASSWORD, ...more };
  jsonOf(await server.api('POST', '/users', body), 201);
}

const login = (realm: string, more: object = {}) =>
  server.token({
    ...SEED_REQUEST,
    ...{ grant_type: REALM_GRANT, realm, username: 'ada@example.com', password: PASSWORD },
    ...more,
  });

test('a database that is a name only has Auth0’s defaults, and is shown whole or by member', async () => {
  const made = await create({ name: 'Only-a-name', strategy: 'auth0' });
  assert.match(made.id, /^con_[A-Za-z0-9]{16}$/);
  assert.deepEqual(made, {
    id: made.id,
    name: 'Only-a-name',
    strategy: 'auth0',
    options: { passwordPolicy: 'good', requires_username: false, brute_force_protection: true, disable_signup: true },
    realms: ['Only-a-name'],
    is_domain_connection: false,
    enabled_clients: [],
  });
  assert.deepEqual(await read(made.id), made);
  const some = await server.api('GET', `/connections/${made.id}?fields=name,strategy`);
  assert.deepEqual(some.json, { name: 'Only-a-name', strategy: 'auth0' });
});

test('every kind of directory is created and shown as it was given, without its secret', async () => {
  const kinds = [
    ['ldap', { ...LDAP, bind_dn: 'cn=reader,dc=example,dc=com', user_filter: '(uid={0})' }, 'bind_password'],
    ['ad', { ...LDAP, bind_dn: 'cn=reader,dc=example,dc=com' }, 'bind_password'],
    ['waad', { tenant_domain: 'example.onmicrosoft.com', client_id: APPLICATION }, 'client_secret'],
    ['adfs', { adfs_server: 'https://adfs.example.com', client_id: APPLICATION, protocol: 'oauth' }, 'client_secret'],
  ] as const;
  for (const [strategy, options, secret] of kinds) {
    const made = await create({
      name: `Kind-${strategy}`,
      strategy,
      options: { ...options, [secret]: 'a secret', groups_claim: 'https://example.com/groups' },
      realms: [`${strategy}.example.com`],
      is_domain_connection: true,
    });
    const { id: _, ...rest } = made;
    assert.deepEqual(rest, {
      name: `Kind-${strategy}`,
      strategy,
      options: { ...options, groups_claim: 'https://example.com/groups' },
      realms: [`${strategy}.example.com`],
      is_domain_connection: true,
      enabled_clients: [],
    });
    assert.deepEqual(await read(made.id), made);
  }
});

test('connections are listed in every way that Auth0’s clients walk, and by strategy and name', async () => {
  await create({ name: 'Listed', strategy: 'ldap', options: LDAP });
  const list = { plural: 'connections', key: 'id', hasCheckpoints: true, hasFields: true };
  await assertWalks(server, { path: '/connections', ...list });
  await assertWalks(server, { path: '/connections?strategy=auth0', ...list });
  const names = async (query: string) =>
    jsonOf<Shown[]>(await server.api('GET', `/connections?${query}`), 200).map(({ name }) => name);
  assert.deepEqual(await names('name=Listed'), ['Listed']);
  assert.deepEqual(await names('name=listed'), []);
  assert.ok((await names('strategy=ldap&strategy=auth0')).includes(DATABASE));
  assert.ok(!(await names('strategy=ldap')).includes(DATABASE));
  assert.deepEqual(await names('strategy=google-oauth2'), []);
});

test('a change leaves out what stays; options are the whole of them', async () => {
  const made = await create({
    name: 'Changing',
    strategy: 'ldap',
    options: { ...LDAP, brute_force_protection: false },
  });
  assert.deepEqual(await patch(made.id, { realms: ['example.com', 'Changing'] }), {
    ...made,
    realms: ['example.com', 'Changing'],
  });
  const changed = await patch(made.id, { options: LDAP });
  assert.deepEqual(changed.options, LDAP);
  assert.deepEqual(await patch(made.id, { realms: ['Changing'], is_domain_connection: true }), {
    ...made,
    options: LDAP,
    is_domain_connection: true,
  });
  const { id: _, name: __, ...rest } = await read(made.id);
  const { strategy: ___, ...sendable } = rest as Record<string, unknown>;
  assert.deepEqual(await patch(made.id, sendable), await read(made.id));
});

test('a client logs users of a connection in only while it is enabled there', async () => {
  const { id } = await database('Enabling', { enabled_clients: [] });
  await addUser('Enabling');
  const words = 'The client is not enabled for this connection.';
  const path = `/connections/${id}/clients`;
  assert.notEqual((await login('Enabling')).statusCode, 200, words);
  assertEmpty(await server.api('PATCH', path, [{ client_id: PUBLIC_CLIENT, status: true }]));
  assert.equal((await login('Enabling')).statusCode, 200);
  assertEmpty(
    await server.api('PATCH', path, [
      { client_id: PUBLIC_CLIENT, status: false },
      { client_id: BACKEND_CLIENT, status: true },
    ]),
  );
  assert.notEqual((await login('Enabling')).statusCode, 200);
  assert.deepEqual((await read(id)).enabled_clients, [BACKEND_CLIENT]);
  await patch(id, { is_domain_connection: true });
  assert.equal((await login('Enabling')).statusCode, 200);
  await patch(id, { is_domain_connection: false, enabled_clients: [PUBLIC_CLIENT] });
  assert.equal((await login('Enabling')).statusCode, 200);
});

test('the clients of a connection are listed as Auth0’s tools walk them', async () => {
  const { id } = await database('Walked', { enabled_clients: [PUBLIC_CLIENT, BACKEND_CLIENT, BASIC_CLIENT] });
  const path = `/connections/${id}/clients`;
  const all = jsonOf<{ clients: object[] }>(await server.api('GET', `${path}?take=100`), 200);
  const ids = [PUBLIC_CLIENT, BACKEND_CLIENT, BASIC_CLIENT].toSorted();
  assert.deepEqual(all, { clients: ids.map((client) => ({ client_id: client })) });
  assert.deepEqual(jsonOf(await server.api('GET', path), 200), all);
  const first = jsonOf<{ clients: object[]; next: string }>(await server.api('GET', `${path}?take=2`), 200);
  assert.deepEqual(first.clients, all.clients.slice(0, 2));
  const last = await server.api('GET', `${path}?take=2&from=${first.next}`);
  assert.deepEqual(last.json, { clients: all.clients.slice(2) });
  await patch(id, { enabled_clients: [] });
  assert.deepEqual((await server.api('GET', path)).json, { clients: [] });
});

test('users log in by every realm of a connection, and by no other', async () => {
  const { id } = await database('Realms');
  await addUser('Realms');
  assert.equal((await login('Realms')).statusCode, 200);
  await patch(id, { realms: ['one.example', 'two.example'] });
  assert.equal((await login('one.example')).statusCode, 200);
  assert.equal((await login('two.example')).statusCode, 200);
  assert.notEqual((await login('Realms')).statusCode, 200);
});

test('a password policy and user names bind new users from then on', async () => {
  const { id } = await database('Policy');
  const send = (body: object) => server.api('POST', '/users', { connection: 'Policy', ...body });
  jsonOf(await send({ email: 'weak@example.com', password: 'a' }), 201);
  const refused = await send({ username: 'ada', email: 'ada@example.com', password: 'a' });
  assertApiRefused(refused, invalidBody("'The connection has no user names' on property username."));
  await patch(id, { options: { passwordPolicy: 'excellent', requires_username: true } });
  const weak = await send({ username: 'ada', email: 'ada@example.com', password: 'a' });
  const words = 'PasswordStrengthError: Password is too weak';
  assertApiRefused(weak, [400, 'auth0_password_strength_error', words]);
  jsonOf(await send({ username: 'ada', email: 'ada@example.com', password: 'Correct-Horse-7-Battery' }), 201);
});

test('a deleted connection takes its users along, and its name is free again', async () => {
  const { id } = await database('Going');
  await addUser('Going', { user_id: 'going' });
  const path = `/users/${encodeURIComponent('auth0|going')}`;
  assert.equal((await server.api('GET', path)).status, 200);
  assertEmpty(await server.api('DELETE', `/connections/${id}`));
  assertApiRefused(await server.api('GET', path), [404, 'inexistent_user', 'The user does not exist.']);
  assert.notEqual((await login('Going')).statusCode, 200);
  await database('Going');
  assertRefused(await login('Going'), [403, 'invalid_grant', 'Wrong email or password.']);
});

test('the default directory of the tenant is not deleted', async () => {
  const [found] = jsonOf<Shown[]>(await server.api('GET', `/connections?name=${DATABASE}`), 200);
  const words = 'The connection is the default_directory of the tenant: choose another first.';
  const answer = await server.api('DELETE', `/connections/${found?.id}`);
  assertApiRefused(answer, [409, 'connection_in_use', words]);
});

test('a connection says whether it answers, in words of our own', async () => {
  const [own] = jsonOf<Shown[]>(await server.api('GET', `/connections?name=${DATABASE}`), 200);
  const online = jsonOf<{ online: boolean }>(await server.api('GET', `/connections/${own?.id}/status`), 200);
  assert.equal(online.online, true);
  const dead = await create({
    name: 'Dead',
    strategy: 'ldap',
    options: { ...LDAP, urls: ['ldaps://does-not-exist.invalid'] },
  });
  const answer = await server.api('GET', `/connections/${dead.id}/status`);
  assertApiRefused(answer, [404, 'connection_offline', /^[A-Za-z][^\n]{0,300}$/]);
});
