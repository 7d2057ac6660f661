// /api/v2/users/{id}/identities: accounts that are linked to a user and taken off again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import {
  assertApiRefused,
  assertBodiesRefused,
  assertEmpty,
  insufficientScope,
  jsonOf,
} from '../support/api-answer.ts';
import { tokensFor } from '../support/injected-request.ts';
import { MANAGEMENT_AUDIENCE, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import {
  BACKEND_CLIENT,
  BACKEND_SECRET,
  DATABASE,
  PASSWORD,
  REALM_GRANT,
  SEED_REQUEST,
} from '../support/sample-tenant.ts';

interface Identity {
  readonly user_id: string;
  readonly connection: string;
  readonly profileData?: Record<string, unknown>;
}
interface User {
  readonly user_id: string;
  readonly identities: readonly Identity[];
}

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const MISSING = [404, 'inexistent_user', 'The user does not exist.'] as const;
const pathOf = (id: string) => `/users/${encodeURIComponent(id)}`;
const suffixOf = (id: string) => id.slice('auth0|'.length);

async function create(email: string, connection = DATABASE, more: object = {}): Promise<string> {
  const body = { connection, email, password: PASSWORD, ...more };
  return jsonOf<User>(await server.api('POST', '/users', body), 201).user_id;
}
const link = (id: string, secondary: string) =>
  server.api('POST', `${pathOf(id)}/identities`, { provider: 'auth0', user_id: suffixOf(secondary) });
const unlink = (id: string, secondary: string) =>
  server.api('DELETE', `${pathOf(id)}/identities/auth0/${suffixOf(secondary)}`);
const client = { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET };
const login = (username: string, realm: string, more: object = {}) => ({
  ...{ ...SEED_REQUEST, ...client, grant_type: REALM_GRANT, realm, username },
  ...more,
});
const subjectOf = async (username: string, realm: string) =>
  decodeJwt((await tokensFor(server, login(username, realm))).access_token).sub;

test('a linked account logs in to the user that it was linked to, and is no user of its own', async () => {
  const main = await create('main@example.com');
  const other = await create('other@example.com', 'Second', { name: 'Other', user_metadata: { theme: 'dark' } });
  const listed = jsonOf<Identity[]>(await link(main, other), 201);
  assert.equal(listed.length, 2);
  const [first, second] = listed;
  assert.deepEqual(first, { user_id: suffixOf(main), connection: DATABASE, provider: 'auth0', isSocial: false });
  const { profileData: profile, ...account } = second as Identity;
  assert.deepEqual(account, { user_id: suffixOf(other), connection: 'Second', provider: 'auth0', isSocial: false });
  const { picture: _, ...data } = profile ?? {};
  assert.deepEqual(data, { email: 'other@example.com', email_verified: false, name: 'Other', nickname: 'other' });
  assertApiRefused(await server.api('GET', pathOf(other)), MISSING);
  assert.equal(await subjectOf('other@example.com', 'Second'), main);
  assert.equal(await subjectOf('main@example.com', DATABASE), main);
  const shown = jsonOf<User>(await server.api('GET', pathOf(main)), 200);
  assert.deepEqual(shown.identities, listed);
});

test('an account that is taken off is the user again that it was, without what was kept with it', async () => {
  const main = await create('off-main@example.com');
  const other = await create('off@example.com', 'Second', { name: 'Off', app_metadata: { plan: 'gold' } });
  jsonOf(await link(main, other), 201);
  assert.equal(jsonOf<Identity[]>(await unlink(main, other), 200).length, 1);
  assert.equal(await subjectOf('off@example.com', 'Second'), other);
  const user = jsonOf<Record<string, unknown>>(await server.api('GET', pathOf(other)), 200);
  assert.deepEqual([user['name'], user['app_metadata']], ['Off', undefined]);
});

test('a user who has accounts linked brings them along', async () => {
  const [one, two, three] = [
    await create('1@example.com'),
    await create('2@example.com'),
    await create('3@example.com'),
  ];
  jsonOf(await link(two, three), 201);
  const listed = jsonOf<Identity[]>(await link(one, two), 201);
  assert.deepEqual(listed.map(({ user_id: id }) => id).toSorted(), [one, two, three].map(suffixOf).toSorted());
  assert.equal(await subjectOf('3@example.com', DATABASE), one);
});

test('deleting a user deletes the accounts that are linked to it', async () => {
  const [main, other] = [await create('d1@example.com'), await create('d2@example.com', 'Second')];
  jsonOf(await link(main, other), 201);
  assertEmpty(await server.api('DELETE', pathOf(main)));
  for (const request of [login('d1@example.com', DATABASE), login('d2@example.com', 'Second')]) {
    assert.equal((await server.token(request)).statusCode, 403);
  }
  await create('d2@example.com', 'Second');
});

test('the main account stays, and what is not linked cannot be taken off', async () => {
  const [main, other] = [await create('m1@example.com'), await create('m2@example.com')];
  const words = 'Main identity cannot be unlinked';
  assertApiRefused(await unlink(main, main), [400, 'operation_not_supported', words]);
  assertApiRefused(await unlink(main, other), [404, 'inexistent_identity', 'The identity does not exist']);
  const same = 'Main account and specified linked account are the same';
  assertApiRefused(await link(main, main), [400, 'operation_not_supported', same]);
});

test('a blocked user is not let in by another door', async () => {
  const [main, blocked] = [await create('b1@example.com'), await create('b2@example.com', 'Second', { blocked: true })];
  const words = 'A blocked user cannot be linked';
  assertApiRefused(await link(main, blocked), [400, 'operation_not_supported', words]);
});

test('a user who is not there is answered 404, on either side', async () => {
  const main = await create('n1@example.com');
  assertApiRefused(await link(main, 'auth0|nobody'), MISSING);
  assertApiRefused(await link('auth0|nobody', main), MISSING);
  assertApiRefused(await unlink('auth0|nobody', main), MISSING);
  assert.equal(jsonOf<User>(await server.api('GET', pathOf(main)), 200).identities.length, 1);
});

test('a user links an account that they have just logged in to, with its ID token [T-41]', async () => {
  const [mine, second] = [await create('own1@example.com'), await create('own2@example.com', 'Second')];
  const { access_token: token } = await tokensFor(
    server,
    login('own1@example.com', DATABASE, {
      audience: MANAGEMENT_AUDIENCE,
      scope: 'update:current_user_identities',
    }),
  );
  const { id_token: proof } = await tokensFor(server, login('own2@example.com', 'Second', { scope: 'openid' }));
  const send = (id: string, body: object) => server.api('POST', `${pathOf(id)}/identities`, body, token);
  const refused = insufficientScope('update:users');
  // By name, without a proof; and to somebody else.
  assertApiRefused(await send(mine, { provider: 'auth0', user_id: suffixOf(second) }), refused);
  assertApiRefused(await send(second, { link_with: proof }), refused);
  for (const bad of ['x', `${proof}x`, token]) {
    const answer = await send(mine, { link_with: bad });
    assertApiRefused(answer, [400, 'invalid_body', 'The ID token in link_with is not valid']);
  }
  assert.equal(jsonOf<Identity[]>(await send(mine, { link_with: proof }), 201).length, 2);
  const path = `${pathOf(mine)}/identities/auth0/${suffixOf(second)}`;
  assert.equal(jsonOf<Identity[]>(await server.api('DELETE', path, undefined, token), 200).length, 1);
});

test('an ID token of another client, or an old one, is no proof [T-41]', async () => {
  const mine = await create('proof1@example.com');
  await create('proof2@example.com');
  const request = { username: 'proof2@example.com', audience: null, scope: 'openid' };
  const { id_token: foreign } = await tokensFor(server, { ...SEED_REQUEST, ...request });
  const { id_token: old } = await tokensFor(server, { ...SEED_REQUEST, ...client, ...request });
  const { access_token: token } = await tokensFor(
    server,
    login('proof1@example.com', DATABASE, { audience: MANAGEMENT_AUDIENCE, scope: 'update:current_user_identities' }),
  );
  const words = 'The ID token in link_with is not valid';
  const send = (proof: string | undefined) =>
    server.api('POST', `${pathOf(mine)}/identities`, { link_with: proof }, token);
  assertApiRefused(await send(foreign), [400, 'invalid_body', words]);
  server.clock.advance(36_000_001);
  const late = await send(old);
  assertApiRefused(late, [400, 'invalid_body', words]);
});

test('members that are unknown or of another type are refused, and each endpoint wants its scope', async () => {
  const main = await create('r1@example.com');
  await assertBodiesRefused(
    (body) => server.api('POST', `${pathOf(main)}/identities`, body),
    [
      [{ provider: 'auth0' }, /^Payload validation error: '/],
      [{ provider: 'auth0', user_id: 7 }, /^Payload validation error: '/],
      [{ link_with: '' }, /^Payload validation error: '/],
      [{}, /^Payload validation error: '/],
    ],
  );
  const token = await server.managementToken('read:users');
  const scopes = ['update:users', 'update:current_user_identities'];
  const linked = await server.api('POST', `${pathOf(main)}/identities`, { link_with: 'x' }, token);
  assertApiRefused(linked, insufficientScope(...scopes));
  const taken = await server.api('DELETE', `${pathOf(main)}/identities/auth0/x`, undefined, token);
  assertApiRefused(taken, insufficientScope(...scopes));
});
