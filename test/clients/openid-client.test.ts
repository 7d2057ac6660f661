// openid-client, which checks everything that discovery, the token endpoint and userinfo answer against the standards.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import * as openidClient from 'openid-client';
import type { DevServer } from '../support/dev-server.ts';
import { provedCall, proving } from '../support/proved-call.ts';
import { trustAuthority } from '../support/trust.ts';
import { API, BACKEND, HEADER_CLIENT, startAcme, USER, USER_ID } from './acme.ts';

const client = proving('openid-client', openidClient);

let server: DevServer;
before(async () => {
  server = await startAcme();
  trustAuthority(server.caPath);
});
after(() => server.stop());

const WAYS = {
  client_secret_post: { ...BACKEND, authentication: client.ClientSecretPost },
  client_secret_basic: { ...HEADER_CLIENT, authentication: client.ClientSecretBasic },
} as const;

function discover(
  way: keyof typeof WAYS,
  algorithm: 'oidc' | 'oauth2' = 'oidc',
  secret: string = WAYS[way].clientSecret,
): Promise<openidClient.Configuration> {
  const { clientId, authentication } = WAYS[way];
  return client.discovery(new URL(server.https), clientId, secret, authentication(secret), { algorithm });
}

for (const way of ['client_secret_post', 'client_secret_basic'] as const) {
  test(`openid-client logs a user in with ${way}, checks the ID token and reads the claims`, async () => {
    const configuration = await discover(way);
    const scope = 'openid profile read:sample';
    const tokens = await client.genericGrantRequest(configuration, 'password', { ...USER, audience: API, scope });
    assert.equal(tokens.token_type, 'bearer');
    assert.equal(tokens.scope, scope);
    assert.equal(tokens.claims()?.sub, USER_ID);
    const claims = await client.fetchUserInfo(configuration, tokens.access_token, USER_ID);
    assert.equal(claims.name, 'Sam User');
  });

  test(`openid-client with ${way} and a wrong secret is told so`, async () => {
    const configuration = await discover(way, 'oidc', 'another secret than the right one');
    await assert.rejects(client.genericGrantRequest(configuration, 'password', { ...USER, audience: API }), (error) => {
      if (way === 'client_secret_basic') {
        assert.ok(error instanceof client.WWWAuthenticateChallengeError);
        assert.equal(error.cause[0]?.scheme, 'basic');
      } else {
        assert.ok(error instanceof client.ResponseBodyError);
        assert.equal(error.error, 'access_denied');
      }
      assert.equal(error.status, 401);
      return true;
    });
  });
}

test('both discovery documents name the same issuer and endpoints', async () => {
  const [oidc, oauth] = await Promise.all([
    discover('client_secret_post', 'oidc'),
    discover('client_secret_post', 'oauth2'),
  ]);
  assert.equal(oidc.serverMetadata().issuer, `${server.https}/`);
  assert.deepEqual(oauth.serverMetadata(), oidc.serverMetadata());
});

test('openid-client that found the server by OAuth discovery logs a user in', async () => {
  const configuration = await discover('client_secret_post', 'oauth2');
  const tokens = await client.genericGrantRequest(configuration, 'password', { ...USER, audience: API });
  assert.equal(decodeJwt(tokens.access_token).sub, USER_ID);
});

test('the keys that discovery names verify the access token', async () => {
  const configuration = await discover('client_secret_post');
  const { access_token: token } = await client.genericGrantRequest(configuration, 'password', {
    ...USER,
    audience: API,
  });
  const { issuer, jwks_uri: keysUrl } = configuration.serverMetadata();
  const keys = createRemoteJWKSet(new URL(keysUrl ?? ''));
  const { payload } = await jwtVerify(token, keys, { issuer, audience: API, algorithms: ['RS256'] });
  assert.equal(payload.sub, USER_ID);
  provedCall('jose', 'createRemoteJWKSet, jwtVerify');
});

test('openid-client understands a refused login', async () => {
  const configuration = await discover('client_secret_post');
  const login = { username: USER.username, password: 'wrong' };
  await assert.rejects(client.genericGrantRequest(configuration, 'password', login), (error) => {
    assert.ok(error instanceof client.ResponseBodyError);
    const { status, error: code, error_description: words } = error;
    assert.deepEqual(
      { status, code, words },
      { status: 403, code: 'invalid_grant', words: 'Wrong email or password.' },
    );
    return true;
  });
});

test('openid-client reads the challenge of a refused access token', async () => {
  const configuration = await discover('client_secret_post');
  await assert.rejects(client.fetchUserInfo(configuration, 'not-a-token', USER_ID), (error) => {
    assert.ok(error instanceof client.WWWAuthenticateChallengeError);
    assert.equal(error.status, 401);
    const [challenge] = error.cause;
    assert.deepEqual([challenge?.scheme, challenge?.parameters.error], ['bearer', 'invalid_token']);
    return true;
  });
});

test('openid-client reads in the challenge which scope was missing', async () => {
  const configuration = await discover('client_secret_post');
  const scope = 'profile';
  // Without an audience the token is for userinfo, which asks for the scope openid.
  const { access_token: token } = await client.genericGrantRequest(configuration, 'password', { ...USER, scope });
  await assert.rejects(client.fetchUserInfo(configuration, token, USER_ID), (error) => {
    assert.ok(error instanceof client.WWWAuthenticateChallengeError);
    assert.equal(error.status, 403);
    const [challenge] = error.cause;
    assert.deepEqual([challenge?.parameters.error, challenge?.parameters.scope], ['insufficient_scope', 'openid']);
    return true;
  });
});
