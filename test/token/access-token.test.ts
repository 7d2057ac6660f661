// Access tokens for an API: claims, audience, algorithm and lifetime, as a resource server sees them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { postForm, tokensFor } from '../support/injected-request.ts';
import {
  API,
  HS256_API,
  HS256_SECRET,
  PUBLIC_CLIENT,
  SAMPLE_TENANT,
  SEED_REQUEST,
  USER_ID,
} from '../support/sample-tenant.ts';
import { ISSUER, startServer, type TestServer } from '../support/start-server.ts';
import { verifyWithPublishedKeys, verifyWithSecret } from '../support/verify-token.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const issuedAt = () => server.clock.now() / 1000;

test('an RS256 token verifies under the published key that it names and has exactly the claims of Auth0', async () => {
  const { access_token: token } = await tokensFor(server, SEED_REQUEST);
  const claims = await verifyWithPublishedKeys(server, token, { audience: API });
  assert.deepEqual(Object.entries(claims), [
    ['iss', ISSUER],
    ['sub', USER_ID],
    ['aud', API],
    ['iat', issuedAt()],
    ['exp', issuedAt() + 86_400],
    ['scope', 'read:sample'],
    ['gty', 'password'],
    ['azp', PUBLIC_CLIENT],
  ]);
  const { kid, ...header } = decodeProtectedHeader(token);
  assert.deepEqual(header, { alg: 'RS256', typ: 'JWT' });
  assert.match(String(kid), /^[A-Za-z0-9]{21}$/);
});

test('a form is answered exactly like JSON', async () => {
  const json = await server.token(SEED_REQUEST);
  const form = await postForm(server, SEED_REQUEST);
  assert.equal(form.statusCode, 200);
  // The clock stands still, and RS256 signs the same claims with the same bytes.
  assert.equal(form.body, json.body);
  assert.equal(form.headers['content-type'], json.headers['content-type']);
});

test('without openid the audience is one string and there is no ID token', async () => {
  const tokens = await tokensFor(server, SEED_REQUEST);
  assert.equal(decodeJwt(tokens.access_token).aud, API);
  assert.equal('id_token' in tokens, false);
});

test('with openid the audience also names userinfo, and there is an ID token', async () => {
  const tokens = await tokensFor(server, { ...SEED_REQUEST, scope: 'openid profile' });
  assert.deepEqual(decodeJwt(tokens.access_token).aud, [API, `${ISSUER}userinfo`]);
  assert.equal(typeof tokens.id_token, 'string');
});

test('a token for an HS256 API is signed with the secret of the API and never names userinfo', async () => {
  const answer = await server.token({ ...SEED_REQUEST, audience: HS256_API, scope: 'openid read:legacy' });
  const { access_token: token, expires_in: lifetime } = answer.json<{ access_token: string; expires_in: number }>();
  const claims = await verifyWithSecret(server, token, HS256_SECRET);
  assert.equal(claims.aud, HS256_API);
  assert.equal(claims['scope'], 'openid read:legacy');
  assert.deepEqual(decodeProtectedHeader(token), { alg: 'HS256', typ: 'JWT' });
  assert.equal(lifetime, 3600);
  assert.equal(claims.exp, issuedAt() + 3600);
});

test('the claim scope is left out when no scope was granted', async () => {
  const tokens = await tokensFor(server, { ...SEED_REQUEST, scope: 'unknown:scope' });
  assert.equal('scope' in tokens, false);
  assert.equal('scope' in decodeJwt(tokens.access_token), false);
});

test('a token of the password-realm grant says gty password', async () => {
  const grant = 'http://auth0.com/oauth/grant-type/password-realm';
  const realm = 'Username-Password-Authentication';
  const { access_token: token } = await tokensFor(server, { ...SEED_REQUEST, grant_type: grant, realm });
  assert.equal(decodeJwt(token)['gty'], 'password');
});

test('without an audience the default audience of the tenant makes a JWT for its API', async () => {
  const tenant = { ...SAMPLE_TENANT.tenant, default_audience: API };
  const withDefault = await startServer({ tenant: { ...SAMPLE_TENANT, tenant } });
  for (const audience of [undefined, null, '']) {
    const { access_token: token } = await tokensFor(withDefault, { ...SEED_REQUEST, audience });
    assert.equal(decodeJwt(token).aud, API);
  }
  const { access_token: named } = await tokensFor(withDefault, { ...SEED_REQUEST, audience: HS256_API });
  assert.equal(decodeJwt(named).aud, HS256_API);
  await withDefault.close();
});

test('a successful answer is never stored by caches', async () => {
  const { headers } = await server.token(SEED_REQUEST);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['pragma'], 'no-cache');
  assert.equal(headers['content-type'], 'application/json');
});
