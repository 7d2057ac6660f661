// Who has which roles and permissions: /api/v2/users/{id}/roles, /users/{id}/permissions and /roles/{id}/users.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  assertApiRefused,
  assertBodiesRefused,
  assertEmpty,
  insufficientScope,
  jsonOf,
} from '../support/api-answer.ts';
import { tokensFor } from '../support/injected-request.ts';
import { assertWalks } from '../support/list-walk.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { API, DATABASE, HS256_API, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const NO_USER = [404, 'inexistent_user', 'The user does not exist.'] as const;
const NO_ROLE = [404, 'inexistent_role', 'The role does not exist'] as const;
const permission = (name: string, identifier: string = API) => ({
  resource_server_identifier: identifier,
  permission_name: name,
});
const ofUser = (part: string, id: string = USER_ID) => `/users/${encodeURIComponent(id)}/${part}`;

async function createRole(name: string, ...permissions: object[]): Promise<string> {
  const { id } = jsonOf<{ id: string }>(await server.api('POST', '/roles', { name }), 200);
  if (permissions.length > 0) jsonOf(await server.api('POST', `/roles/${id}/permissions`, { permissions }), 201);
  return id;
}

async function createUser(email: string): Promise<string> {
  const body = { connection: DATABASE, email, password: 'a password of some length' };
  return jsonOf<{ user_id: string }>(await server.api('POST', '/users', body), 201).user_id;
}

test('roles are given and taken, one after another or several at once', async () => {
  const user = await createUser('given@example.com');
  const path = ofUser('roles', user);
  const roles = [await createRole('first'), await createRole('second'), await createRole('third')];
  assertEmpty(await server.api('POST', path, { roles: roles.slice(0, 2) }));
  assertEmpty(await server.api('POST', path, { roles: [roles[1], roles[2], roles[2]] }));
  const [first] = jsonOf<object[]>(await server.api('GET', path), 200);
  assert.deepEqual(first, { id: roles[0], name: 'first' });
  await assertWalks(server, { path, plural: 'roles', key: 'id' });
  assertEmpty(await server.api('DELETE', path, { roles: [roles[0], 'rol_nothing'] }));
  assertEmpty(await server.api('DELETE', path, { roles: [roles[1], roles[2]] }));
  assert.deepEqual((await server.api('GET', path)).json, []);
  assert.deepEqual((await server.api('GET', `${path}?include_totals=true&page=0&per_page=50`)).json, {
    ...{ start: 0, limit: 50, length: 0, total: 0 },
    roles: [],
  });
});

test('permissions are listed once each, with everything that they come from', async () => {
  const user = await createUser('sources@example.com');
  const path = ofUser('permissions', user);
  const role = await createRole('sourced', permission('read:sample'), permission('read:legacy', HS256_API));
  assertEmpty(await server.api('POST', ofUser('roles', user), { roles: [role] }));
  const both = { permissions: [permission('read:sample'), permission('write:sample')] };
  assert.deepEqual(jsonOf(await server.api('POST', path, both), 201), {});
  await assertWalks(server, { path, plural: 'permissions', key: 'permission_name' });
  const direct = { source_id: '', source_name: '', source_type: 'DIRECT' };
  const byRole = { source_id: role, source_name: 'sourced', source_type: 'ROLE' };
  const listed = jsonOf<{ permission_name: string; sources: object[] }[]>(await server.api('GET', path), 200);
  assert.deepEqual(
    listed
      .map(({ permission_name: name, sources }) => [name, sources] as const)
      .toSorted(([a], [b]) => a.localeCompare(b)),
    [
      ['read:legacy', [byRole]],
      ['read:sample', [direct, byRole]],
      ['write:sample', [direct]],
    ],
  );
  assert.deepEqual(
    listed.find(({ permission_name: name }) => name === 'read:legacy'),
    {
      permission_name: 'read:legacy',
      description: '',
      resource_server_name: 'Legacy API',
      resource_server_identifier: HS256_API,
      sources: [byRole],
    },
  );
  assertEmpty(await server.api('DELETE', path, both));
  const left = jsonOf<{ sources: object[] }[]>(await server.api('GET', path), 200);
  assert.deepEqual(
    left.map(({ sources }) => sources),
    [[byRole], [byRole]],
  );
});

test('a role is given to several users, and its users are listed in every way', async () => {
  const role = await createRole('crowd');
  const path = `/roles/${role}/users`;
  const users = [await createUser('one@example.com'), await createUser('two@example.com'), USER_ID];
  assert.deepEqual(jsonOf(await server.api('POST', path, { users }), 200), {});
  await assertWalks(server, { path, plural: 'users', key: 'user_id', hasCheckpoints: true });
  const listed = jsonOf<{ user_id: string }[]>(await server.api('GET', path), 200);
  const { picture, ...sam } = listed.find(({ user_id: id }) => id === USER_ID) as { picture?: string; user_id: string };
  assert.deepEqual(sam, { user_id: USER_ID, email: USER, name: 'Sam User' });
  assert.match(String(picture), /^https:/);
  assertEmpty(await server.api('DELETE', `/users/${encodeURIComponent(users[0] ?? '')}`));
  assert.equal(jsonOf<object[]>(await server.api('GET', path), 200).length, 2);
  const none = await createRole('nobody');
  assert.deepEqual((await server.api('GET', `/roles/${none}/users?take=50&include_totals=true`)).json, { users: [] });
});

test('what a user is given and loses counts in the next token, where the API enforces policies', async () => {
  const policies = { enforce_policies: true, token_dialect: 'access_token_authz' };
  jsonOf(await server.api('PATCH', `/resource-servers/${encodeURIComponent(API)}`, policies), 200);
  const granted = async () => (await tokensFor(server, { ...SEED_REQUEST, scope: null })).scope;
  assert.equal(await granted(), undefined);
  const role = await createRole('counting', permission('read:sample'));
  assertEmpty(await server.api('POST', ofUser('roles'), { roles: [role] }));
  assert.equal(await granted(), 'read:sample');
  const write = { permissions: [permission('write:sample')] };
  jsonOf(await server.api('POST', ofUser('permissions'), write), 201);
  assert.equal(await granted(), 'read:sample write:sample');
  assertEmpty(await server.api('DELETE', ofUser('roles'), { roles: [role] }));
  assert.equal(await granted(), 'write:sample');
  assertEmpty(await server.api('DELETE', ofUser('permissions'), write));
  assert.equal(await granted(), undefined);
});

test('of several users or roles either all are given or none', async () => {
  const role = await createRole('all-or-none');
  const missing = await server.api('POST', `/roles/${role}/users`, { users: [USER_ID, 'auth0|nobody'] });
  assertApiRefused(missing, NO_USER);
  assert.deepEqual((await server.api('GET', `/roles/${role}/users`)).json, []);
  const user = await createUser('none@example.com');
  assertApiRefused(await server.api('POST', ofUser('roles', user), { roles: [role, 'rol_nothing'] }), NO_ROLE);
  assert.deepEqual((await server.api('GET', ofUser('roles', user))).json, []);
});

test('a user has fifty roles at most', async () => {
  const user = await createUser('many@example.com');
  const roles = await Promise.all(Array.from({ length: 51 }, (_, index) => createRole(`many-${index}`)));
  assertEmpty(await server.api('POST', ofUser('roles', user), { roles: roles.slice(0, 50) }));
  const over = await server.api('POST', ofUser('roles', user), { roles: roles.slice(50) });
  assertApiRefused(over, [400, 'too_many_roles', 'A user has 50 roles at most.']);
  const page = jsonOf<{ total: number }>(await server.api('GET', `${ofUser('roles', user)}?include_totals=true`), 200);
  assert.equal(page.total, 50);
});

test('a user who is not there is answered 404 by every endpoint', async () => {
  const role = await createRole('for nobody');
  const permissions = { permissions: [permission('read:sample')] };
  for (const [method, part, body] of [
    ['GET', 'roles'],
    ['POST', 'roles', { roles: [role] }],
    ['DELETE', 'roles', { roles: [role] }],
    ['GET', 'permissions'],
    ['POST', 'permissions', permissions],
    ['DELETE', 'permissions', permissions],
  ] as const) {
    assertApiRefused(await server.api(method, ofUser(part, 'auth0|nobody'), body), NO_USER);
  }
});

test('members that are unknown or of another type are refused', async () => {
  const role = await createRole('refusing');
  for (const [path, member, one] of [
    [ofUser('roles'), 'roles', role],
    [`/roles/${role}/users`, 'users', USER_ID],
  ] as const) {
    await assertBodiesRefused(
      (body) => server.api('POST', path, body),
      [
        [{ [member]: [one], more: 1 }, "'Additional properties not allowed: more'."],
        [{ [member]: one }, new RegExp(`on property ${member}\\.$`)],
        [{ [member]: [7] }, new RegExp(`on property ${member}\\.0\\.$`)],
        [{ [member]: [] }, new RegExp(`on property ${member}\\.$`)],
        [{ [member]: Array.from({ length: 51 }, () => one) }, new RegExp(`on property ${member}\\.$`)],
        [{}, `'Missing required property: ${member}'.`],
      ],
    );
  }
  await assertBodiesRefused(
    (body) => server.api('POST', ofUser('permissions'), body),
    [
      [{ permissions: [permission('fly:away')] }, "'There is no such scope of such an API' on property permissions.0."],
      [{ permissions: permission('read:sample') }, /on property permissions\.$/],
    ],
  );
});

test('each endpoint wants one of its scopes', async () => {
  const token = await server.managementToken('read:clients');
  const roles = { roles: ['rol_x'] };
  const permissions = { permissions: [permission('read:sample')] };
  const lists = ['read:users', 'read:roles', 'read:role_members'];
  for (const [method, path, body, scopes] of [
    ['GET', ofUser('roles'), undefined, lists],
    ['POST', ofUser('roles'), roles, ['update:users', 'create:role_members']],
    ['DELETE', ofUser('roles'), roles, ['update:users', 'delete:role_members']],
    ['GET', ofUser('permissions'), undefined, ['read:users']],
    ['POST', ofUser('permissions'), permissions, ['update:users']],
    ['DELETE', ofUser('permissions'), permissions, ['update:users']],
    ['GET', '/roles/rol_x/users', undefined, lists],
    ['POST', '/roles/rol_x/users', { users: [USER_ID] }, ['create:role_members', 'update:users']],
  ] as const) {
    assertApiRefused(await server.api(method, path, body, token), insufficientScope(...scopes));
  }
});
