// A refused password costs the same whoever is asked about: one hash, the same queries, and a wait up to the dearest kind
// of hash in the connection. How long it takes is measured elsewhere; here is counted what is done.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createCountedHasher } from '../support/counted-hasher.ts';
import { PASSWORD, SEED_REQUEST, USER } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { BCRYPT_USER, CAUSES, TENANT_OF_CAUSES } from '../support/tenant-of-causes.ts';

const ARGON2_MS = 100;
const BCRYPT_MS = 300;

const hasher = createCountedHasher({ workMs: (kind) => (kind.startsWith('bcrypt') ? BCRYPT_MS : ARGON2_MS) });
let server: TestServer;
/** What a wrong password of a known user makes the database do. */
let expectedStatements: string[];

before(async () => {
  server = await startServer({ tenant: TENANT_OF_CAUSES, wrapHasher: hasher.wrap });
  // The first refusal measures the kinds of hashes and loads the configuration.
  await server.token({ ...SEED_REQUEST, username: BCRYPT_USER, password: 'wrong' });
  forget();
  await server.token({ ...SEED_REQUEST, password: 'wrong' });
  expectedStatements = [...server.statements];
});
after(() => server.close());
beforeEach(forget);

function forget(): void {
  server.statements.length = 0;
  server.clock.slept.length = 0;
  hasher.calls.length = 0;
}

for (const { name, username, password } of CAUSES) {
  test(`${name} costs one hash and the same queries as any other refusal [T-02]`, async () => {
    const answer = await server.token({ ...SEED_REQUEST, username, password });
    assert.equal(answer.statusCode, 403);
    assert.equal(hasher.calls.length, 1);
    assert.deepEqual(server.statements, expectedStatements);
  });

  test(`${name} is held until the dearest hash of the connection would have been done [T-02]`, async () => {
    await server.token({ ...SEED_REQUEST, username, password });
    // A password that bcrypt would cut is checked against nothing, which costs what new hashes cost.
    const isBcrypt = username.includes('bcrypt') && password.length <= 72 && !password.includes('\0');
    assert.deepEqual(server.clock.slept, [isBcrypt ? 0 : BCRYPT_MS - ARGON2_MS]);
  });
}

test('a right password is not held', async () => {
  await server.token({ ...SEED_REQUEST, username: USER, password: PASSWORD });
  assert.deepEqual(server.clock.slept, []);
});

test('a blocked user with the right password is told without a wait that would show in a wrong one', async () => {
  const answer = await server.token({ ...SEED_REQUEST, username: 'blocked@example.com' });
  assert.equal(answer.statusCode, 403);
  assert.deepEqual(hasher.calls, ['verify']);
});

test('a connection whose hashes are all of one kind holds nobody [T-02]', async () => {
  const request = {
    ...SEED_REQUEST,
    client_id: 'BackendClient0000000000000000000',
    client_secret: 'backend-client-secret-0123456789',
  };
  for (const username of ['second@example.com', 'nobody@example.com']) {
    await server.token({ ...request, realm: 'Second', username, password: 'wrong' });
  }
  assert.deepEqual(server.clock.slept, [0, 0]);
  assert.deepEqual(hasher.calls, ['verify', 'verifyNothing']);
});

test('the kind of a hash that was once in the connection still counts after the hash was renewed [T-02]', async () => {
  const renewing = createCountedHasher({ workMs: (kind) => (kind.startsWith('bcrypt') ? BCRYPT_MS : ARGON2_MS) });
  const other = await startServer({ tenant: TENANT_OF_CAUSES, wrapHasher: renewing.wrap });
  for (const username of [BCRYPT_USER, 'blocked-bcrypt@example.com']) await other.token({ ...SEED_REQUEST, username });
  other.clock.slept.length = 0;
  await other.token({ ...SEED_REQUEST, username: BCRYPT_USER, password: 'wrong' });
  assert.deepEqual(other.clock.slept, [BCRYPT_MS - ARGON2_MS]);
  await other.close();
});
