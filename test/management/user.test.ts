// /api/v2/users and /api/v2/users-by-email: the users of a tenant.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { assertApiRefused, assertEmpty, invalidQuery, jsonOf } from '../support/api-answer.ts';
import { getUserinfo, tokensFor } from '../support/injected-request.ts';
import { assertWalks } from '../support/list-walk.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { assertRefused } from '../support/refusal.ts';
import { DATABASE, PASSWORD, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';

type Json = Record<string, unknown>;
interface Shown extends Json {
  readonly user_id: string;
}

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const MISSING = [404, 'inexistent_user', 'The user does not exist.'] as const;
const BLOCKED = [403, 'unauthorized', 'user is blocked'] as const;

const pathOf = (id: string) => `/users/${encodeURIComponent(id)}`;
const create = async (body: Json) =>
  jsonOf<Shown>(await server.api('POST', '/users', { connection: DATABASE, password: PASSWORD, ...body }), 201);
const read = async (id: string) => jsonOf<Shown>(await server.api('GET', pathOf(id)), 200);
const patch = async (id: string, body: Json) => jsonOf<Shown>(await server.api('PATCH', pathOf(id), body), 200);
const login = (username: string, password = PASSWORD) => server.token({ ...SEED_REQUEST, username, password });

test('a user that is an address and a password only gets the rest made, and can log in', async () => {
  const made = await create({ email: 'Ada@Example.com' });
  assert.match(made.user_id, /^auth0\|[0-9a-f]{24}$/);
  assert.deepEqual(made, {
    created_at: '2026-01-15T12:00:00.000Z',
    email: 'Ada@Example.com',
    email_verified: false,
    name: 'Ada@Example.com',
    nickname: 'Ada',
    picture: made['picture'],
    identities: [
      { user_id: made.user_id.slice('auth0|'.length), connection: DATABASE, provider: 'auth0', isSocial: false },
    ],
    updated_at: '2026-01-15T12:00:00.000Z',
    user_id: made.user_id,
  });
  assert.deepEqual(await read(made.user_id), made);
  assert.equal((await login('ada@example.com')).statusCode, 200);
  const seen = await read(made.user_id);
  const { last_login: at, last_ip: ip, logins_count: count, ...rest } = seen;
  assert.deepEqual([at, ip, count], ['2026-01-15T12:00:00.000Z', '127.0.0.1', 1]);
  assert.deepEqual(rest, made);
});

test('every member that is given comes back', async () => {
  const body = {
    email: 'grace@example.com',
    username: 'grace',
    user_id: 'grace.hopper-1',
    phone_number: '+15550123',
    email_verified: true,
    phone_verified: true,
    blocked: true,
    given_name: 'Grace',
    family_name: 'Hopper',
    name: 'Grace Hopper',
    nickname: 'Amazing',
    picture: 'https://example.com/grace.png',
    user_metadata: { theme: 'dark', list: [1, { two: null }] },
    app_metadata: { plan: 'gold' },
  };
  const made = await create({ ...body, verify_email: false });
  assert.deepEqual({ ...made, ...body, user_id: 'auth0|grace.hopper-1' }, made);
  assertRefused(await login('grace'), BLOCKED);
});

test('users are listed in every way that Auth0’s clients walk, and by connection', async () => {
  await create({ email: 'listed@example.com' });
  const list = { plural: 'users', key: 'user_id', hasFields: true };
  await assertWalks(server, { path: '/users', ...list });
  await assertWalks(server, { path: '/users?search_engine=v3&sort=email:1', ...list });
  const second = jsonOf<Shown[]>(await server.api('GET', '/users?connection=Second'), 200);
  assert.deepEqual(
    second.map(({ email }) => email),
    ['second@example.com'],
  );
  const missing = await server.api('GET', '/users?connection=nowhere');
  assertApiRefused(missing, [404, 'inexistent_connection', 'The connection does not exist']);
  const found = jsonOf<{ users: Shown[]; total: number }>(
    await server.api('GET', `/users?q=${encodeURIComponent(`email:"${USER}"`)}&include_totals=true`),
    200,
  );
  assert.deepEqual([found.total, found.users.map(({ user_id: id }) => id)], [1, [USER_ID]]);
  for (const query of ['q=(', `q=${'x'.repeat(1025)}`, 'search_engine=v2', 'sort=email', 'page=100&per_page=100']) {
    assertApiRefused(await server.api('GET', `/users?${query}`), invalidQuery(/^Query validation error: '/));
  }
});

test('users are found by their address, whatever its letter case', async () => {
  const made = await create({ email: 'case@example.com' });
  for (const email of ['case@example.com', 'Case@EXAMPLE.com']) {
    const found = await server.api('GET', `/users-by-email?email=${encodeURIComponent(email)}`);
    assert.deepEqual(jsonOf(found, 200), [made]);
  }
  const some = await server.api('GET', '/users-by-email?email=case@example.com&fields=user_id,email');
  assert.deepEqual(some.json, [{ email: 'case@example.com', user_id: made.user_id }]);
  assert.deepEqual((await server.api('GET', '/users-by-email?email=nobody@example.com')).json, []);
  assertApiRefused(await server.api('GET', '/users-by-email'), invalidQuery("'Missing required property: email'."));
});

test('one user is shown whole or by member', async () => {
  const some = await server.api('GET', `${pathOf(USER_ID)}?fields=email,name`);
  assert.deepEqual(some.json, { email: USER, name: 'Sam User' });
  const { identities: _, ...others } = await read(USER_ID);
  assert.deepEqual((await server.api('GET', `${pathOf(USER_ID)}?fields=identities&include_fields=false`)).json, others);
});

test('a change leaves out what stays, and null takes a member back', async () => {
  const made = await create({
    email: 'change@example.com',
    name: 'Before',
    given_name: 'B',
    phone_number: '+15550100',
  });
  server.clock.advance(1000);
  const changed = await patch(made.user_id, { name: 'After', picture: 'https://example.com/a.png' });
  const updated = '2026-01-15T12:00:01.000Z';
  assert.deepEqual(changed, {
    ...{ ...made, updated_at: updated },
    ...{ name: 'After', picture: 'https://example.com/a.png' },
  });
  const { given_name: _, phone_number: __, phone_verified: ___, ...bare } = made;
  const taken = { name: null, given_name: null, phone_number: null, picture: null };
  assert.deepEqual(await patch(made.user_id, taken), { ...bare, updated_at: updated, name: 'change@example.com' });
});

test('metadata is merged member by member, null takes one out, and null alone all', async () => {
  const { user_id: id } = await create({ email: 'meta@example.com', user_metadata: { a: 1, deep: { x: 1 } } });
  const one = await patch(id, { user_metadata: { b: 2, deep: { y: 2 } }, app_metadata: { plan: 'gold' } });
  assert.deepEqual([one['user_metadata'], one['app_metadata']], [{ a: 1, b: 2, deep: { y: 2 } }, { plan: 'gold' }]);
  const two = await patch(id, { user_metadata: { a: null }, app_metadata: null });
  assert.deepEqual([two['user_metadata'], two['app_metadata']], [{ b: 2, deep: { y: 2 } }, undefined]);
  const odd = JSON.parse(
    '{"__proto__": {"x": 1}, "constructor": 2, "a\\u0000b": "\\u0000", "half": "\\ud800"}',
  ) as Json;
  const { user_metadata: kept } = await patch(id, { user_metadata: odd });
  assert.deepEqual(JSON.parse(JSON.stringify(kept)), { b: 2, deep: { y: 2 }, ...own(odd) });
  // A search still goes over what was stored.
  const found = await server.api('GET', `/users?q=${encodeURIComponent('user_metadata.b:2')}`);
  assert.equal(jsonOf<object[]>(found, 200).length, 1);
});

/** With a member of the name `__proto__` as one like any other. */
function own(object: Json): Json {
  return Object.fromEntries(Object.entries(object));
}

test('a new password works at once, and the old one no more', async () => {
  const { user_id: id } = await create({ email: 'password@example.com' });
  const stored = await read(id);
  await patch(id, { password: 'another password' });
  assertRefused(await login('password@example.com'), [403, 'invalid_grant', 'Wrong email or password.']);
  assert.equal((await login('password@example.com', 'another password')).statusCode, 200);
  assert.equal(JSON.stringify(await read(id)).includes('another password'), false);
  assert.equal('password' in stored, false);
});

test('a new address or user name is what the user logs in by, and is not verified', async () => {
  const { user_id: id } = await create({ email: 'old@example.com', username: 'old', email_verified: true });
  const changed = await patch(id, { email: 'New@example.com' });
  assert.deepEqual([changed['email'], changed['email_verified']], ['New@example.com', false]);
  assert.equal((await login('new@example.com')).statusCode, 200);
  assert.equal((await login('old@example.com')).statusCode, 403);
  await patch(id, { username: 'new' });
  assert.deepEqual([(await login('new')).statusCode, (await login('old')).statusCode], [200, 403]);
  const verified = await patch(id, { email: 'newest@example.com', email_verified: true });
  assert.equal(verified['email_verified'], true);
});

test('a blocked user is kept out, and let in again', async () => {
  const { user_id: id } = await create({ email: 'block@example.com' });
  const { access_token: token } = await tokensFor(server, {
    ...SEED_REQUEST,
    ...{ username: 'block@example.com', audience: null, scope: 'openid' },
  });
  assert.equal((await patch(id, { blocked: true }))['blocked'], true);
  assertRefused(await login('block@example.com'), BLOCKED);
  assert.notEqual((await getUserinfo(server, token)).statusCode, 200);
  assert.equal((await patch(id, { blocked: false }))['blocked'], undefined);
  assert.equal((await login('block@example.com')).statusCode, 200);
});

test('claims of the next ID token follow what was changed', async () => {
  const { user_id: id } = await create({ email: 'claims@example.com' });
  await patch(id, { name: 'Claimed', email_verified: true });
  const request = { ...SEED_REQUEST, username: 'claims@example.com', scope: 'openid profile email' };
  const { sub, name, email_verified: verified } = decodeJwt((await tokensFor(server, request)).id_token ?? '');
  assert.deepEqual([sub, name, verified], [id, 'Claimed', true]);
});

test('a deleted user is gone, and deleting nobody succeeds', async () => {
  const { user_id: id } = await create({ email: 'gone@example.com' });
  assertEmpty(await server.api('DELETE', pathOf(id)));
  assertApiRefused(await server.api('GET', pathOf(id)), MISSING);
  assertApiRefused(await server.api('PATCH', pathOf(id), { name: 'X' }), MISSING);
  assertRefused(await login('gone@example.com'), [403, 'invalid_grant', 'Wrong email or password.']);
  assertEmpty(await server.api('DELETE', pathOf(id)));
  await create({ email: 'gone@example.com' });
});
