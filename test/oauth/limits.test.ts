// How long things may be. What is too long is refused before a hash is computed; what is exactly as long as allowed is not.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createCountedHasher } from '../support/counted-hasher.ts';
import { basic, postForm, postRaw } from '../support/injected-request.ts';
import { assertLogged, assertRefused } from '../support/refusal.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const hasher = createCountedHasher();
let server: TestServer;
before(async () => {
  server = await startServer({ wrapHasher: hasher.wrap });
  await server.token({ ...SEED_REQUEST, password: 'wrong' });
});
after(() => server.close());
beforeEach(() => {
  hasher.calls.length = 0;
});

const LIMITS: ReadonlyArray<readonly [parameter: string, bytes: number]> = [
  ['grant_type', 256],
  ['username', 320],
  ['password', 1024],
  ['client_id', 256],
  ['client_secret', 1024],
  ['client_assertion', 16 * 1024],
  ['client_assertion_type', 256],
  ['audience', 600],
  ['scope', 32 * 1024],
  ['realm', 256],
  ['connection', 256],
  ['organization', 256],
  ['resource', 600],
  ['refresh_token', 1024],
  ['mfa_token', 16 * 1024],
  ['otp', 256],
];

for (const [parameter, bytes] of LIMITS) {
  test(`${parameter} over ${bytes} bytes is refused without a hash [T-18]`, async () => {
    const request = { ...SEED_REQUEST, [parameter]: 'a'.repeat(bytes + 1) };
    for (const answer of [await server.token(request), await postForm(server, request)]) {
      assertRefused(answer, [400, 'invalid_request', `${parameter} is too long`]);
      await assertLogged(server, answer, 'f', 'over-limit');
    }
    assert.deepEqual(hasher.calls, []);
  });

  test(`${parameter} of ${bytes} bytes is not too long [T-18]`, async () => {
    const answer = await server.token({ ...SEED_REQUEST, [parameter]: 'a'.repeat(bytes) });
    assert.equal(answer.body.includes('too long'), false);
  });
}

test('bytes are counted, not characters [T-18]', async () => {
  const answer = await server.token({ ...SEED_REQUEST, password: '€'.repeat(342) });
  assertRefused(answer, [400, 'invalid_request', 'password is too long']);
  assert.equal((await server.token({ ...SEED_REQUEST, password: '€'.repeat(341) })).statusCode, 403);
});

test('more than 1000 scopes are refused, 1000 are not [T-18]', async () => {
  const scopes = (count: number) => Array.from({ length: count }, (_, i) => `s${i}`).join(' ');
  assertRefused(await server.token({ ...SEED_REQUEST, scope: scopes(1001) }), [
    400,
    'invalid_request',
    'scope is too long',
  ]);
  assert.deepEqual(hasher.calls, []);
  assert.equal((await server.token({ ...SEED_REQUEST, scope: scopes(1000) })).statusCode, 200);
});

test('a client id over 256 bytes in a Basic header is refused [T-18]', async () => {
  const { client_id: _, ...request } = SEED_REQUEST;
  const answer = await server.token(request, { authorization: basic('a'.repeat(257), 'secret') });
  assertRefused(answer, [400, 'invalid_request', 'client_id is too long']);
});

test('a body over 64 KiB is refused, one of 64 KiB is read [T-18]', async () => {
  const padded = (size: number) => {
    const body = JSON.stringify(SEED_REQUEST);
    return `${' '.repeat(size - body.length)}${body}`;
  };
  const json = { 'content-type': 'application/json' };
  const tooLarge = await postRaw(server, padded(64 * 1024 + 1), json);
  assertRefused(tooLarge, [400, 'invalid_request', 'The body is too large']);
  assert.deepEqual(hasher.calls, []);
  assert.equal((await postRaw(server, padded(64 * 1024), json)).statusCode, 200);
});

test('a body over 64 KiB is refused whatever its media type and content-length say [T-18]', async () => {
  const headers = { 'content-type': 'text/plain' };
  const answer = await postRaw(server, Buffer.alloc(1024 * 1024, 0x61), headers);
  assertRefused(answer, [400, 'invalid_request', 'The body is too large']);
});

test('a token over 16 KiB is refused at userinfo [T-18]', async () => {
  for (const token of ['a'.repeat(16 * 1024 + 1), `gho_1_${'a'.repeat(60_000)}`, `${'a'.repeat(20_000)}.b.c`]) {
    const headers = { host: 'tenant.example.test', authorization: `Bearer ${token}` };
    const answer = await server.app.server.inject({ method: 'GET', url: '/userinfo', headers });
    assert.equal(answer.statusCode, 401);
  }
});
