// Too much to do, and faults of our own: the caller hears when to come back or nothing at all, and never gets a token.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { LineFull } from '../../src/lib/semaphore.ts';
import { createCountedHasher } from '../support/counted-hasher.ts';
import { assertLogged, assertRefused, type Refusal } from '../support/refusal.ts';
import { DATABASE, PASSWORD, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { bcryptHash } from '../support/tenant-of-causes.ts';

const BUSY: Refusal = [503, 'temporarily_unavailable', 'The service is temporarily unavailable. Try again later.'];
const FAULT: Refusal = [500, 'server_error', 'An unexpected error occurred.'];

test('a full line of hashes is answered 503 with Retry-After, and is no wrong password', async () => {
  const { wrap } = createCountedHasher({ fail: () => new LineFull('full') });
  const failing = await startServer({ wrapHasher: wrap });
  for (const username of [SEED_REQUEST.username, 'nobody@example.com']) {
    const answer = await failing.token({ ...SEED_REQUEST, username });
    assertRefused(answer, BUSY);
    assert.equal(answer.headers['retry-after'], '2');
    await assertLogged(failing, answer, 'fepft', 'hash-line-full');
  }
  await failing.close();
});

test('with one slot and a short line, of many logins at once some get in and the others are told to come back', async () => {
  const small = await startServer({ options: { hash_slots: 1, hash_line: 8 } });
  const answers = await Promise.all(Array.from({ length: 40 }, () => small.token(SEED_REQUEST)));
  const statuses = new Set(answers.map((answer) => answer.statusCode));
  assert.deepEqual(statuses, new Set([200, 503]));
  assert.ok(answers.filter((answer) => answer.statusCode === 200).length >= 9);
  // The line empties again.
  assert.equal((await small.token(SEED_REQUEST)).statusCode, 200);
  await small.close();
});

test('a fault of our own is answered 500 and tells nothing of itself', async () => {
  const { wrap } = createCountedHasher({ fail: () => new Error('the inside story') });
  const failing = await startServer({ wrapHasher: wrap });
  const answer = await failing.token(SEED_REQUEST);
  assertRefused(answer, FAULT);
  await assertLogged(failing, answer, 'fepft', 'unexpected');
  await failing.close();
});

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

for (const table of ['clients', 'connections', 'login_identifiers', 'users', 'resource_servers', 'signing_keys']) {
  test(`when the table ${table} cannot be read the answer is 500 without a token`, async () => {
    const { sql } = server.ground.database;
    server.app.forgetConfiguration();
    await sql.schema.alterTable(table).renameTo(`${table}_away`).execute();
    const answer = await server.token(SEED_REQUEST);
    assertRefused(answer, FAULT);
    await assertLogged(server, answer, 'fepft', 'unexpected');
    await sql.schema.alterTable(`${table}_away`).renameTo(table).execute();
    assert.equal((await server.token(SEED_REQUEST)).statusCode, 200, 'and the server goes on');
  });
}

test('a right password whose hash cannot be renewed for lack of a slot still logs in', async () => {
  const busy = await startServer({
    tenant: {
      ...SAMPLE_TENANT,
      users: [{ connection: DATABASE, email: 'old@example.com', password_hash: bcryptHash(PASSWORD) }],
    },
    wrapHasher: (hasher) => ({
      ...hasher,
      hash: async () => {
        throw new LineFull('full');
      },
    }),
  });
  const answer = await busy.token({ ...SEED_REQUEST, username: 'old@example.com' });
  await busy.close();
  assert.equal(answer.statusCode, 200);
});
