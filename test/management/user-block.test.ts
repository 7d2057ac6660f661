// /api/v2/user-blocks and /api/v2/anomaly/blocks: who is kept out after too many failures, and how that ends.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertApiRefused, assertEmpty, insufficientScope, invalidQuery, jsonOf } from '../support/api-answer.ts';
import { NO_SAME_USER_LIMIT } from '../support/guarded-server.ts';
import { MANAGED_TENANT, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import {
  BACKEND_CLIENT,
  BACKEND_SECRET,
  DATABASE,
  PASSWORD,
  REALM_GRANT,
  SEED_REQUEST,
} from '../support/sample-tenant.ts';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer({
    tenant: { ...MANAGED_TENANT, attackProtection: NO_SAME_USER_LIMIT },
    options: { trusted_proxies: ['127.0.0.1'] },
  });
});
after(() => server.close());

const pathOf = (id: string) => `/user-blocks/${encodeURIComponent(id)}`;
const named = (identifier: string) => `/user-blocks?identifier=${encodeURIComponent(identifier)}`;

async function create(email: string, more: object = {}): Promise<string> {
  const body = { connection: DATABASE, email, password: PASSWORD, ...more };
  return jsonOf<{ user_id: string }>(await server.api('POST', '/users', body), 201).user_id;
}

async function login(username: string, address: string, more: object = {}): Promise<number> {
  const request = { ...SEED_REQUEST, username, ...more };
  return (await server.token(request, { 'x-forwarded-for': address })).statusCode;
}

async function fail(username: string, address: string, times = 10, more: object = {}): Promise<void> {
  for (let made = 0; made < times; made += 1) await login(username, address, { password: `wrong ${made}`, ...more });
}

test('nobody is blocked who did not fail', async () => {
  const id = await create('fresh@example.com');
  assert.deepEqual(jsonOf(await server.api('GET', pathOf(id)), 200), { blocked_for: [] });
  assert.deepEqual(jsonOf(await server.api('GET', named('nobody@example.com')), 200), { blocked_for: [] });
  assertEmpty(await server.api('DELETE', pathOf(id)));
  assertEmpty(await server.api('DELETE', named('nobody@example.com')));
});

test('after ten failures a user is blocked from there, and unblocked the login works again', async () => {
  const id = await create('ten@example.com');
  const address = '192.0.2.10';
  await fail('ten@example.com', address);
  assert.equal(await login('ten@example.com', address), 429);
  const block = { identifier: 'ten@example.com', ip: address, connection: DATABASE };
  assert.deepEqual(jsonOf(await server.api('GET', pathOf(id)), 200), { blocked_for: [block] });
  assert.deepEqual(jsonOf(await server.api('GET', named('Ten@Example.com')), 200), {
    blocked_for: [{ ...block, identifier: 'Ten@Example.com' }],
  });
  assertEmpty(await server.api('DELETE', pathOf(id)));
  assert.equal(await login('ten@example.com', address), 200);
  assert.deepEqual((await server.api('GET', pathOf(id))).json, { blocked_for: [] });
  // Counted from the beginning again.
  await fail('ten@example.com', address, 9);
  assert.equal(await login('ten@example.com', address), 200);
});

test('a name that nobody has is blocked and unblocked like any other', async () => {
  const address = '192.0.2.11';
  await fail('nobody-here@example.com', address);
  assert.equal(await login('nobody-here@example.com', address), 429);
  const { blocked_for: blocks } = jsonOf<{ blocked_for: object[] }>(
    await server.api('GET', named('nobody-here@example.com')),
    200,
  );
  assert.equal(blocks.length, 1);
  assertEmpty(await server.api('DELETE', named('nobody-here@example.com')));
  assert.equal(await login('nobody-here@example.com', address), 403);
});

test('a user is unblocked under every name that they have, of linked accounts too', async () => {
  const id = await create('names@example.com', { username: 'names' });
  const linked = await create('linked@example.com', { connection: 'Second' });
  const other = linked.slice('auth0|'.length);
  const linking = await server.api('POST', `/users/${encodeURIComponent(id)}/identities`, {
    provider: 'auth0',
    user_id: other,
  });
  assert.equal(linking.status, 201);
  const address = '192.0.2.12';
  const second = { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET, grant_type: REALM_GRANT, realm: 'Second' };
  await fail('names@example.com', address);
  await fail('names', address);
  await fail('linked@example.com', address, 10, second);
  const { blocked_for: blocks } = jsonOf<{ blocked_for: { identifier: string }[] }>(
    await server.api('GET', pathOf(id)),
    200,
  );
  const names = blocks.map(({ identifier }) => identifier).toSorted();
  assert.deepEqual(names, ['linked@example.com', 'names', 'names@example.com']);
  assertEmpty(await server.api('DELETE', pathOf(id)));
  assert.deepEqual(
    [
      await login('names@example.com', address),
      await login('names', address),
      await login('linked@example.com', address, second),
    ],
    [200, 200, 200],
  );
});

test('a new password and a higher threshold end blocks too', async () => {
  const id = await create('password@example.com');
  const address = '192.0.2.13';
  await fail('password@example.com', address);
  assert.equal(await login('password@example.com', address), 429);
  jsonOf(await server.api('PATCH', `/users/${encodeURIComponent(id)}`, { password: 'another password' }), 200);
  assert.equal(await login('password@example.com', address, { password: 'another password' }), 200);
});

test('an address that guessed at many names is blocked, told of and unblocked', async () => {
  const address = '192.0.2.14';
  const path = `/anomaly/blocks/ips/${address}`;
  assertApiRefused(await server.api('GET', path), [404, null, 'The IP is not blocked']);
  for (let name = 0; name < 100; name += 1) await login(`n${name}@example.com`, address, { password: 'wrong' });
  await create('many@example.com');
  assert.equal(await login('many@example.com', address), 429);
  assertEmpty(await server.api('GET', path), 200);
  assertApiRefused(await server.api('GET', '/anomaly/blocks/ips/192.0.2.15'), [404, null, 'The IP is not blocked']);
  assertEmpty(await server.api('DELETE', path));
  assert.equal(await login('many@example.com', address), 200);
  assertApiRefused(await server.api('GET', path), [404, null, 'The IP is not blocked']);
  assertEmpty(await server.api('DELETE', path));
});

test('what is no address, no name and no user is refused', async () => {
  const words = "Path validation error: 'The value is no address' on property ip.";
  for (const method of ['GET', 'DELETE']) {
    assertApiRefused(await server.api(method, '/anomaly/blocks/ips/somewhere'), [400, 'invalid_uri', words]);
    const nobody = await server.api(method, pathOf('auth0|nobody'));
    assertApiRefused(nobody, [404, 'inexistent_user', 'The user does not exist.']);
    const none = await server.api(method, '/user-blocks');
    assertApiRefused(none, invalidQuery("'Missing required property: identifier'."));
    const empty = await server.api(method, '/user-blocks?identifier=');
    assertApiRefused(empty, invalidQuery(/on property identifier\.$/));
  }
});

test('each endpoint wants its own scope', async () => {
  const token = await server.managementToken('read:clients');
  for (const [method, path, scope] of [
    ['GET', named('a'), 'read:users'],
    ['DELETE', named('a'), 'update:users'],
    ['GET', pathOf('a'), 'read:users'],
    ['DELETE', pathOf('a'), 'update:users'],
    ['GET', '/anomaly/blocks/ips/192.0.2.1', 'read:anomaly_blocks'],
    ['DELETE', '/anomaly/blocks/ips/192.0.2.1', 'delete:anomaly_blocks'],
  ] as const) {
    assertApiRefused(await server.api(method, path, undefined, token), insufficientScope(scope));
  }
});

test('everything that is blocked now is listed, names of nobody by what they are', async () => {
  const id = await create('listed@example.com');
  await fail('listed@example.com', '192.0.2.77');
  await fail('nobody-listed@example.com', '192.0.2.78');
  type Listed = { blocks: { kind: string; user_id: string | null; ip: string | null; until: string }[] };
  const { blocks } = jsonOf<Listed>(await server.api('GET', '/attack-protection/blocks?take=100'), 200);
  const of = (ip: string) => blocks.filter((block) => block.ip === ip).map(({ kind, user_id }) => [kind, user_id]);
  assert.deepEqual(of('192.0.2.77'), [['identifier_and_ip', id]]);
  assert.deepEqual(of('192.0.2.78'), [['identifier_and_ip', null]]);
  assert.ok(blocks.every(({ until }) => Date.parse(until) > server.clock.now()));
  assert.deepEqual(
    blocks.map(({ until }) => until),
    blocks
      .map(({ until }) => until)
      .toSorted()
      .toReversed(),
  );
  assert.equal(jsonOf<Listed>(await server.api('GET', '/attack-protection/blocks?take=1'), 200).blocks.length, 1);
  assertApiRefused(
    await server.api('GET', '/attack-protection/blocks', undefined, await server.managementToken('read:clients')),
    insufficientScope('read:attack_protection'),
  );
  assertEmpty(await server.api('DELETE', pathOf(id)));
  const rest = jsonOf<Listed>(await server.api('GET', '/attack-protection/blocks?take=100'), 200).blocks;
  assert.ok(!rest.some((block) => block.ip === '192.0.2.77'));
});
