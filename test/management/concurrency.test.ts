// Changes that are made side by side: each is there afterwards, or its caller was told that it is not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createApp } from '../../src/app.ts';
import { createHasher } from '../../src/ground.ts';
import { createChanges } from '../../src/management/changes.ts';
import type { Call } from '../../src/management/endpoint.ts';
import { bumpConfigurationVersion } from '../../src/storage/configuration-version.ts';
import { assertEmpty, jsonOf } from '../support/api-answer.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { API, BACKEND_CLIENT, DATABASE, PASSWORD, PUBLIC_CLIENT, USER_ID } from '../support/sample-tenant.ts';
import { HOST } from '../support/start-server.ts';

type Json = Record<string, unknown>;

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const TWENTY = Array.from({ length: 20 }, (_, index) => `m${index}`);
const CLIENT = `/clients/${BACKEND_CLIENT}`;
const USER = `/users/${encodeURIComponent(USER_ID)}`;
const read = async (path: string) => jsonOf<Json>(await server.api('GET', path), 200);

async function statusesOf(requests: readonly Promise<{ readonly status: number }>[]): Promise<number[]> {
  return [...new Set((await Promise.all(requests)).map(({ status }) => status))];
}

test('twenty changes of different members of one client are all kept', async () => {
  const origin = (index: number) => `https://origin-${index}.example`;
  const bodies: Json[] = [
    ...TWENTY.slice(0, 10).map((name) => ({ client_metadata: { [name]: name } })),
    { name: 'Side by side' },
    { description: 'Side by side' },
    { app_type: 'non_interactive' },
    { callbacks: [`${origin(1)}/done`] },
    { web_origins: [origin(2)] },
    { allowed_origins: [origin(3)] },
    { logo_uri: `${origin(4)}/logo.png` },
    { jwt_configuration: { lifetime_in_seconds: 60 } },
    { jwt_configuration: { alg: 'HS256' } },
    { is_token_endpoint_ip_header_trusted: true },
  ];
  assert.equal(bodies.length, 20);
  assert.deepEqual(await statusesOf(bodies.map((body) => server.api('PATCH', CLIENT, body))), [200]);
  const client = await read(CLIENT);
  assert.deepEqual(client['client_metadata'], Object.fromEntries(TWENTY.slice(0, 10).map((name) => [name, name])));
  assert.deepEqual(client['jwt_configuration'], { alg: 'HS256', lifetime_in_seconds: 60, secret_encoded: false });
  for (const body of bodies.slice(10).filter((one) => !('jwt_configuration' in one))) {
    assert.deepEqual({ ...client, ...body }, client);
  }
  const events = (await server.logs()).filter(({ details }) => details['operation'] === `PATCH /api/v2${CLIENT}`);
  assert.equal(events.length, 20);
});

test('twenty changes of one user’s metadata are all kept', async () => {
  const requests = TWENTY.map((name, index) =>
    server.api('PATCH', USER, { [index % 2 === 0 ? 'user_metadata' : 'app_metadata']: { [name]: index } }),
  );
  assert.deepEqual(await statusesOf(requests), [200]);
  const user = await read(USER);
  const kept = { ...(user['user_metadata'] as Json), ...(user['app_metadata'] as Json) };
  assert.deepEqual(kept, Object.fromEntries(TWENTY.map((name, index) => [name, index])));
});

test('twenty changes of different settings and things do not get in each other’s way', async () => {
  const requests = TWENTY.map((name, index) => {
    switch (index % 4) {
      case 0:
        return server.api('POST', '/roles', { name });
      case 1:
        return server.api('POST', '/connections', { name, strategy: 'auth0' });
      case 2:
        return server.api('PATCH', '/tenants/settings', { friendly_name: name });
      default:
        return server.api('POST', '/resource-servers', { identifier: `https://${name}.example` });
    }
  });
  assert.deepEqual(
    (await statusesOf(requests)).toSorted((a, b) => a - b),
    [200, 201],
  );
  assert.equal(jsonOf<Json[]>(await server.api('GET', '/roles'), 200).length, 5);
});

test('roles, permissions and clients that are given side by side are all there', async () => {
  const { id } = jsonOf<{ id: string }>(await server.api('POST', '/roles', { name: 'shared' }), 200);
  const scopes = TWENTY.map((value) => ({ value }));
  jsonOf(await server.api('PATCH', `/resource-servers/${encodeURIComponent(API)}`, { scopes }), 200);
  const permission = (name: string) => ({
    permissions: [{ resource_server_identifier: API, permission_name: name }],
  });
  const ofRole = TWENTY.map((name) => server.api('POST', `/roles/${id}/permissions`, permission(name)));
  const ofUser = TWENTY.map((name) => server.api('POST', `${USER}/permissions`, permission(name)));
  assert.deepEqual(await statusesOf([...ofRole, ...ofUser]), [201]);
  for (const path of [`/roles/${id}/permissions`, `${USER}/permissions`]) {
    assert.equal(jsonOf<Json[]>(await server.api('GET', path), 200).length, 20);
  }
  const [database] = jsonOf<{ id: string }[]>(await server.api('GET', '/connections?name=Second'), 200);
  const path = `/connections/${database?.id}/clients`;
  const enabling = [PUBLIC_CLIENT, 'NotEnabled', 'ThirdParty'].map((client) =>
    server.api('PATCH', path, [{ client_id: client, status: true }]),
  );
  assert.deepEqual(await statusesOf(enabling), [204]);
  assert.equal(jsonOf<{ clients: object[] }>(await server.api('GET', path), 200).clients.length, 4);
});

test('of twenty who take one name one has it', async () => {
  for (const [path, body, made] of [
    ['/users', { connection: DATABASE, email: 'one@example.com', password: PASSWORD }, 201],
    ['/clients', { name: 'One', client_id: 'OneClient' }, 201],
    ['/roles', { name: 'One' }, 200],
    ['/connections', { name: 'One', strategy: 'auth0' }, 201],
    ['/resource-servers', { identifier: 'https://one.example' }, 201],
    ['/client-grants', { client_id: PUBLIC_CLIENT, audience: API, scope: [] }, 201],
  ] as const) {
    const answers = await Promise.all(TWENTY.map(() => server.api('POST', path, body)));
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    assert.deepEqual(statuses, [made, ...Array.from({ length: 19 }, () => 409)], path);
  }
});

test('a client that is deleted while it is changed is gone, and whoever changed it knows', async () => {
  jsonOf(await server.api('POST', '/clients', { name: 'Going', client_id: 'Going' }), 201);
  const changes = TWENTY.map((name) => server.api('PATCH', '/clients/Going', { description: name }));
  assertEmpty(await server.api('DELETE', '/clients/Going'));
  for (const status of await statusesOf(changes)) assert.ok([200, 404].includes(status), String(status));
  assert.equal((await server.api('GET', '/clients/Going')).status, 404);
});

test('changes at two servers on one database are all kept, or refused as too many', async () => {
  const other = createApp(server.ground);
  const token = await server.managementToken();
  const patchAt = async (where: 'here' | 'there', body: Json) => {
    if (where === 'here') return server.api('PATCH', CLIENT, body);
    const answer = await other.server.inject({
      method: 'PATCH',
      url: `/api/v2${CLIENT}`,
      headers: { host: HOST, authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      payload: JSON.stringify(body),
    });
    return { status: answer.statusCode };
  };
  jsonOf(await server.api('PATCH', CLIENT, { client_metadata: null }), 200);
  const names = TWENTY.slice(0, 10);
  const answers = await Promise.all(
    names.map((name, index) => patchAt(index % 2 === 0 ? 'here' : 'there', { client_metadata: { [name]: '' } })),
  );
  const kept = names.filter((_, index) => answers[index]?.status === 200);
  assert.ok(answers.every(({ status }) => status === 200 || status === 429));
  assert.ok(kept.length >= 5);
  assert.deepEqual(Object.keys((await read(CLIENT))['client_metadata'] as Json).toSorted(), kept.toSorted());
  await other.server.close();
});

test('a change that others overtake again and again is refused, to be tried later', async () => {
  const { app, ground } = server;
  const changes = createChanges({
    ...{ database: ground.database, stores: app.stores, hasher: createHasher(ground), clock: ground.clock },
    ...{ audit: async () => {}, forgetConfiguration: () => {} },
  });
  const call = { tenant: await sampleTenantOf(server) } as unknown as Call;
  let tries = 0;
  const overtaken = changes.apply(call, 'clientGrants', async () => {
    tries += 1;
    await bumpConfigurationVersion(ground.database.sql);
    return { client_id: BACKEND_CLIENT, audience: API, scope: [] };
  });
  await assert.rejects(overtaken, { status: 429, errorCode: 'too_many_requests', retryAfterSeconds: 1 });
  assert.ok(tries > 1);
  assert.deepEqual(jsonOf(await server.api('GET', `/client-grants?client_id=${BACKEND_CLIENT}`), 200), []);
});
