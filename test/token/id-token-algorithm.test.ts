// ID tokens of clients that asked for HS256: signed with the client's own secret, which only they and the server know.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeProtectedHeader } from 'jose';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { getUserinfo, tokensFor } from '../support/injected-request.ts';
import {
  BACKEND_CLIENT,
  BACKEND_SECRET,
  PUBLIC_CLIENT,
  SAMPLE_TENANT,
  SEED_REQUEST,
} from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { verifyWithPublishedKeys, verifyWithSecret } from '../support/verify-token.ts';

const HS256 = { jwt_configuration: { alg: 'HS256' } };

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: tenantWith(HS256) });
});
after(() => server.close());

/** The sample tenant, in which every client has these members too. */
function tenantWith(members: object): Record<string, unknown> {
  return { ...SAMPLE_TENANT, clients: SAMPLE_TENANT.clients.map((client) => ({ ...client, ...members })) };
}

const AS_BACKEND = { ...SEED_REQUEST, client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET, scope: 'openid' };

test('an HS256 ID token is signed with the bytes of the client secret and names no key', async () => {
  const { id_token: token = '' } = await tokensFor(server, AS_BACKEND);
  assert.deepEqual(decodeProtectedHeader(token), { alg: 'HS256', typ: 'JWT' });
  const claims = await verifyWithSecret(server, token, BACKEND_SECRET);
  assert.equal(claims.aud, BACKEND_CLIENT);
});

test('the access token beside it is RS256 still', async () => {
  const { access_token: token } = await tokensFor(server, AS_BACKEND);
  await verifyWithPublishedKeys(server, token);
});

test('a public client gets RS256 whatever its record says', async () => {
  const { id } = await sampleTenantOf(server);
  assert.equal((await server.app.stores.clients.findById(id, PUBLIC_CLIENT))?.idTokenAlgorithm, 'HS256');
  const { id_token: token = '' } = await tokensFor(server, { ...SEED_REQUEST, scope: 'openid' });
  assert.equal(decodeProtectedHeader(token).alg, 'RS256');
  await verifyWithPublishedKeys(server, token);
});

test('an HS256 ID token does not open userinfo [T-22]', async () => {
  const { id_token: token = '' } = await tokensFor(server, AS_BACKEND);
  assert.equal((await getUserinfo(server, token)).statusCode, 401);
});

test('a secret under 32 bytes may not sign ID tokens', async () => {
  const client = { name: 'Weak', client_id: 'Weak', client_secret: 'sixteen-bytes-00', ...HS256 };
  await assert.rejects(server.apply({ ...SAMPLE_TENANT, clients: [client] }), /under 32 bytes/);
});

test('RS256 is the default', async () => {
  const plain = await startServer();
  const { id_token: token = '' } = await tokensFor(plain, AS_BACKEND);
  assert.equal(decodeProtectedHeader(token).alg, 'RS256');
  await plain.close();
});
