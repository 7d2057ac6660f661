// One kind of token where another is expected: each is refused, though all of them are signed or sealed by this server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SigningKey } from '../../src/key/key.ts';
import { currentKeyOf, forgeJwt, rsa, userinfoClaims } from '../support/forged-jwt.ts';
import { getUserinfo, postForm, tokensFor } from '../support/injected-request.ts';
import {
  API,
  BACKEND_CLIENT,
  DATABASE,
  HS256_API,
  PASSWORD,
  PUBLIC_CLIENT,
  SAMPLE_TENANT,
  SEED_REQUEST,
  USER,
} from '../support/sample-tenant.ts';
import { ISSUER, startServer, type TestServer } from '../support/start-server.ts';

const OTHER_HOST = 'other.example.test';
const { audience: _, scope: __, ...NO_API } = SEED_REQUEST;
const OPENID = { ...SEED_REQUEST, scope: 'openid read:sample' };

let server: TestServer;
let own: SigningKey;
before(async () => {
  server = await startServer();
  await server.apply({
    ...SAMPLE_TENANT,
    tenant: { ...SAMPLE_TENANT.tenant, name: 'other', domains: [OTHER_HOST] },
    users: [{ connection: DATABASE, user_id: '67e9930075b689b7db2688df', email: USER, password: PASSWORD }],
  });
  own = await currentKeyOf(server);
});
after(() => server.close());

const idTokenOf = async (request: Record<string, unknown>) => (await tokensFor(server, request)).id_token ?? '';
const accessTokenOf = async (request: Record<string, unknown>, host?: string) =>
  (await tokensFor(server, request, host === undefined ? {} : { host })).access_token;

const KINDS: ReadonlyArray<readonly [name: string, token: () => Promise<string>, status: number]> = [
  ['an API token with openid', () => accessTokenOf(OPENID), 200],
  ['an opaque token', () => accessTokenOf(NO_API), 200],
  ['an API token without openid', () => accessTokenOf(SEED_REQUEST), 401],
  ['an HS256 API token with openid', () => accessTokenOf({ ...OPENID, audience: HS256_API }), 401],
  ['an ID token beside an API token', () => idTokenOf(OPENID), 401],
  ['an ID token beside an opaque token', () => idTokenOf(NO_API), 401],
  ['an opaque token without openid', () => accessTokenOf({ ...NO_API, scope: 'extra-scope' }), 403],
  ['an opaque token of another tenant', () => accessTokenOf(NO_API, OTHER_HOST), 401],
  ['an API token of another tenant', () => accessTokenOf(OPENID, OTHER_HOST), 401],
  ['a password', async () => encodeURIComponent(PASSWORD), 401],
  ['a client secret', async () => 'backend-client-secret-0123456789', 401],
  ['a refresh token of Auth0', async () => 'v1.MRrFzKUpvJ9-yq8wq9VfZ1d0RkdY2Iw4lWm5pUu5', 401],
];

for (const [name, token, status] of KINDS) {
  test(`${name} at userinfo is answered ${status} [T-22]`, async () => {
    assert.equal((await getUserinfo(server, await token())).statusCode, status);
  });
}

test('tokens of the other tenant open its own userinfo [T-22]', async () => {
  for (const request of [OPENID, NO_API]) {
    const token = await accessTokenOf(request, OTHER_HOST);
    assert.equal((await getUserinfo(server, token, { host: OTHER_HOST })).statusCode, 200);
  }
});

test('no token is taken for a password, a client secret or a Basic header [T-22]', async () => {
  const tokens = await tokensFor(server, OPENID);
  for (const token of [tokens.access_token, tokens.id_token ?? '', await accessTokenOf(NO_API)]) {
    const asPassword = await postForm(server, { ...SEED_REQUEST, password: token });
    assert.equal(asPassword.json<{ error: string }>().error, 'invalid_grant');
    const asSecret = await postForm(server, { ...SEED_REQUEST, client_id: BACKEND_CLIENT, client_secret: token });
    assert.equal(asSecret.statusCode, 401);
    const { client_id: ___, ...request } = SEED_REQUEST;
    const asBearer = await server.token(request, { authorization: `Bearer ${token}` });
    assert.equal(asBearer.json<{ error: string }>().error, 'invalid_client');
  }
});

const CLAIMS: ReadonlyArray<readonly [name: string, change: Record<string, unknown>, status: number]> = [
  ['all claims right', {}, 200],
  ['userinfo as the only audience', { aud: `${ISSUER}userinfo` }, 200],
  ['a lifetime that ended 59 seconds ago', { iat: -3659, exp: -59 }, 200],
  ['a lifetime that ended 61 seconds ago', { iat: -3661, exp: -61 }, 401],
  ['no end', { exp: undefined }, 401],
  ['an end that is a text', { exp: '9999999999' }, 401],
  ['an issue time 59 seconds ahead', { iat: 59, exp: 3600 }, 200],
  ['an issue time 61 seconds ahead', { iat: 61, exp: 3600 }, 401],
  ['no issue time', { iat: undefined }, 401],
  ['a start that is still to come', { nbf: 3600 }, 401],
  ['another issuer', { iss: 'https://other.example.test/' }, 401],
  ['the issuer without its slash', { iss: ISSUER.slice(0, -1) }, 401],
  ['the issuer by plain http', { iss: ISSUER.replace('https', 'http') }, 401],
  ['no issuer', { iss: undefined }, 401],
  ['a list of issuers', { iss: [ISSUER] }, 401],
  ['the API as the only audience', { aud: API }, 401],
  ['the client as audience', { aud: PUBLIC_CLIENT }, 401],
  ['the userinfo of another issuer', { aud: ['https://other.example.test/userinfo'] }, 401],
  ['the issuer as audience', { aud: ISSUER }, 401],
  ['no audience', { aud: undefined }, 401],
  ['no subject', { sub: undefined }, 401],
  ['a subject that does not exist', { sub: 'auth0|nobody' }, 401],
  ['the subject of a machine', { sub: `${BACKEND_CLIENT}@clients` }, 401],
  ['no client', { azp: undefined }, 401],
  ['no grant type', { gty: undefined }, 401],
  ['no scope', { scope: undefined }, 403],
  ['a scope that only contains openid as a part', { scope: 'openid2 xopenid open id' }, 403],
  ['a scope that is a list', { scope: ['openid'] }, 403],
];

for (const [name, change, status] of CLAIMS) {
  test(`a token with ${name}, rightly signed, is answered ${status} [T-22, T-46]`, async () => {
    const now = server.clock.now() / 1000;
    const times = ['iat', 'exp', 'nbf'] as const;
    const absolute = Object.fromEntries(
      times.filter((time) => typeof change[time] === 'number').map((time) => [time, now + Number(change[time])]),
    );
    const claims = userinfoClaims(server, { ...change, ...absolute });
    const token = forgeJwt({ alg: 'RS256', typ: 'JWT', kid: own.kid }, claims, rsa(own.privateKey));
    assert.equal((await getUserinfo(server, token)).statusCode, status);
  });
}

test('a JWT ends with its lifetime and a minute for clocks that differ', async () => {
  const moving = await startServer();
  const { access_token: token } = await tokensFor(moving, OPENID);
  moving.clock.advance(86_400_000 + 59_000);
  assert.equal((await getUserinfo(moving, token)).statusCode, 200);
  moving.clock.advance(2000);
  assert.equal((await getUserinfo(moving, token)).statusCode, 401);
  await moving.close();
});

test('a revoked key verifies nothing any more', async () => {
  const revoking = await startServer();
  const { access_token: token } = await tokensFor(revoking, OPENID);
  assert.equal((await getUserinfo(revoking, token)).statusCode, 200);
  await revoking.ground.database.sql
    .updateTable('signing_keys')
    .set({ status: 'revoked' })
    .where('status', '=', 'current')
    .execute();
  revoking.app.forgetConfiguration();
  assert.equal((await getUserinfo(revoking, token)).statusCode, 401);
  await revoking.close();
});
