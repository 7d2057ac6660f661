// Whatever is thrown where nobody expects it, the caller gets an answer that tells nothing, and the next one is served.
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { after, before, test } from 'node:test';
import { countOf, recordDone } from '../../scripts/faults/repetition.ts';
import type { PasswordHasher } from '../../src/directory/database/password-hash.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { createFaultyDatabase, type FaultyDatabase } from '../support/faulty-database.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const IN_REQUESTS = 'throws at once, and again with a log that throws';
const THROWS = countOf(IN_REQUESTS);
const SECRET = 'a text that no answer may show';

/** What people throw. */
const THROWN: readonly unknown[] = [
  new Error(SECRET),
  new TypeError(SECRET),
  Object.assign(new Error(SECRET), { statusCode: 200 }),
  Object.assign(new Error(SECRET), { statusCode: 404, code: 'ENOENT_SOMEWHERE' }),
  Object.assign(new Error(SECRET), { status: 418, headers: { 'set-cookie': SECRET } }),
  SECRET,
  42,
  null,
  undefined,
  { message: SECRET },
  Object.create(null),
  new Proxy(
    {},
    {
      get() {
        throw new Error(SECRET);
      },
    },
  ),
  Object.freeze(new Error(SECRET)),
  new AggregateError([new Error(SECRET)], SECRET),
];

let database: FaultyDatabase;
let server: TestServer;
let toThrow: { readonly value: unknown; readonly late: boolean } | null = null;
let logThrows = false;

before(async () => {
  const log = new Writable({
    write(_line, _encoding, done) {
      if (logThrows) throw new Error(SECRET);
      done();
    },
  });
  server = await startServer({
    options: { hash_wait_budget_ms: 60_000 },
    logger: createLogger('trace', log),
    wrapHasher: throwing,
    wrapDatabase: (real) => {
      database = createFaultyDatabase(real);
      return database;
    },
  });
});
after(() => server.close());
after(() => recordDone(IN_REQUESTS));

/** Throws what is to be thrown, at once or in a later turn. */
function throwing(hasher: PasswordHasher): PasswordHasher {
  return {
    ...hasher,
    verify(hash, password) {
      if (!toThrow) return hasher.verify(hash, password);
      const { value, late } = toThrow;
      if (!late) throw value;
      return new Promise((_resolve, reject) => {
        setImmediate(() => reject(value));
      });
    },
  };
}

async function assertServes(): Promise<void> {
  const { statusCode, body } = await server.token(SEED_REQUEST);
  assert.equal(statusCode, 200, body);
}

/** Sends the request of the article; it is answered with a generic 500, in the contract's form. */
async function assertGeneric(words: string): Promise<void> {
  const { statusCode, body, headers } = await server.token(SEED_REQUEST);
  assert.equal(statusCode, 500, `${words}: ${body}`);
  assert.deepEqual(
    JSON.parse(body),
    { error: 'server_error', error_description: 'An unexpected error occurred.' },
    words,
  );
  assert.ok(!JSON.stringify(headers).includes(SECRET), words);
}

for (const late of [false, true]) {
  test(`what is thrown ${late ? 'in a later turn' : 'at once'} while a password is checked is answered, and nothing of it is told [F-20]`, async () => {
    for (const [index, value] of THROWN.entries()) {
      toThrow = { value, late };
      await assertGeneric(`${index}`);
    }
    toThrow = null;
    await assertServes();
  });
}

test(`${THROWS} throws at once are as many answers [F-20]`, async () => {
  toThrow = { value: new Error(SECRET), late: true };
  await Promise.all(Array.from({ length: THROWS }, (_, made) => assertGeneric(`${made}`)));
  toThrow = null;
  await assertServes();
});

test('a log that throws takes no answer away [F-20]', async () => {
  logThrows = true;
  toThrow = { value: new Error(SECRET), late: true };
  for (let made = 0; made < THROWS; made += 1) await assertGeneric(`${made}`);
  toThrow = null;
  await assertServes();
  logThrows = false;
});

test('a mistake in any call to the database is answered too [F-20]', async () => {
  for (let number = 1; ; number += 1) {
    server.clock.advance(2000);
    server.app.forgetConfiguration();
    database.breakCall(number, 'mistake');
    const { statusCode, body } = await server.token(SEED_REQUEST);
    if (database.calls < number) break;
    assert.equal(statusCode, 500, `call ${number}: ${body}`);
    assert.match(body, /"error":"server_error"/);
  }
});
