// What ends a refresh token beside its own rules: another client, a block, a deletion, a new password, a permission that was
// taken away.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import {
  assertRefused,
  LEEWAY_CLIENT,
  logIn,
  REFRESH_TENANT,
  refresh,
  refreshRequest,
  SECRET_CLIENT,
  SECRET_CLIENT_SECRET,
  STEADY_CLIENT,
} from '../support/refresh-tenant.ts';
import { API, DATABASE, PASSWORD, USER, USER_ID } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: REFRESH_TENANT });
});
after(() => server.close());
beforeEach(() => server.apply(REFRESH_TENANT));

function changedUser(change: Record<string, unknown>): Record<string, unknown> {
  const users = REFRESH_TENANT.users.map((user) => (user.email === USER ? { ...user, ...change } : user));
  return { ...REFRESH_TENANT, users };
}

function changedApi(change: Record<string, unknown>): Record<string, unknown> {
  const resourceServers = REFRESH_TENANT.resourceServers.map((api) =>
    api.identifier === API ? { ...api, ...change } : api,
  );
  return { ...REFRESH_TENANT, resourceServers };
}

function changedClient(change: Record<string, unknown>): Record<string, unknown> {
  const clients = REFRESH_TENANT.clients.map((client) =>
    client.client_id === STEADY_CLIENT ? { ...client, ...change } : client,
  );
  return { ...REFRESH_TENANT, clients };
}

async function withTenantId<T>(work: (tenantId: NonNullable<Awaited<ReturnType<typeof find>>>) => Promise<T>) {
  const id = await find();
  assert.ok(id);
  return work(id);
}

async function find() {
  return (await server.app.stores.tenants.findByName('acme'))?.id;
}

test('a token works for its own client only, and another one’s try does not end it [T-24]', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  await assertRefused(server, LEEWAY_CLIENT, token, 'refresh-token-other-client');
  await assertRefused(server, SECRET_CLIENT, token, 'refresh-token-other-client');
  await refresh(server, STEADY_CLIENT, token);
});

test('a blocked user is refused at once, and goes on when the block is lifted [T-24]', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  await server.apply(changedUser({ blocked: true }));
  await assertRefused(server, STEADY_CLIENT, token, 'user-blocked');
  await server.apply(REFRESH_TENANT);
  await refresh(server, STEADY_CLIENT, token);
});

test('a new password ends the tokens of its user; the same one again does not [T-24]', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  await server.apply(changedUser({ password: PASSWORD, nickname: 'sammy' }));
  await refresh(server, STEADY_CLIENT, token);
  await server.apply(changedUser({ password: 'another password entirely' }));
  await assertRefused(server, STEADY_CLIENT, token, 'refresh-token-revoked');
});

test('a deleted user takes the tokens along, also when another one gets the same id [T-24]', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  await withTenantId((id) => server.app.stores.users.delete(id, USER_ID, server.ground.database.sql));
  await assertRefused(server, STEADY_CLIENT, token, 'refresh-token-unknown');
  await server.apply(REFRESH_TENANT);
  await assertRefused(server, STEADY_CLIENT, token, 'refresh-token-unknown');
});

test('a client that may use the connection no more gets nothing for the token [T-24]', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  const databases = REFRESH_TENANT.databases.map((database) => ({
    ...database,
    enabled_clients: database.enabled_clients.filter((name) => name !== 'Steady'),
  }));
  await server.apply({ ...REFRESH_TENANT, databases });
  await assertRefused(server, STEADY_CLIENT, token, 'refresh-token-connection');
  assert.equal((await server.logs())[0]?.['connection'], DATABASE);
});

const REMOVED: ReadonlyArray<readonly [name: string, remove: (tenantId: never) => Promise<unknown>]> = [
  [
    'connection',
    async (tenantId) => {
      const { connections, users } = server.app.stores;
      const connection = (await connections.list(tenantId)).find(({ name }) => name === DATABASE);
      assert.ok(connection);
      const { sql } = server.ground.database;
      await users.deleteOfConnection(tenantId, connection.id, sql);
      await connections.delete(tenantId, connection.id, sql);
    },
  ],
  ['client', (tenantId) => server.app.stores.clients.delete(tenantId, STEADY_CLIENT, server.ground.database.sql)],
];

for (const [name, remove] of REMOVED) {
  test(`a deleted ${name} takes the tokens along`, async () => {
    await logIn(server, STEADY_CLIENT);
    await withTenantId((tenantId) => remove(tenantId as never));
    server.app.forgetConfiguration();
    const rows = await server.ground.database.sql
      .selectFrom('refresh_tokens')
      .select('id')
      .where('client_id', '=', STEADY_CLIENT)
      .execute();
    assert.deepEqual(rows, []);
  });
}

test('an API that allows no refresh tokens any more, or is gone, refuses those there are [T-24]', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  await server.apply(changedApi({ allow_offline_access: false }));
  await assertRefused(server, STEADY_CLIENT, token, 'refresh-token-audience');
  assert.equal((await server.logs())[0]?.['audience'], API);
  await withTenantId((id) => server.app.stores.resourceServers.delete(id, API, server.ground.database.sql));
  server.app.forgetConfiguration();
  await assertRefused(server, STEADY_CLIENT, token, 'refresh-token-audience');
});

test('a scope that the API dropped, or the user may use no more, is left out [T-24]', async () => {
  const token = await logIn(server, STEADY_CLIENT, { scope: 'read:sample write:sample offline_access' });
  await server.apply(changedApi({ scopes: [{ value: 'write:sample' }, { value: 'new:sample' }] }));
  assert.equal((await refresh(server, STEADY_CLIENT, token)).scope, 'write:sample offline_access');
  await server.apply(changedApi({ scopes: [{ value: 'write:sample' }], enforce_policies: true }));
  assert.equal((await refresh(server, STEADY_CLIENT, token)).scope, 'offline_access');
});

const CLIENT_CHANGES: ReadonlyArray<readonly [name: string, change: Record<string, unknown>]> = [
  ['lost the grant', { grant_types: ['password'] }],
  ['became somebody else’s', { is_first_party: false }],
];

for (const [name, change] of CLIENT_CHANGES) {
  test(`a client that ${name} is refused as such, and the token lives on [T-24]`, async () => {
    const token = await logIn(server, STEADY_CLIENT);
    await server.apply(changedClient(change));
    const answer = await server.token(refreshRequest(STEADY_CLIENT, token));
    assert.equal(
      answer.body,
      '{"error":"unauthorized_client","error_description":"Grant type \'refresh_token\' not allowed for the client."}',
    );
    await server.apply(REFRESH_TENANT);
    await refresh(server, STEADY_CLIENT, token);
  });
}

test('a client that got a secret must show it, also for tokens from before [T-24]', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  const change = { token_endpoint_auth_method: 'client_secret_post', client_secret: SECRET_CLIENT_SECRET };
  await server.apply(changedClient(change));
  assert.equal((await server.token(refreshRequest(STEADY_CLIENT, token))).statusCode, 401);
  await refresh(server, STEADY_CLIENT, token, { client_secret: SECRET_CLIENT_SECRET });
});
