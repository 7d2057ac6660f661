// /api/v2/roles: named sets of permissions.
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
import { API, HS256_API, SEED_REQUEST, USER_ID } from '../support/sample-tenant.ts';

interface Role {
  readonly id: string;
  readonly name: string;
}

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const MISSING = [404, 'inexistent_role', 'The role does not exist'] as const;
const permission = (name: string, identifier: string = API) => ({
  resource_server_identifier: identifier,
  permission_name: name,
});
const READ = { permissions: [permission('read:sample')] };

const create = async (body: object) => jsonOf<Role>(await server.api('POST', '/roles', body), 200);
const permissionsOf = async (id: string) =>
  jsonOf<{ permission_name: string }[]>(await server.api('GET', `/roles/${id}/permissions`), 200).map(
    ({ permission_name: name }) => name,
  );

test('a role is created, shown, changed and deleted', async () => {
  const made = await create({ name: 'Auditor', description: 'Reads everything' });
  assert.match(made.id, /^rol_[A-Za-z0-9]{16}$/);
  assert.deepEqual(made, { id: made.id, name: 'Auditor', description: 'Reads everything', type: 'tenant' });
  const path = `/roles/${made.id}`;
  assert.deepEqual(jsonOf(await server.api('GET', path), 200), made);
  const described = jsonOf(await server.api('PATCH', path, { description: 'Reads a lot' }), 200);
  assert.deepEqual(described, { ...made, description: 'Reads a lot' });
  const named = jsonOf(await server.api('PATCH', path, { name: 'Reader' }), 200);
  assert.deepEqual(named, { ...made, name: 'Reader', description: 'Reads a lot' });
  assertEmpty(await server.api('DELETE', path));
  assertApiRefused(await server.api('GET', path), MISSING);
});

test('a role without a description has none', async () => {
  const made = await create({ name: 'Plain' });
  assert.deepEqual(made, { id: made.id, name: 'Plain', type: 'tenant' });
});

test('roles are listed in every way that Auth0’s clients walk, and by a part of the name', async () => {
  for (const name of ['list-one', 'list-two', 'LIST-three']) await create({ name });
  await assertWalks(server, { path: '/roles', plural: 'roles', key: 'id' });
  await assertWalks(server, { path: '/roles?type=tenant', plural: 'roles', key: 'id' });
  const named = jsonOf<Role[]>(await server.api('GET', '/roles?name_filter=list-'), 200);
  assert.deepEqual(new Set(named.map(({ name }) => name)), new Set(['list-one', 'list-two', 'LIST-three']));
  assert.deepEqual((await server.api('GET', '/roles?name_filter=%25')).json, []);
});

test('permissions are added, listed with what they mean, and taken away', async () => {
  const { id } = await create({ name: 'Carrier' });
  const path = `/roles/${id}/permissions`;
  const both = { permissions: [permission('write:sample'), permission('read:sample'), permission('read:sample')] };
  assert.deepEqual(jsonOf(await server.api('POST', path, both), 201), {});
  assert.deepEqual(jsonOf(await server.api('POST', path, READ), 201), {});
  await assertWalks(server, { path, plural: 'permissions', key: 'permission_name' });
  const [first] = jsonOf<object[]>(await server.api('GET', path), 200);
  assert.deepEqual(first, {
    permission_name: 'read:sample',
    description: '',
    resource_server_name: 'Sample API',
    resource_server_identifier: API,
  });
  assertEmpty(await server.api('DELETE', path, READ));
  assert.deepEqual(await permissionsOf(id), ['write:sample']);
  assertEmpty(await server.api('DELETE', path, READ));
  assert.deepEqual(await permissionsOf(id), ['write:sample']);
});

test('what a role carries is what its users are granted, at once', async () => {
  const policies = { enforce_policies: true, token_dialect: 'access_token_authz' };
  jsonOf(await server.api('PATCH', `/resource-servers/${encodeURIComponent(API)}`, policies), 200);
  const granted = async () => (await tokensFor(server, { ...SEED_REQUEST, scope: null })).scope;
  const { id } = await create({ name: 'Granting' });
  assertEmpty(await server.api('POST', `/users/${encodeURIComponent(USER_ID)}/roles`, { roles: [id] }));
  assert.equal(await granted(), undefined);
  jsonOf(await server.api('POST', `/roles/${id}/permissions`, READ), 201);
  assert.equal(await granted(), 'read:sample');
  jsonOf(await server.api('POST', `/roles/${id}/permissions`, { permissions: [permission('write:sample')] }), 201);
  assertEmpty(await server.api('DELETE', `/roles/${id}/permissions`, READ));
  assert.equal(await granted(), 'write:sample');
  assertEmpty(await server.api('DELETE', `/roles/${id}`));
  assert.equal(await granted(), undefined);
});

test('a name is free for one role, whichever way it is taken', async () => {
  const { id } = await create({ name: 'Taken' });
  const { id: other } = await create({ name: 'Free' });
  const conflict = [409, 'role_conflict', 'A role with name "Taken" already exists'] as const;
  assertApiRefused(await server.api('POST', '/roles', { name: 'Taken' }), conflict);
  assertApiRefused(await server.api('PATCH', `/roles/${other}`, { name: 'Taken' }), conflict);
  jsonOf(await server.api('PATCH', `/roles/${id}`, { name: 'Taken' }), 200);
});

test('a role that is not there is answered 404 by every endpoint', async () => {
  for (const [method, path, body] of [
    ['GET', ''],
    ['PATCH', '', { name: 'X' }],
    ['DELETE', ''],
    ['GET', '/permissions'],
    ['POST', '/permissions', READ],
    ['DELETE', '/permissions', READ],
    ['GET', '/users'],
    ['POST', '/users', { users: [USER_ID] }],
  ] as const) {
    assertApiRefused(await server.api(method, `/roles/rol_nothing${path}`, body), MISSING);
  }
});

test('members and permissions that are unknown or of another type are refused', async () => {
  const { id } = await create({ name: 'Refusing' });
  await assertBodiesRefused(
    (body) => server.api('POST', '/roles', body),
    [
      [{ name: 'X', no_such_member: 1 }, "'Additional properties not allowed: no_such_member'."],
      [{ name: 'X', permissions: [] }, "'Additional properties not allowed: permissions'."],
      [{ name: '' }, /on property name\.$/],
      [{ name: ['X'] }, /on property name\.$/],
      [{ name: 'X', description: 'x'.repeat(256) }, /on property description\.$/],
      [{ description: 'X' }, "'Missing required property: name'."],
    ],
  );
  await assertBodiesRefused(
    (body) => server.api('PATCH', `/roles/${id}`, body),
    [
      [{ id: 'rol_x' }, "'Additional properties not allowed: id'."],
      [{}, /^Payload validation error: 'Value must/],
    ],
  );
  const unknown = (index: number) => `'There is no such scope of such an API' on property permissions.${index}.`;
  for (const method of ['POST', 'DELETE']) {
    await assertBodiesRefused(
      (body) => server.api(method, `/roles/${id}/permissions`, body),
      [
        [{ permissions: [permission('fly:away')] }, unknown(0)],
        [{ permissions: [permission('read:sample'), permission('read:sample', HS256_API)] }, unknown(1)],
        [{ permissions: [permission('read:roles', 'urn:gatehouse:management-api')] }, unknown(0)],
        [{ permissions: [] }, /on property permissions\.$/],
        [{ permissions: ['read:sample'] }, /on property permissions\.0\.$/],
        [{}, "'Missing required property: permissions'."],
      ],
    );
  }
  assert.deepEqual(await permissionsOf(id), []);
});

test('each endpoint wants its own scope', async () => {
  const token = await server.managementToken('read:roles');
  assert.equal((await server.api('GET', '/roles', undefined, token)).status, 200);
  for (const [verb, method, path, body] of [
    ['create', 'POST', '', { name: 'Mine' }],
    ['update', 'PATCH', '/rol_x', { name: 'Mine' }],
    ['update', 'POST', '/rol_x/permissions', READ],
    ['update', 'DELETE', '/rol_x/permissions', READ],
    ['delete', 'DELETE', '/rol_x'],
  ] as const) {
    assertApiRefused(await server.api(method, `/roles${path}`, body, token), insufficientScope(`${verb}:roles`));
  }
});
