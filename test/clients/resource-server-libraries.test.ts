// The libraries with which an API checks the access tokens it is sent: Auth0's middleware for Express, and jwks-rsa.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import express from 'express';
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer';
import { decodeProtectedHeader, importSPKI, jwtVerify } from 'jose';
import { JwksClient, SigningKeyNotFoundError } from 'jwks-rsa';
import type { DevServer } from '../support/dev-server.ts';
import { exchange } from '../support/http-exchange.ts';
import { provedCall, proving } from '../support/proved-call.ts';
import { trustAuthority } from '../support/trust.ts';
import { API, COMMAND_LINE_CLIENT, startAcme, USER, USER_ID } from './acme.ts';

let server: DevServer;
let api: Server;
before(async () => {
  server = await startAcme();
  trustAuthority(server.caPath);
  const app = express();
  // Keeps it from printing the refusals that are expected here.
  app.set('env', 'test');
  app.use(auth({ issuerBaseURL: server.https, audience: API }));
  app.get('/samples', requiredScopes('read:sample'), ({ auth: verified }, response) => {
    response.json({ reader: verified?.payload.sub });
  });
  api = createServer(app).listen(0, '127.0.0.1');
  await once(api, 'listening');
});
after(async () => {
  api.close();
  api.closeAllConnections();
  await server.stop();
});

async function tokenFor(scope: string, audience: string | null = API): Promise<string> {
  const request = { grant_type: 'password', ...USER, scope, client_id: COMMAND_LINE_CLIENT };
  const json = { ...request, ...(audience === null ? {} : { audience }) };
  const answer = await exchange({
    port: server.ports[0],
    path: '/oauth/token',
    json,
    headers: { host: server.domain },
  });
  assert.equal(answer.status, 200, answer.text);
  return answer.json<{ access_token: string }>().access_token;
}

function readSamples(token: string | null) {
  const { port } = api.address() as AddressInfo;
  return exchange({ port, path: '/samples', headers: token === null ? {} : { authorization: `Bearer ${token}` } });
}

test('an API behind the middleware answers a token that has the scope', async () => {
  const answer = await readSamples(await tokenFor('read:sample'));
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.json(), { reader: USER_ID });
  provedCall('express-oauth2-jwt-bearer', 'auth({ issuerBaseURL, audience })');
});

test('the same token with claims of OpenID Connect, and so with userinfo as a second audience, is as good', async () => {
  assert.equal((await readSamples(await tokenFor('openid profile read:sample'))).status, 200);
});

test('a request without a token is challenged', async () => {
  const { status, headers } = await readSamples(null);
  assert.equal(status, 401);
  assert.match(headers['www-authenticate'] ?? '', /^Bearer/);
});

test('a token whose claims were changed is refused', async () => {
  const [header, claims = '', signature] = (await tokenFor('read:sample')).split('.');
  const changed = {
    ...(JSON.parse(Buffer.from(claims, 'base64url').toString()) as object),
    sub: 'auth0|somebody-else',
  };
  const forged = Buffer.from(JSON.stringify(changed)).toString('base64url');
  const { status, headers } = await readSamples(`${header}.${forged}.${signature}`);
  assert.equal(status, 401);
  assert.match(headers['www-authenticate'] ?? '', /error="invalid_token"/);
});

test('a token that is for userinfo only is refused', async () => {
  assert.equal((await readSamples(await tokenFor('openid', null))).status, 401);
});

test('a token without the scope is refused with the scope it lacks', async () => {
  const { status, headers } = await readSamples(await tokenFor('write:sample'));
  assert.equal(status, 403);
  assert.match(headers['www-authenticate'] ?? '', /error="insufficient_scope".*scope="read:sample"/);
  provedCall('express-oauth2-jwt-bearer', 'requiredScopes');
});

const jwksClient = () => proving('jwks-rsa', new JwksClient({ jwksUri: `${server.https}/.well-known/jwks.json` }));

test('jwks-rsa finds the key that a token names, and the key verifies it', async () => {
  const token = await tokenFor('read:sample');
  const { kid } = decodeProtectedHeader(token);
  const key = await jwksClient().getSigningKey(kid);
  const publicKey = await importSPKI(key.getPublicKey(), 'RS256');
  const { payload } = await jwtVerify(token, publicKey, { issuer: `${server.https}/`, audience: API });
  assert.equal(payload.sub, USER_ID);
});

test('jwks-rsa knows all published keys, and none of another name', async () => {
  const keys = await jwksClient().getSigningKeys();
  assert.equal(new Set(keys.map((key) => key.kid)).size, 2);
  await assert.rejects(jwksClient().getSigningKey('another-key'), SigningKeyNotFoundError);
});
