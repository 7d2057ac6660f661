// The refresh token grant: who gets a refresh token at a login, and what a use of it gives.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import {
  assertBadToken,
  assertRefused,
  LEEWAY_CLIENT,
  logIn,
  loginRequest,
  REFRESH_TENANT,
  ROTATING_CLIENT,
  refresh,
  refreshRequest,
  SECRET_CLIENT,
  STEADY_CLIENT,
  tokensOf,
} from '../support/refresh-tenant.ts';
import { API, HS256_API, PASSWORD, PUBLIC_CLIENT, USER_ID } from '../support/sample-tenant.ts';
import { HOST, ISSUER, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: REFRESH_TENANT });
});
after(() => server.close());

async function rowCount(): Promise<number> {
  return (await server.ground.database.sql.selectFrom('refresh_tokens').select('id').execute()).length;
}

test('a login that asks for offline_access gets a refresh token, and the scope says so', async () => {
  const tokens = await tokensOf(server, loginRequest(STEADY_CLIENT));
  assert.equal(tokens.scope, 'openid email read:sample offline_access');
  assert.match(tokens.refresh_token ?? '', /^v1\.M[\w-]{70}$/);
  assert.equal(decodeJwt(tokens.access_token)['scope'], tokens.scope);
});

test('without an API the client alone decides', async () => {
  const { audience: _, ...request } = loginRequest(STEADY_CLIENT);
  const tokens = await tokensOf(server, { ...request, scope: 'openid offline_access' });
  assert.equal(tokens.scope, 'openid offline_access');
  const refreshed = await refresh(server, STEADY_CLIENT, tokens.refresh_token ?? '');
  const headers = { host: HOST, authorization: `Bearer ${refreshed.access_token}` };
  const userinfo = await server.app.server.inject({ url: '/userinfo', headers });
  assert.deepEqual(userinfo.json(), { sub: USER_ID });
});

const WITHOUT: ReadonlyArray<readonly [name: string, request: Record<string, unknown>, warning: RegExp | null]> = [
  ['that does not ask for one', { ...loginRequest(STEADY_CLIENT), scope: 'openid read:sample' }, null],
  ['of a client without the grant', loginRequest(PUBLIC_CLIENT), /the client may not use the grant refresh_token/],
  [
    'for an API that allows none',
    { ...loginRequest(STEADY_CLIENT), audience: HS256_API, scope: 'openid read:legacy offline_access' },
    /the API has no allow_offline_access/,
  ],
  [
    'for the Management API',
    { ...loginRequest(STEADY_CLIENT), audience: `${ISSUER}api/v2/`, scope: 'read:current_user offline_access' },
    /the API has no allow_offline_access/,
  ],
];

for (const [name, request, warning] of WITHOUT) {
  test(`a login ${name} gets no refresh token and writes no row; the scope leaves offline_access out`, async () => {
    const rows = await rowCount();
    const tokens = await tokensOf(server, request);
    assert.equal(tokens.refresh_token, undefined);
    assert.doesNotMatch(tokens.scope ?? '', /offline_access/);
    assert.equal(await rowCount(), rows);
    const [event] = await server.logs();
    const [told = ''] = (event?.details['warnings'] as string[] | undefined) ?? [];
    if (warning === null) assert.equal(told, '');
    else assert.match(told, warning);
  });
}

test('a scope of an API that is called offline_access gives no refresh token', async () => {
  const scopes = [{ value: 'offline_access' }, { value: 'read:legacy' }];
  const resourceServers = [{ identifier: 'https://odd.example.com', scopes, allow_offline_access: false }];
  await server.apply({ tenant: REFRESH_TENANT.tenant, resourceServers });
  const tokens = await tokensOf(server, {
    ...loginRequest(STEADY_CLIENT),
    audience: 'https://odd.example.com',
    scope: 'openid',
  });
  assert.equal(tokens.refresh_token, undefined);
  assert.doesNotMatch(tokens.scope ?? '', /offline_access/);
});

test('a use gives new tokens of the same user, API and scope', async () => {
  const { audience: _, ...claims } = decodeJwt((await tokensOf(server, loginRequest(STEADY_CLIENT))).access_token);
  const token = await logIn(server, STEADY_CLIENT);
  server.clock.advance(60_000);
  const tokens = await refresh(server, STEADY_CLIENT, token);
  assert.deepEqual(Object.keys(tokens), ['access_token', 'id_token', 'scope', 'expires_in', 'token_type']);
  assert.equal(tokens.scope, 'openid email read:sample offline_access');
  assert.deepEqual(decodeJwt(tokens.access_token), {
    ...claims,
    iat: (claims.iat ?? 0) + 60,
    exp: (claims.exp ?? 0) + 60,
    gty: 'refresh_token',
  });
  const { sub, email } = decodeJwt(tokens.id_token ?? '');
  assert.deepEqual([sub, email], [USER_ID, 'user@example.com']);
});

test('a token that does not rotate is used again and again, and no answer repeats it', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  for (let use = 0; use < 3; use += 1) {
    assert.equal((await refresh(server, STEADY_CLIENT, token)).refresh_token, undefined);
  }
});

test('the scope of a use may be less than that of the login, and never more', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  const scopeOf = async (scope: string) => (await refresh(server, STEADY_CLIENT, token, { scope })).scope;
  assert.equal(await scopeOf('openid offline_access'), 'openid offline_access');
  assert.equal(await scopeOf('openid'), 'openid');
  assert.equal(await scopeOf('read:sample write:sample phone'), 'read:sample');
  assert.equal(await scopeOf('write:sample'), undefined);
  const all = await refresh(server, STEADY_CLIENT, token);
  assert.equal(all.scope, 'openid email read:sample offline_access');
});

test('another audience is ignored, and the log says so', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  const { access_token: accessToken } = await refresh(server, STEADY_CLIENT, token, { audience: HS256_API });
  assert.deepEqual(decodeJwt(accessToken).aud, [API, `${ISSUER}userinfo`]);
  const [event] = await server.logs();
  assert.match(JSON.stringify(event?.details['warnings']), /audience was ignored/);
  assert.equal(event?.['audience'], API);
});

test('a client with a secret must prove itself', async () => {
  const token = await logIn(server, SECRET_CLIENT);
  const { client_secret: _, ...request } = refreshRequest(SECRET_CLIENT, token);
  assert.equal((await server.token(request)).statusCode, 401);
  assert.equal((await server.token({ ...request, client_secret: 'another-secret-0123456789' })).statusCode, 401);
  await refresh(server, SECRET_CLIENT, token);
});

test('a request without the token, or of a client without the grant, is refused as such', async () => {
  const { refresh_token: _, ...request } = refreshRequest(STEADY_CLIENT, '');
  assert.equal(
    (await server.token(request)).body,
    '{"error":"invalid_request","error_description":"Missing required parameter: refresh_token"}',
  );
  const token = await logIn(server, STEADY_CLIENT);
  assert.equal(
    (await server.token(refreshRequest(PUBLIC_CLIENT, token))).body,
    '{"error":"unauthorized_client","error_description":"Grant type \'refresh_token\' not allowed for the client."}',
  );
});

test('what is no token of this server is refused: a cut one, a changed one, another one’s digest [T-23]', async () => {
  const [token, other] = [await logIn(server, STEADY_CLIENT), await logIn(server, STEADY_CLIENT)];
  const bytes = Buffer.from(token.slice(4), 'base64url');
  const forgeries: string[] = ['x', token.slice(0, -1), `${token}A`, token.slice(4), 'v1.M'.padEnd(74, 'A')];
  for (let index = 0; index < bytes.length; index += 1) {
    const changed = Buffer.from(bytes);
    changed[index] = (changed[index] ?? 0) ^ 1;
    forgeries.push(`v1.M${changed.toString('base64url')}`);
  }
  const otherBytes = Buffer.from(other.slice(4), 'base64url');
  forgeries.push(`v1.M${Buffer.concat([otherBytes.subarray(0, 32), bytes.subarray(32)]).toString('base64url')}`);
  for (const forgery of forgeries) await assertRefused(server, STEADY_CLIENT, forgery, 'refresh-token-unknown');
  await refresh(server, STEADY_CLIENT, token);
});

test('a successful use is logged as one, with its phases, and does not count as a login', async () => {
  const token = await logIn(server, ROTATING_CLIENT);
  await refresh(server, ROTATING_CLIENT, token);
  const [event] = await server.logs();
  assert.equal(event?.type, 'sertft');
  assert.equal(event?.['description'], 'Successful exchange of Refresh Token for Access Token');
  assert.equal(event?.['user_id'], USER_ID);
  assert.deepEqual(
    (event?.details['phases'] as { phase: string }[] | undefined)?.map(({ phase }) => phase),
    ['client', 'grant', 'refresh-token', 'scopes', 'tokens'],
  );
  const tenant = await server.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  const earlier = await server.app.stores.users.findStored(tenant.id, USER_ID);
  await logIn(server, LEEWAY_CLIENT);
  const later = await server.app.stores.users.findStored(tenant.id, USER_ID);
  assert.equal((later?.loginsCount ?? 0) - (earlier?.loginsCount ?? 0), 1);
});

test('nothing of a token stands in the database or the log [T-23]', async () => {
  const token = await logIn(server, ROTATING_CLIENT);
  const { refresh_token: next = '' } = await refresh(server, ROTATING_CLIENT, token);
  const rows = await server.ground.database.sql.selectFrom('refresh_tokens').selectAll().execute();
  const text = JSON.stringify([rows, await server.logs()]);
  for (const one of [token, next]) {
    assert.ok(!text.includes(one.slice(4, 20)));
    assert.ok(!text.includes(one.slice(-30)));
    assert.ok(!text.includes(Buffer.from(one.slice(4), 'base64url').toString('hex', 0, 32)));
  }
});

test('of one user and client the newest 200 tokens live; a newer one ends the oldest', async () => {
  // Later than those of the tests before.
  server.clock.advance(1000);
  const first = await logIn(server, STEADY_CLIENT);
  server.clock.advance(1000);
  const second = await logIn(server, STEADY_CLIENT);
  for (let count = 0; count < 198; count += 1) {
    server.clock.advance(1000);
    await logIn(server, STEADY_CLIENT);
  }
  await refresh(server, STEADY_CLIENT, first);
  server.clock.advance(1000);
  const newest = await logIn(server, STEADY_CLIENT);
  await assertRefused(server, STEADY_CLIENT, first, 'refresh-token-revoked');
  await refresh(server, STEADY_CLIENT, second);
  await refresh(server, STEADY_CLIENT, newest);
});

test('a wrong password gives no refresh token, and a token is no password', async () => {
  const token = await logIn(server, STEADY_CLIENT);
  const wrong = await server.token({ ...loginRequest(STEADY_CLIENT), password: token });
  assert.equal(wrong.statusCode, 403);
  await assertBadToken(server, refreshRequest(STEADY_CLIENT, PASSWORD));
});
