// Too much to do, and faults of our own: the caller hears when to come back or nothing at all, and never gets a token.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { noMetrics, type ReadableMetrics } from '../../src/metrics/metrics.ts';
import { createCountedHasher } from '../support/counted-hasher.ts';
import { assertLogged, assertRefused, type Refusal } from '../support/refusal.ts';
import { DATABASE, PASSWORD, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { bcryptHash } from '../support/tenant-of-causes.ts';

const BUSY: Refusal = [503, 'temporarily_unavailable', 'The service is temporarily unavailable. Try again later.'];
const FAULT: Refusal = [500, 'server_error', 'An unexpected error occurred.'];

test('when the line of hashes is full a login is answered 503 with Retry-After before anything is hashed, and is no wrong password [T-19]', async () => {
  const hasher = createCountedHasher();
  const full = await startServer({ options: { hash_wait_budget_ms: 0 }, wrapHasher: hasher.wrap });
  for (const username of [SEED_REQUEST.username, 'nobody@example.com']) {
    const answer = await full.token({ ...SEED_REQUEST, username });
    assertRefused(answer, BUSY);
    assert.equal(answer.headers['retry-after'], '1');
  }
  assert.deepEqual(hasher.calls, []);
  await full.close();
});

test('with one slot and a short line, of many logins at once some get in and the others are told to come back', async () => {
  const small = await startServer({ options: { hash_slots: 1, hash_wait_budget_ms: 400 } });
  const answers = await Promise.all(Array.from({ length: 40 }, () => small.token(SEED_REQUEST)));
  const statuses = new Set(answers.map((answer) => answer.statusCode));
  assert.deepEqual(statuses, new Set([200, 503]));
  assert.ok(answers.filter((answer) => answer.statusCode === 200).length >= 8);
  // The line empties again.
  assert.equal((await small.token(SEED_REQUEST)).statusCode, 200);
  await small.close();
});

test('a flood of logins that are turned away writes one event a client and minute, which counts them', async () => {
  const full = await startServer({ options: { hash_wait_budget_ms: 0 } });
  for (let sent = 0; sent < 5; sent += 1) await full.token(SEED_REQUEST);
  assert.deepEqual(
    (await full.logs()).map(({ type, details }) => [type, details['turned_away'], details.error?.reason]),
    [['api_limit', 1, 'hash-line-full']],
  );
  full.clock.advance(60_000);
  await full.token(SEED_REQUEST);
  const [newest] = await full.logs();
  assert.equal(newest?.details['turned_away'], 5);
  await full.close();
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

test('a right password whose hash is of an older kind logs in without renewing it while others wait', async () => {
  const hasher = createCountedHasher();
  let waiting = () => 0;
  const metrics: ReadableMetrics = {
    ...noMetrics,
    read: async () => ({ text: '', contentType: '' }),
    watch({ hashLine }) {
      if (hashLine) waiting = () => hashLine().waiting;
    },
  };
  const busy = await startServer({
    tenant: {
      ...SAMPLE_TENANT,
      users: [{ connection: DATABASE, email: 'old@example.com', password_hash: bcryptHash(PASSWORD) }],
    },
    options: { hash_slots: 1 },
    metrics,
    wrapHasher: (inner) => {
      const counted = hasher.wrap(inner);
      return {
        ...counted,
        async verify(passwordHash, password) {
          // The first one ends when the second one stands in line.
          while (hasher.calls.length === 0 && waiting() === 0) await new Promise((resolve) => setImmediate(resolve));
          return counted.verify(passwordHash, password);
        },
      };
    },
  });
  const answers = await Promise.all(
    Array.from({ length: 2 }, () => busy.token({ ...SEED_REQUEST, username: 'old@example.com' })),
  );
  await busy.close();
  assert.deepEqual(new Set(answers.map((answer) => answer.statusCode)), new Set([200]));
  assert.deepEqual(hasher.calls, ['verify', 'verify', 'hash']);
});
