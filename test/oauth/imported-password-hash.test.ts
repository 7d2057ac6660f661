// Users who came with a bcrypt or argon2id hash of another system: checked as they are, never cut, renewed at the login.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { hash as argon2Hash } from '@node-rs/argon2';
import { createCountedHasher } from '../support/counted-hasher.ts';
import { assertRefused, WRONG_CREDENTIALS } from '../support/refusal.ts';
import { DATABASE, PASSWORD, SAMPLE_TENANT, SEED_REQUEST, USER } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { bcryptHash } from '../support/tenant-of-causes.ts';

const LONGEST = 'x'.repeat(72);
const TOO_LONG = `${LONGEST}12345678`;
// 24 times three bytes: 72 bytes in 24 characters.
const WIDE = '€'.repeat(24);

const imported = (email: string, passwordHash: string) => ({
  connection: DATABASE,
  email,
  password_hash: passwordHash,
});

const hasher = createCountedHasher();
let server: TestServer;
before(async () => {
  const users = [
    ...SAMPLE_TENANT.users,
    { connection: DATABASE, email: 'long@example.com', password: TOO_LONG },
    { connection: DATABASE, email: 'nul@example.com', password: 'pw\0x' },
    imported('short@example.com', bcryptHash('pw')),
    imported('old-prefix@example.com', bcryptHash('pw').replace('$2b$', '$2a$')),
    imported('longest@example.com', bcryptHash(LONGEST)),
    imported('cut@example.com', bcryptHash(TOO_LONG)),
    imported('wide@example.com', bcryptHash(WIDE)),
    imported('costly@example.com', await argon2Hash('pw', { memoryCost: 9216, timeCost: 2, parallelism: 1 })),
    imported('same-cost@example.com', await argon2Hash('pw', { memoryCost: 8192, timeCost: 1, parallelism: 1 })),
  ];
  server = await startServer({ tenant: { ...SAMPLE_TENANT, users }, wrapHasher: hasher.wrap });
});
after(() => server.close());

const login = (username: string, password: string) => server.token({ ...SEED_REQUEST, username, password });

async function storedHashOf(email: string): Promise<string> {
  const row = await server.ground.database.sql
    .selectFrom('credentials')
    .innerJoin('login_identifiers', 'login_identifiers.identity_id', 'credentials.identity_id')
    .select('credentials.password_hash')
    .where('login_identifiers.identifier', '=', email)
    .executeTakeFirstOrThrow();
  return row.password_hash;
}

const REFUSED: ReadonlyArray<readonly [name: string, username: string, password: string]> = [
  ['80 characters against a bcrypt hash of the same 80, of which bcrypt saw 72', 'cut@example.com', TOO_LONG],
  ['80 characters against a bcrypt hash of their first 72', 'longest@example.com', TOO_LONG],
  ['73 bytes in 25 characters against a bcrypt hash of their first 72 bytes', 'wide@example.com', `${WIDE}x`],
  ['a password with NUL and more against a bcrypt hash of what stands before', 'short@example.com', 'pw\0x'],
  ['a password with NUL at its end against a bcrypt hash', 'short@example.com', 'pw\0'],
  ['the first 72 of 80 characters against a hash of our own', 'long@example.com', LONGEST],
  ['what stands before NUL against a hash of our own', 'nul@example.com', 'pw'],
];

for (const [name, username, password] of REFUSED) {
  test(`${name} is a wrong password [T-17]`, async () => {
    assertRefused(await login(username, password), WRONG_CREDENTIALS);
  });
}

test('72 bytes are not too long for bcrypt [T-17]', async () => {
  assert.equal((await login('longest@example.com', LONGEST)).statusCode, 200);
  assert.equal((await login('wide@example.com', WIDE)).statusCode, 200);
});

test('long passwords and NUL are whole in a hash of our own [T-17]', async () => {
  assert.equal((await login('long@example.com', TOO_LONG)).statusCode, 200);
  assert.equal((await login('nul@example.com', 'pw\0x')).statusCode, 200);
});

for (const email of ['short@example.com', 'old-prefix@example.com', 'costly@example.com']) {
  test(`the hash of ${email} becomes argon2id of today’s cost at the login, and not before [T-17]`, async () => {
    const stored = await storedHashOf(email);
    assertRefused(await login(email, 'wrong'), WRONG_CREDENTIALS);
    assert.equal(await storedHashOf(email), stored);

    assert.equal((await login(email, 'pw')).statusCode, 200);
    const renewed = await storedHashOf(email);
    assert.match(renewed, /^\$argon2id\$v=19\$m=8192,t=1,p=1\$/);

    assert.equal((await login(email, 'pw')).statusCode, 200);
    assertRefused(await login(email, 'wrong'), WRONG_CREDENTIALS);
    assert.equal(await storedHashOf(email), renewed, 'renewed once');
  });
}

test('a hash of today’s cost stays as it is', async () => {
  for (const [email, password] of [
    ['same-cost@example.com', 'pw'],
    [USER, PASSWORD],
  ] as const) {
    const stored = await storedHashOf(email);
    hasher.calls.length = 0;
    assert.equal((await login(email, password)).statusCode, 200);
    assert.deepEqual(hasher.calls, ['verify']);
    assert.equal(await storedHashOf(email), stored);
  }
});
