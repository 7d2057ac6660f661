// Role-based access control: an API with enforce_policies grants a user what the user may do there, and nothing else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { tokensFor } from '../support/injected-request.ts';
import { MACHINE, MACHINE_REQUEST, MACHINE_SECRET } from '../support/machine-tenant.ts';
import {
  API,
  DATABASE,
  HS256_API,
  PASSWORD,
  SAMPLE_TENANT,
  SEED_REQUEST,
  USER,
  USER_ID,
} from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { verifyWithPublishedKeys } from '../support/verify-token.ts';

const permission = (name: string, identifier: string = API) => ({
  resource_server_identifier: identifier,
  permission_name: name,
});
const [SAMPLE_API, LEGACY_API] = SAMPLE_TENANT.resourceServers;
const [SAM, ...OTHERS] = SAMPLE_TENANT.users;
const GUEST = 'guest@example.com';

const TENANT = {
  ...SAMPLE_TENANT,
  resourceServers: [{ ...SAMPLE_API, enforce_policies: true, token_dialect: 'access_token_authz' }, LEGACY_API],
  clients: [
    ...SAMPLE_TENANT.clients,
    { name: 'Machine', client_id: MACHINE, client_secret: MACHINE_SECRET, grant_types: ['client_credentials'] },
  ],
  clientGrants: [{ client_id: 'Machine', audience: API, scope: ['read:sample', 'delete:sample'] }],
  roles: [
    { name: 'reader', description: 'Reads', permissions: [permission('read:sample')] },
    { name: 'editor', permissions: [permission('write:sample'), permission('read:sample')] },
    { name: 'legacy', permissions: [permission('read:legacy', HS256_API)] },
    { name: 'empty' },
  ],
  users: [
    { ...SAM, roles: ['editor', 'legacy', 'empty'], permissions: [permission('read:sample')] },
    { connection: DATABASE, email: GUEST, password: PASSWORD },
    ...OTHERS,
  ],
};

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: TENANT });
});
after(() => server.close());

async function grantedTo(username: string, scope: string | null) {
  const request = { ...SEED_REQUEST, username, scope };
  const { access_token: token, scope: granted = null } = await tokensFor(server, request);
  const claims = await verifyWithPublishedKeys(server, token);
  return { granted, permissions: claims['permissions'] };
}

for (const [asked, granted] of [
  ['read:sample', 'read:sample'],
  ['write:sample read:sample', 'write:sample read:sample'],
  ['delete:sample', null],
  ['read:sample delete:sample', 'read:sample'],
  ['read:legacy', null],
  ['nothing:known', null],
  [null, 'read:sample write:sample'],
  ['openid', 'openid profile email address phone read:sample write:sample'],
  ['openid profile', 'openid profile read:sample write:sample'],
  ['openid delete:sample', 'openid'],
] as const) {
  test(`a user who may read and write asks for ${asked ?? 'no scope'} and gets ${granted ?? 'none'} [T-25]`, async () => {
    const token = await grantedTo(USER, asked);
    assert.deepEqual(token, { granted, permissions: ['read:sample', 'write:sample'] });
  });
}

test('a user without permissions is granted nothing of the API, and the claim is an empty list [T-25]', async () => {
  assert.deepEqual(await grantedTo(GUEST, null), { granted: null, permissions: [] });
  assert.deepEqual(await grantedTo(GUEST, 'read:sample'), { granted: null, permissions: [] });
  assert.deepEqual(await grantedTo(GUEST, 'openid read:sample'), { granted: 'openid', permissions: [] });
});

test('without enforce_policies a user gets every scope of the API, and there is no such claim', async () => {
  const request = { ...SEED_REQUEST, username: GUEST, audience: HS256_API, scope: null };
  assert.equal((await tokensFor(server, request)).scope, 'read:legacy');
  await server.apply({ ...TENANT, resourceServers: SAMPLE_TENANT.resourceServers });
  const granted = 'read:sample write:sample delete:sample';
  assert.deepEqual(await grantedTo(GUEST, null), { granted, permissions: undefined });
  await server.apply(TENANT);
});

test('with the plain dialect scopes are held to the permissions and the claim is left out', async () => {
  const api = { ...SAMPLE_API, enforce_policies: true };
  await server.apply({ ...TENANT, resourceServers: [api, LEGACY_API] });
  assert.deepEqual(await grantedTo(USER, null), { granted: 'read:sample write:sample', permissions: undefined });
  await server.apply(TENANT);
});

test('a client that asks for itself has its granted scopes as permissions', async () => {
  for (const [scope, granted] of [
    [null, ['read:sample', 'delete:sample']],
    ['delete:sample', ['delete:sample']],
  ] as const) {
    const { access_token: token } = await tokensFor(server, { ...MACHINE_REQUEST, scope });
    const { permissions, scope: claimed } = await verifyWithPublishedKeys(server, token);
    assert.deepEqual([permissions, claimed], [granted, granted.join(' ')]);
  }
});

test('permissions and a client grant both limit what is granted, and the claim knows the permissions only [T-25]', async () => {
  const [api] = TENANT.resourceServers;
  const policy = { subject_type_authorization: { user: { policy: 'require_client_grant' } } };
  await server.apply({
    ...TENANT,
    resourceServers: [{ ...api, ...policy }, LEGACY_API],
    clientGrants: [{ client_id: 'CLI', audience: API, subject_type: 'user', scope: ['write:sample', 'delete:sample'] }],
  });
  assert.deepEqual(await grantedTo(USER, null), {
    granted: 'write:sample',
    permissions: ['read:sample', 'write:sample'],
  });
  await server.apply(TENANT);
});

test('a permission is gone with the scope that the API drops, and with the next token [T-25]', async () => {
  const [api] = TENANT.resourceServers;
  // The file that drops the scope names no roles, so the stored role still carries it.
  const { roles, users: _, clientGrants: __, ...rest } = TENANT;
  const fewer = [{ value: 'read:sample' }, { value: 'delete:sample' }];
  await server.apply({ ...rest, resourceServers: [{ ...api, scopes: fewer }, LEGACY_API] });
  assert.deepEqual(await grantedTo(USER, 'read:sample write:sample'), {
    granted: 'read:sample',
    permissions: ['read:sample'],
  });
  const narrower = roles.map((role) =>
    role.name === 'editor' ? { name: 'editor', permissions: [permission('read:sample')] } : role,
  );
  await server.apply({ ...TENANT, roles: narrower });
  assert.deepEqual(await grantedTo(USER, null), { granted: 'read:sample', permissions: ['read:sample'] });
  await server.apply(TENANT);
});

test('what is taken away through the store is gone with the next token, without waiting for any cache', async () => {
  const { id } = await sampleTenantOf(server);
  const { roleAssignments } = server.app.stores;
  const given = await roleAssignments.find(id, USER_ID);
  await roleAssignments.replace(id, USER_ID, { roleIds: [], permissions: [] }, server.ground.database.sql);
  assert.deepEqual(await grantedTo(USER, null), { granted: null, permissions: [] });
  await roleAssignments.replace(id, USER_ID, given, server.ground.database.sql);
  assert.deepEqual(await grantedTo(USER, null), {
    granted: 'read:sample write:sample',
    permissions: ['read:sample', 'write:sample'],
  });
});

test('a role that is deleted takes its permissions along', async () => {
  const { id } = await sampleTenantOf(server);
  const { roles } = server.app.stores;
  const editor = await roles.findByName(id, 'editor');
  assert.ok(editor);
  assert.match(editor.id, /^rol_[A-Za-z0-9]{16}$/);
  assert.equal(await roles.delete(id, editor.id, server.ground.database.sql), true);
  assert.deepEqual(await grantedTo(USER, null), { granted: 'read:sample', permissions: ['read:sample'] });
  await server.apply(TENANT);
});

test('permissions cost the token path one query with enforce_policies and none without', async () => {
  const queriesFor = async (audience: string) => {
    await tokensFor(server, { ...SEED_REQUEST, audience });
    server.statements.length = 0;
    await tokensFor(server, { ...SEED_REQUEST, audience });
    return server.statements.filter((text) => /permissions|roles/.test(text));
  };
  assert.equal((await queriesFor(API)).length, 1);
  assert.equal((await queriesFor(HS256_API)).length, 0);
});

test('the query for permissions goes through indexes only', async () => {
  if (server.ground.database.engine !== 'sqlite') return;
  await tokensFor(server, SEED_REQUEST);
  const text = server.statements.findLast((statement) => /user_permissions/.test(statement)) ?? '';
  const { CompiledQuery } = await import('kysely');
  const values = Array.from({ length: text.split('?').length - 1 }, () => 'x');
  const { rows } = await server.ground.database.sql.executeQuery<{ detail: string }>(
    CompiledQuery.raw(`explain query plan ${text}`, values),
  );
  const steps = rows.map((row) => row.detail);
  assert.ok(
    steps.some((step) => step.startsWith('SEARCH')),
    steps.join('\n'),
  );
  // `mine` are the user's own roles, found by an index before.
  assert.deepEqual(
    steps.filter((step) => step.startsWith('SCAN') && step !== 'SCAN mine'),
    [],
  );
});
