// Access tokens for no API: they open userinfo, here and in this tenant only, and nobody can read them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createVault } from '../../src/storage/vault.ts';
import type { TenantId } from '../../src/tenant/tenant.ts';
import { createOpaqueTokens } from '../../src/token/opaque-token.ts';
import { getUserinfo, tokensFor } from '../support/injected-request.ts';
import { PASSWORD, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { ISSUER, startServer, type TestServer } from '../support/start-server.ts';
import { createTestClock } from '../support/test-clock.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const { audience: _, scope: __, ...PLAIN } = SEED_REQUEST;

test('with neither scope nor audience the scopes are all of OpenID Connect, for a day', async () => {
  const answer = await server.token(PLAIN);
  const { access_token: token, id_token: idToken, ...rest } = answer.json<Record<string, unknown>>();
  assert.equal(typeof token, 'string');
  assert.equal(typeof idToken, 'string');
  assert.deepEqual(rest, { scope: 'openid profile email address phone', expires_in: 86_400, token_type: 'Bearer' });
});

test('without an audience the access token is no JWS of three parts and no JWE of five', async () => {
  const { access_token: token } = await tokensFor(server, PLAIN);
  assert.match(token, /^gho_1_[A-Za-z0-9_-]+$/);
});

test('the audience of userinfo itself also gives an opaque token', async () => {
  const { access_token: token } = await tokensFor(server, { ...PLAIN, audience: `${ISSUER}userinfo` });
  assert.match(token, /^gho_/);
});

test('userinfo accepts it when openid was granted', async () => {
  const { access_token: token } = await tokensFor(server, PLAIN);
  const answer = await getUserinfo(server, token);
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.json<{ sub: string }>().sub, USER_ID);
});

test('two tokens of one moment differ, and neither shows what is in it', async () => {
  const first = (await tokensFor(server, PLAIN)).access_token;
  const second = (await tokensFor(server, PLAIN)).access_token;
  assert.notEqual(first, second);
  // Decoded from wherever the base64 may begin.
  const bytes = [0, 1, 2, 3].map((start) => Buffer.from(first.slice(start), 'base64url').toString('latin1')).join();
  for (const inside of [USER_ID, USER, PASSWORD, SEED_REQUEST.client_id, 'openid']) {
    assert.equal(bytes.includes(inside), false, inside);
  }
});

test('it ends with its lifetime, to the second', async () => {
  const moving = await startServer();
  const { access_token: token } = await tokensFor(moving, PLAIN);
  moving.clock.advance(86_399_000);
  assert.equal((await getUserinfo(moving, token)).statusCode, 200);
  moving.clock.advance(1000);
  assert.equal((await getUserinfo(moving, token)).statusCode, 401);
  await moving.close();
});

test('it opens in the tenant it was issued in and under the key it was sealed with [T-22]', () => {
  const clock = createTestClock();
  const tokens = createOpaqueTokens(createVault(Buffer.alloc(32, 1)), clock);
  const claims = { issuer: ISSUER, subject: USER_ID, clientId: SEED_REQUEST.client_id, scope: ['openid'] };
  const token = tokens.issue('ten_1' as TenantId, claims);
  assert.deepEqual(tokens.open('ten_1' as TenantId, token), { ...claims, issuedAt: Math.floor(clock.now() / 1000) });
  assert.equal(tokens.open('ten_2' as TenantId, token), null);
  const elsewhere = createOpaqueTokens(createVault(Buffer.alloc(32, 2)), clock);
  assert.equal(elsewhere.open('ten_1' as TenantId, token), null);
});

test('a token that was changed in any one place is refused', async () => {
  const { access_token: token } = await tokensFor(server, PLAIN);
  const sealed = token.slice('gho_1_'.length);
  const changed: string[] = [sealed.slice(0, -4), `${sealed}AAAA`, '', 'AAAA', `${sealed}.x.y`];
  for (let byte = 0; byte < Buffer.from(sealed, 'base64url').length; byte += 7) {
    const bytes = Buffer.from(sealed, 'base64url');
    bytes.writeUInt8(bytes.readUInt8(byte) ^ 1, byte);
    changed.push(bytes.toString('base64url'));
  }
  for (const forged of changed) {
    assert.equal((await getUserinfo(server, `gho_1_${forged}`)).statusCode, 401, forged);
  }
  for (const prefix of ['gho_2_', 'gho_', 'gho_1', 'GHO_1_']) {
    assert.equal((await getUserinfo(server, `${prefix}${sealed}`)).statusCode, 401, prefix);
  }
});
