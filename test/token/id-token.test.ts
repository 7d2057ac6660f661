// ID tokens: what the client is told of the user, and that only this client can take it for its own.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { tokensFor } from '../support/injected-request.ts';
import { PUBLIC_CLIENT, SAMPLE_TENANT, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { ISSUER, startServer, type TestServer } from '../support/start-server.ts';
import { verifyWithPublishedKeys } from '../support/verify-token.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const UPDATED_AT = '2026-01-15T12:00:00.000Z';
const PICTURE =
  'https://s.gravatar.com/avatar/b58996c504c5638798eb6b511e6f49af?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fus.png';
const PROFILE = {
  given_name: 'Sam',
  family_name: 'User',
  nickname: 'user',
  name: 'Sam User',
  picture: PICTURE,
  updated_at: UPDATED_AT,
};
const EMAIL = { email: USER, email_verified: true };
const PHONE = { phone_number: '+15550100', phone_number_verified: false };

async function claimsFor(scope: string): Promise<Record<string, unknown>> {
  const { id_token: token = '' } = await tokensFor(server, { ...SEED_REQUEST, scope });
  const { iss, aud, iat, exp, at_hash: hash, ...rest } = await verifyWithPublishedKeys(server, token);
  assert.deepEqual({ iss, aud }, { iss: ISSUER, aud: PUBLIC_CLIENT });
  assert.equal(iat, server.clock.now() / 1000);
  assert.equal(exp, server.clock.now() / 1000 + 36_000);
  assert.equal(typeof hash, 'string');
  return rest;
}

const BY_SCOPE: ReadonlyArray<readonly [scope: string, claims: Record<string, unknown>]> = [
  ['openid read:sample', {}],
  ['openid profile', PROFILE],
  ['openid email', EMAIL],
  ['openid phone', PHONE],
  ['openid address', {}],
  ['openid', { ...PROFILE, ...EMAIL, ...PHONE }],
];

for (const [scope, claims] of BY_SCOPE) {
  test(`the scopes ${scope} put exactly their claims into the ID token`, async () => {
    assert.deepEqual(await claimsFor(scope), { sub: USER_ID, ...claims });
  });
}

test('there is no nonce, sid or auth_time, which a password grant has nothing to say of', async () => {
  const claims = await claimsFor('openid');
  for (const name of ['nonce', 'sid', 'auth_time', 'azp']) assert.equal(name in claims, false, name);
});

test('at_hash is the left half of the SHA-256 of the access token', async () => {
  const tokens = await tokensFor(server, { ...SEED_REQUEST, scope: 'openid' });
  const { at_hash: hash } = await verifyWithPublishedKeys(server, tokens.id_token ?? '');
  const digest = createHash('sha256').update(tokens.access_token).digest();
  assert.equal(hash, digest.subarray(0, 16).toString('base64url'));
});

test('the ID token is RS256 even where the API is HS256, and its header names the key', async () => {
  const request = { ...SEED_REQUEST, audience: 'https://legacy.example.com/api', scope: 'openid' };
  const { id_token: token = '' } = await tokensFor(server, request);
  await verifyWithPublishedKeys(server, token, { audience: PUBLIC_CLIENT });
  const { alg, typ } = decodeProtectedHeader(token);
  assert.deepEqual({ alg, typ }, { alg: 'RS256', typ: 'JWT' });
});

test('its lifetime is the one of the client', async () => {
  const [first, ...others] = SAMPLE_TENANT.clients;
  const clients = [{ ...first, jwt_configuration: { alg: 'RS256', lifetime_in_seconds: 120 } }, ...others];
  const short = await startServer({ tenant: { ...SAMPLE_TENANT, clients } });
  const { id_token: token = '' } = await tokensFor(short, { ...SEED_REQUEST, scope: 'openid' });
  const { iat, exp } = await verifyWithPublishedKeys(short, token);
  assert.equal(Number(exp) - Number(iat), 120);
  await short.close();
});

test('no ID token is given when openid was not granted, whatever else was', async () => {
  for (const scope of ['profile email', 'read:sample', 'OPENID', 'openid,profile', 'openid\tprofile']) {
    assert.equal('id_token' in (await tokensFor(server, { ...SEED_REQUEST, scope })), false, scope);
  }
});
