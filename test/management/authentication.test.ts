// Which tokens open the Management API, and how much a token is worth: never more than its owner is at the moment.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { decodeJwt, SignJWT } from 'jose';
import { assertApiRefused, assertEmpty, insufficientScope, jsonOf } from '../support/api-answer.ts';
import { tokensFor } from '../support/injected-request.ts';
import { makeKeyPair } from '../support/machine-tenant.ts';
import {
  MANAGED_TENANT,
  MANAGEMENT_AUDIENCE,
  MANAGER,
  MANAGER_SECRET,
  type ManagementServer,
  startManagementServer,
} from '../support/management-server.ts';
import { API, HS256_API, SEED_REQUEST, USER_ID } from '../support/sample-tenant.ts';
import { HOST } from '../support/start-server.ts';

const OTHER_HOST = 'login.example.test';

let server: ManagementServer;
beforeEach(async () => {
  server = await startManagementServer({
    tenant: { ...MANAGED_TENANT, tenant: { ...MANAGED_TENANT.tenant, domains: [HOST, OTHER_HOST] } },
  });
});
afterEach(() => server.close());

const INVALID = [401, null, 'Invalid token'] as const;
const ask = (token: string | null) => server.api('GET', '/clients', undefined, token);

/** Asks with exactly this header. */
async function askWith(authorization: string, url = '/api/v2/clients', host = HOST) {
  const raw = await server.app.server.inject({ method: 'GET', url, headers: { host, authorization } });
  return { status: raw.statusCode, json: JSON.parse(raw.body) as never, raw };
}

test('a request without a token, or with something else, is told what is wrong', async () => {
  assertApiRefused(await ask(null), [401, null, 'Missing authentication']);
  const format = [401, null, 'Bad HTTP authentication header format'] as const;
  for (const header of ['', 'Bearer', 'Bearer ', 'Basic eDp5', 'Bearer a b', 'Token abc']) {
    assertApiRefused(await askWith(header), format);
  }
  const { raw } = await ask(null);
  assert.deepEqual(raw.json(), {
    statusCode: 401,
    error: 'Unauthorized',
    message: 'Missing authentication',
    attributes: { error: 'Missing authentication' },
  });
});

test('a token is taken from the header and from nowhere else', async () => {
  const token = await server.managementToken();
  const url = `/api/v2/clients?access_token=${token}`;
  const raw = await server.app.server.inject({ method: 'GET', url, headers: { host: HOST } });
  assert.equal(raw.statusCode, 401);
  assert.equal((await askWith(`bearer  ${token}`)).status, 200);
});

test('what is no token of ours is invalid', async () => {
  const token = await server.managementToken();
  const [header = '', payload = '', signature = ''] = token.split('.');
  const forged = await new SignJWT(decodeJwt(token))
    .setProtectedHeader({ alg: 'RS256', kid: 'x', typ: 'JWT' })
    .sign(makeKeyPair().privateKey);
  const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
  for (const bad of [
    'x',
    `${header}.${payload}.`,
    `${token}x`,
    `${none}.${payload}.`,
    `${header}.${payload}`,
    forged,
  ]) {
    assertApiRefused(await ask(bad), INVALID);
  }
  const more = Buffer.from(JSON.stringify({ ...decodeJwt(token), scope: 'delete:users' })).toString('base64url');
  assertApiRefused(await ask(`${header}.${more}.${signature}`), INVALID);
});

test('a token for something else is told for what', async () => {
  const { access_token: user } = await tokensFor(server, SEED_REQUEST);
  assertApiRefused(await ask(user), [401, null, `Bad audience: ${API}`]);
  const { access_token: opaque, id_token: id } = await tokensFor(server, {
    ...SEED_REQUEST,
    ...{ audience: null, scope: 'openid' },
  });
  assertApiRefused(await ask(opaque), INVALID);
  assert.equal((await ask(id ?? '')).status, 401);
  const { access_token: shared } = await tokensFor(server, { ...SEED_REQUEST, audience: HS256_API, scope: null });
  assertApiRefused(await ask(shared), INVALID);
});

test('a token ends when it says', async () => {
  const token = await server.managementToken();
  server.clock.advance(86_400_000);
  assert.equal((await ask(token)).status, 200, 'a minute for clocks that differ');
  server.clock.advance(61_000);
  assertApiRefused(await ask(token), [401, null, 'Expired token received for JSON Web Token validation']);
});

test('a token of one host of the tenant does not open another one', async () => {
  const token = await server.managementToken();
  assert.equal((await askWith(`Bearer ${token}`)).status, 200);
  const answer = await askWith(`Bearer ${token}`, '/api/v2/clients', OTHER_HOST);
  assertApiRefused(answer, [401, null, /^(Invalid token|Bad audience: )/]);
  const own = await server.token(
    {
      ...{ grant_type: 'client_credentials', client_id: MANAGER, client_secret: MANAGER_SECRET },
      audience: `https://${OTHER_HOST}/api/v2/`,
    },
    { host: OTHER_HOST },
  );
  const { access_token: other } = own.json<{ access_token: string }>();
  assert.equal((await askWith(`Bearer ${other}`, '/api/v2/clients', OTHER_HOST)).status, 200);
  assert.equal((await askWith(`Bearer ${other}`)).status, 401);
});

test('a host that no tenant lists has no Management API', async () => {
  const answer = await askWith(`Bearer ${await server.managementToken()}`, '/api/v2/clients', 'nowhere.example');
  assert.deepEqual(
    [answer.status, answer.raw.json()],
    [404, { statusCode: 404, error: 'Not Found', message: 'Not Found' }],
  );
});

async function grantOf(clientId: string): Promise<string> {
  const [grant] = jsonOf<{ id: string }[]>(await server.api('GET', `/client-grants?client_id=${clientId}`), 200);
  return grant?.id ?? '';
}

/** A machine of its own with a token for these scopes. */
async function createMachine(...scope: string[]): Promise<{ id: string; grant: string; token: string }> {
  const body = { name: 'Machine', app_type: 'non_interactive', grant_types: ['client_credentials'] };
  const { client_id: id, client_secret: secret } = jsonOf<{ client_id: string; client_secret: string }>(
    await server.api('POST', '/clients', body),
    201,
  );
  const grant = { client_id: id, audience: MANAGEMENT_AUDIENCE, scope };
  jsonOf(await server.api('POST', '/client-grants', grant), 201);
  const request = { grant_type: 'client_credentials', client_id: id, client_secret: secret };
  const { access_token: token } = await tokensFor(server, { ...request, audience: MANAGEMENT_AUDIENCE });
  return { id, grant: await grantOf(id), token };
}

test('a scope that is taken from the client is gone from the tokens that it has', async () => {
  const { grant, token } = await createMachine('read:clients', 'read:roles');
  assert.equal((await ask(token)).status, 200);
  jsonOf(await server.api('PATCH', `/client-grants/${grant}`, { scope: ['read:roles'] }), 200);
  assertApiRefused(await ask(token), insufficientScope('read:clients', 'read:client_keys', 'read:client_credentials'));
  assert.equal((await server.api('GET', '/roles', undefined, token)).status, 200);
  // And a scope that comes back, or comes new, is worth what the token says.
  jsonOf(await server.api('PATCH', `/client-grants/${grant}`, { scope: ['read:clients', 'read:users'] }), 200);
  assert.equal((await ask(token)).status, 200);
  assert.equal((await server.api('GET', '/users', undefined, token)).status, 403);
  assertEmpty(await server.api('DELETE', `/client-grants/${grant}`));
  assert.equal((await ask(token)).status, 403);
});

test('a token of a deleted client is invalid', async () => {
  const { id, token } = await createMachine('read:clients');
  assert.equal((await ask(token)).status, 200);
  assertEmpty(await server.api('DELETE', `/clients/${id}`));
  assertApiRefused(await ask(token), INVALID);
});

test('a token of a blocked or deleted user is invalid', async () => {
  const request = { ...SEED_REQUEST, audience: MANAGEMENT_AUDIENCE, scope: null };
  const { access_token: token } = await tokensFor(server, request);
  const path = `/users/${encodeURIComponent(USER_ID)}`;
  const read = () => server.api('GET', path, undefined, token);
  assert.equal((await read()).status, 200);
  jsonOf(await server.api('PATCH', path, { blocked: true }), 200);
  assertApiRefused(await read(), INVALID);
  jsonOf(await server.api('PATCH', path, { blocked: false }), 200);
  assert.equal((await read()).status, 200);
  assertEmpty(await server.api('DELETE', path));
  assertApiRefused(await read(), INVALID);
});
