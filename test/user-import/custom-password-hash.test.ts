// Users who came with a hash of another system, of every algorithm that Auth0 takes. The vectors were made by other programs
// than the libraries that check them; each says how.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { CustomPasswordHash } from '../../src/user/user.ts';
import { createCountedHasher } from '../support/counted-hasher.ts';
import { assertRefused, WRONG_CREDENTIALS } from '../support/refusal.ts';
import { DATABASE, PATIENT_PROTECTION, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

interface Vector {
  readonly name: string;
  /** The command that made it. */
  readonly made: string;
  readonly password: string;
  /** A password that must not match beside the usual wrong one. */
  readonly wrong?: string;
  readonly custom_password_hash: CustomPasswordHash;
}

const VECTORS = JSON.parse(readFileSync(new URL('hash-vectors.json', import.meta.url), 'utf8')) as Vector[];
const DEAR_MS = 300;
const CHEAP_MS = 1;

const hasher = createCountedHasher({ workMs: (kind) => (kind.startsWith('argon2id') ? DEAR_MS : CHEAP_MS) });
const emailOf = (vector: Vector) => `v${VECTORS.indexOf(vector)}@example.com`;

let server: TestServer;
before(async () => {
  const users = VECTORS.map((vector) => ({
    connection: DATABASE,
    email: emailOf(vector),
    custom_password_hash: vector.custom_password_hash,
  }));
  const tenant = { ...SAMPLE_TENANT, attackProtection: PATIENT_PROTECTION, users: [...SAMPLE_TENANT.users, ...users] };
  server = await startServer({ tenant, wrapHasher: hasher.wrap });
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

for (const vector of VECTORS) {
  const { name, password, wrong } = vector;
  test(`${name}: logs in, and is argon2id from then on [T-17]`, async () => {
    const email = emailOf(vector);
    const stored = await storedHashOf(email);
    assert.match(stored, /^\$custom\$/);
    for (const other of [`${password}x`, password.slice(0, -1), password.toUpperCase(), ...(wrong ? [wrong] : [])]) {
      assertRefused(await login(email, other), WRONG_CREDENTIALS);
    }
    assert.equal(await storedHashOf(email), stored);

    assert.equal((await login(email, password)).statusCode, 200);
    assert.match(await storedHashOf(email), /^\$argon2id\$v=19\$m=8192,t=1,p=1\$/);
    assert.equal((await login(email, password)).statusCode, 200);
    assertRefused(await login(email, `${password}x`), WRONG_CREDENTIALS);
  });
}

test('a wrong password of a user with a fast hash is held as long as the dearest hash takes [T-02]', async () => {
  const digest = VECTORS.find(({ custom_password_hash: { algorithm } }) => algorithm === 'md5');
  assert.ok(digest);
  const custom = digest.custom_password_hash;
  const users = [
    ...SAMPLE_TENANT.users,
    { connection: DATABASE, email: 'fast@example.com', custom_password_hash: custom },
  ];
  const other = await startServer({ tenant: { ...SAMPLE_TENANT, users }, wrapHasher: hasher.wrap });
  const slept: number[][] = [];
  for (const username of ['fast@example.com', 'nobody@example.com', 'user@example.com']) {
    other.clock.slept.length = 0;
    hasher.calls.length = 0;
    assertRefused(await other.token({ ...SEED_REQUEST, username, password: 'wrong' }), WRONG_CREDENTIALS);
    assert.equal(hasher.calls.filter((call) => call.startsWith('verify')).length, 1);
    slept.push([...other.clock.slept]);
  }
  assert.deepEqual(slept, [[DEAR_MS - CHEAP_MS], [0], [0]]);
  await other.close();
});

test('what a check of each kind costs can be measured without a user who has it [T-02]', async () => {
  const { sql } = server.ground.database;
  const kinds = await sql.selectFrom('hash_kinds').select('kind').distinct().execute();
  const plain = server.ground.hasher;
  assert.ok(plain && kinds.length > 30);
  for (const { kind } of kinds) assert.ok((await plain.measure(kind)) >= 0, kind);
});

test('users with parameters that differ a little have one kind of hash together', async () => {
  const { sql } = server.ground.database;
  const kinds = await sql.selectFrom('hash_kinds').select('kind').where('kind', 'like', 'pbkdf2-sha256%').execute();
  // 4321 and, in two blocks, twice 1000 iterations.
  assert.deepEqual(kinds.map(({ kind }) => kind).toSorted(), ['pbkdf2-sha256$i=2000', 'pbkdf2-sha256$i=4400']);
});
