// The dialects of access tokens: Auth0's own and that of RFC 9068, each with and without permissions.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, mock, test } from 'node:test';
import express from 'express';
import { auth } from 'express-oauth2-jwt-bearer';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { exchange } from '../support/http-exchange.ts';
import { getUserinfo, tokensFor } from '../support/injected-request.ts';
import {
  HS256_API,
  HS256_SECRET,
  PUBLIC_CLIENT,
  SAMPLE_TENANT,
  SEED_REQUEST,
  USER_ID,
} from '../support/sample-tenant.ts';
import { ISSUER, startServer, type TestServer } from '../support/start-server.ts';
import { verifyWithPublishedKeys } from '../support/verify-token.ts';

const DIALECTS = ['access_token', 'access_token_authz', 'rfc9068_profile', 'rfc9068_profile_authz'] as const;
const apiOf = (dialect: string) => `https://${dialect.replaceAll('_', '-')}.example.test/api`;
const SCOPES = [{ value: 'read:sample' }, { value: 'write:sample' }];

let server: TestServer;
before(async () => {
  const own = DIALECTS.map((dialect) => ({ identifier: apiOf(dialect), token_dialect: dialect, scopes: SCOPES }));
  const shared = SAMPLE_TENANT.resourceServers.map((api) =>
    api.identifier === HS256_API ? { ...api, token_dialect: 'rfc9068_profile' } : api,
  );
  server = await startServer({ tenant: { ...SAMPLE_TENANT, resourceServers: [...shared, ...own] } });
});
after(() => server.close());

async function tokenFor(dialect: string, scope = 'openid read:sample'): Promise<string> {
  return (await tokensFor(server, { ...SEED_REQUEST, audience: apiOf(dialect), scope })).access_token;
}

for (const dialect of ['access_token', 'access_token_authz'] as const) {
  test(`${dialect} has the claims of Auth0's default profile, in its order`, async () => {
    const token = await tokenFor(dialect);
    assert.equal(decodeProtectedHeader(token).typ, 'JWT');
    const names = ['iss', 'sub', 'aud', 'iat', 'exp', 'scope', 'gty', 'azp'];
    assert.deepEqual(Object.keys(await verifyWithPublishedKeys(server, token)), names);
  });
}

for (const dialect of ['rfc9068_profile', 'rfc9068_profile_authz'] as const) {
  test(`${dialect} says at+jwt, has jti and client_id, and neither azp nor gty`, async () => {
    const token = await tokenFor(dialect);
    assert.equal(decodeProtectedHeader(token).typ, 'at+jwt');
    const { jti, ...claims } = await verifyWithPublishedKeys(server, token);
    assert.match(String(jti), /^[A-Za-z0-9]{22}$/);
    assert.deepEqual(claims, {
      iss: ISSUER,
      sub: USER_ID,
      aud: [apiOf(dialect), `${ISSUER}userinfo`],
      iat: server.clock.now() / 1000,
      exp: server.clock.now() / 1000 + 86_400,
      scope: 'openid read:sample',
      client_id: PUBLIC_CLIENT,
    });
  });
}

test('no two tokens have one jti', async () => {
  const tokens = await Promise.all(Array.from({ length: 5 }, () => tokenFor('rfc9068_profile')));
  assert.equal(new Set(tokens.map((token) => decodeJwt(token).jti)).size, 5);
});

for (const dialect of DIALECTS) {
  test(`a token of the dialect ${dialect} opens userinfo`, async () => {
    const answer = await getUserinfo(server, await tokenFor(dialect));
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.json<{ sub: string }>().sub, USER_ID);
  });
}

test('permissions stand in the tokens of the authz dialects only', async () => {
  const { id } = await sampleTenantOf(server);
  for (const dialect of DIALECTS) {
    const stored = await server.app.stores.resourceServers.findByIdentifier(id, apiOf(dialect));
    assert.ok(stored);
    const api = { ...stored, enforcePolicies: true };
    await server.app.stores.resourceServers.save(id, api, server.clock.now(), server.ground.database.sql);
  }
  server.app.forgetConfiguration();
  for (const dialect of DIALECTS) {
    const claims = decodeJwt(await tokenFor(dialect));
    assert.deepEqual(claims['permissions'], dialect.endsWith('_authz') ? [] : undefined, dialect);
  }
});

test('the strict mode of the Express middleware accepts the tokens of RFC 9068, and no others', async () => {
  const app = express();
  // Keeps it from printing the refusal that is expected here.
  app.set('env', 'test');
  const settings = { issuer: ISSUER, audience: HS256_API, secret: HS256_SECRET, tokenSigningAlg: 'HS256' };
  app.use(auth({ ...settings, strict: true }));
  app.get('/', ({ auth: verified }, response) => response.json({ sub: verified?.payload.sub }));
  const api = createServer(app).listen(0, '127.0.0.1');
  await once(api, 'listening');
  const { port } = api.address() as AddressInfo;
  const statusOf = async (token: string) =>
    (await exchange({ port, path: '/', headers: { authorization: `Bearer ${token}` } })).status;
  const { access_token: token } = await tokensFor(server, {
    ...SEED_REQUEST,
    audience: HS256_API,
    scope: 'read:legacy',
  });
  const other = await otherDialect();
  // The middleware has no clock that can be handed in.
  mock.timers.enable({ apis: ['Date'], now: server.clock.now() });
  try {
    assert.deepEqual([await statusOf(token), await statusOf(other)], [200, 401]);
  } finally {
    mock.timers.reset();
    api.close();
    api.closeAllConnections();
  }
});

/** The same token in Auth0's own dialect. */
async function otherDialect(): Promise<string> {
  const plain = await startServer();
  const { access_token: token } = await tokensFor(plain, {
    ...SEED_REQUEST,
    audience: HS256_API,
    scope: 'read:legacy',
  });
  await plain.close();
  return token;
}
