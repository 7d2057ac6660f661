// Management: the refresh tokens of users: listed without their texts, and ended one by one or all at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertApiRefused, assertEmpty, insufficientScope, invalidQuery, jsonOf } from '../support/api-answer.ts';
import { MANAGED_TENANT, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import {
  assertRefused,
  logIn,
  REFRESH_TENANT,
  ROTATING_CLIENT,
  refresh,
  SECRET_CLIENT,
  STEADY_CLIENT,
} from '../support/refresh-tenant.ts';
import { API, USER_ID } from '../support/sample-tenant.ts';

interface Shown {
  readonly id: string;
  readonly client_id: string;
  readonly rotating: boolean;
  readonly type: string;
}

const TENANT = {
  ...MANAGED_TENANT,
  ...REFRESH_TENANT,
  clients: [...MANAGED_TENANT.clients, ...REFRESH_TENANT.clients.slice(-4)],
};
const USER_PATH = `/users/${encodeURIComponent(USER_ID)}`;
const TOKENS_PATH = `${USER_PATH}/refresh-tokens`;
const devicesPath = (type: string) => `/device-credentials?type=${type}&user_id=${encodeURIComponent(USER_ID)}`;

let server: ManagementServer;
before(async () => {
  server = await startManagementServer({ tenant: TENANT });
});
after(() => server.close());

async function listTokens(): Promise<Shown[]> {
  return jsonOf<{ tokens: Shown[] }>(await server.api('GET', TOKENS_PATH), 200).tokens;
}

test('the tokens of a user are listed with what they are for, and without their texts', async () => {
  assert.deepEqual(await listTokens(), []);
  const token = await logIn(server, ROTATING_CLIENT);
  const made = new Date(server.clock.now()).toISOString();
  server.clock.advance(1000);
  await refresh(server, ROTATING_CLIENT, token);
  const [shown] = await listTokens();
  assert.deepEqual(shown, {
    id: shown?.id,
    user_id: USER_ID,
    client_id: ROTATING_CLIENT,
    session_id: null,
    rotating: true,
    created_at: made,
    last_exchanged_at: '2026-01-15T12:00:01.000Z',
    idle_expires_at: '2026-01-30T12:00:01.000Z',
    expires_at: '2026-02-14T12:00:00.000Z',
    resource_servers: [{ audience: API, scopes: 'openid email read:sample offline_access' }],
  });
  await logIn(server, STEADY_CLIENT, { audience: 'https://tenant.example.test/userinfo' });
  const steady = (await listTokens()).find(({ client_id: id }) => id === STEADY_CLIENT) as unknown as object;
  assert.deepEqual(
    { ...steady, id: '' },
    {
      ...{ id: '', user_id: USER_ID, client_id: STEADY_CLIENT, session_id: null, rotating: false },
      created_at: '2026-01-15T12:00:01.000Z',
      ...{ last_exchanged_at: null, idle_expires_at: null, expires_at: null, resource_servers: [] },
    },
  );
});

test('they are walked by checkpoint', async () => {
  await logIn(server, STEADY_CLIENT);
  const all = await listTokens();
  const seen: string[] = [];
  let from = '';
  do {
    const path = `${TOKENS_PATH}?take=1${from === '' ? '' : `&from=${from}`}`;
    const { tokens, next = '' } = jsonOf<{ tokens: Shown[]; next?: string }>(await server.api('GET', path), 200);
    seen.push(...tokens.map(({ id }) => id));
    from = next;
  } while (from !== '');
  assert.deepEqual(seen.toSorted(), all.map(({ id }) => id).toSorted());
});

test('as credentials of devices they are told apart by whether they rotate', async () => {
  await logIn(server, SECRET_CLIENT);
  const steady = jsonOf<Shown[]>(await server.api('GET', devicesPath('refresh_token')), 200);
  const rotating = jsonOf<Shown[]>(await server.api('GET', devicesPath('rotating_refresh_token')), 200);
  assert.ok(steady.every(({ type }) => type === 'refresh_token'));
  assert.deepEqual(
    rotating.map(({ client_id: id }) => id),
    [ROTATING_CLIENT],
  );
  const ofOne = await server.api('GET', `${devicesPath('refresh_token')}&client_id=${SECRET_CLIENT}`);
  assert.deepEqual(
    jsonOf<Shown[]>(ofOne, 200).map(({ client_id: id }) => id),
    [SECRET_CLIENT],
  );
  assert.deepEqual(jsonOf<Shown[]>(await server.api('GET', '/device-credentials'), 200), []);
  assertApiRefused(
    await server.api('GET', '/device-credentials?type=refresh_token'),
    invalidQuery("'Missing required property: user_id' for refresh_token."),
  );
});

test('one is ended by its id, once; the audit log says which', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  const known = await listTokens();
  const other = await logIn(server, STEADY_CLIENT);
  const id = (await listTokens()).find((one) => !known.some(({ id: seen }) => seen === one.id))?.id ?? '';
  assertEmpty(await server.api('DELETE', `/device-credentials/${id}`));
  const [event] = await server.logs();
  const { target, action } = event?.details ?? {};
  assert.deepEqual([event?.type, action, target], ['sapi', 'revoked', { type: 'refresh token', name: id }]);
  await assertRefused(server, STEADY_CLIENT, other, 'refresh-token-revoked');
  await refresh(server, STEADY_CLIENT, token);
  for (const gone of [id, 'x']) assertEmpty(await server.api('DELETE', `/device-credentials/${gone}`));
});

test('all of a user are ended at once', async () => {
  const tokens = [await logIn(server, STEADY_CLIENT), await logIn(server, SECRET_CLIENT)];
  assertEmpty(await server.api('DELETE', TOKENS_PATH), 202);
  assert.deepEqual(await listTokens(), []);
  await assertRefused(server, STEADY_CLIENT, tokens[0] ?? '', 'refresh-token-revoked');
  await assertRefused(server, SECRET_CLIENT, tokens[1] ?? '', 'refresh-token-revoked');
  assertApiRefused(await server.api('DELETE', '/users/auth0%7Cnobody/refresh-tokens'), [
    404,
    'inexistent_user',
    'The user does not exist.',
  ]);
});

test('a new password by PATCH ends the tokens of the user, another change does not [T-24]', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  jsonOf(await server.api('PATCH', USER_PATH, { user_metadata: { team: 'a' } }), 200);
  await refresh(server, STEADY_CLIENT, token);
  jsonOf(await server.api('PATCH', USER_PATH, { password: 'another password entirely' }), 200);
  await assertRefused(server, STEADY_CLIENT, token, 'refresh-token-revoked');
});

test('ending them needs the scope for it', async () => {
  const token = await server.managementToken('read:refresh_tokens read:device_credentials');
  assertApiRefused(
    await server.api('DELETE', TOKENS_PATH, undefined, token),
    insufficientScope('delete:refresh_tokens'),
  );
  assertApiRefused(
    await server.api('DELETE', '/device-credentials/x', undefined, token),
    insufficientScope('delete:device_credentials'),
  );
});

const SETTINGS = { rotation_type: 'rotating', expiration_type: 'expiring' };

test('the settings of a client are Auth0’s, with their defaults', async () => {
  const shown = async () =>
    jsonOf<{ refresh_token: object }>(await server.api('GET', `/clients/${SECRET_CLIENT}`), 200).refresh_token;
  assert.deepEqual(await shown(), {
    ...{ rotation_type: 'non-rotating', expiration_type: 'non-expiring', leeway: 0, token_lifetime: 31_557_600 },
    ...{ infinite_token_lifetime: true, idle_token_lifetime: 2_592_000, infinite_idle_token_lifetime: true },
  });
  const change = async (refresh_token: object | null) =>
    jsonOf(await server.api('PATCH', `/clients/${SECRET_CLIENT}`, { refresh_token }), 200);
  await change(SETTINGS);
  const rotating = {
    ...{ ...SETTINGS, leeway: 0, token_lifetime: 2_592_000, infinite_token_lifetime: false },
    ...{ idle_token_lifetime: 1_296_000, infinite_idle_token_lifetime: false },
  };
  assert.deepEqual(await shown(), rotating);
  await change({ leeway: 10 });
  assert.deepEqual(await shown(), { ...rotating, leeway: 10 });
  await change(null);
  assert.deepEqual(await shown(), { ...(await shown()), rotation_type: 'non-rotating', leeway: 0 });
});

const REFUSED: ReadonlyArray<readonly [settings: object, words: RegExp]> = [
  [{ rotation_type: 'rotating' }, /needs `expiration_type: expiring`/],
  [{ ...SETTINGS, expiration_type: 'non-expiring' }, /needs `expiration_type: expiring`/],
  [{ infinite_token_lifetime: false }, /needs `expiration_type: expiring`/],
  [{ ...SETTINGS, token_lifetime: 0 }, /token_lifetime/],
  [{ ...SETTINGS, idle_token_lifetime: 31_557_601 }, /idle_token_lifetime/],
  [{ ...SETTINGS, leeway: -1 }, /leeway/],
  [{ ...SETTINGS, leeway: 601 }, /leeway/],
  [{ ...SETTINGS, policies: [] }, /policies/],
];

for (const [settings, words] of REFUSED) {
  test(`settings that cannot be are refused: ${JSON.stringify(settings)}`, async () => {
    const answer = await server.api('PATCH', `/clients/${STEADY_CLIENT}`, { refresh_token: settings });
    assert.equal(answer.status, 400, answer.raw.body);
    assert.match(answer.raw.body, words);
  });
}
