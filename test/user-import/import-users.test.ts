// Users come in from a file of Auth0's form: who is added, who is changed, who is refused and in which words.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { importUsers, NO_COUNTS } from '../../src/user-import/import-users.ts';
import { fileOf, importInto } from '../support/imported-users.ts';
import { DATABASE, PASSWORD, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { bcryptHash } from '../support/tenant-of-causes.ts';

const MD5 = {
  algorithm: 'md5',
  hash: { value: '5ebe2294ecd0e0f08eab7690d2a6ee69', encoding: 'hex' },
} as const;
/** What that is the digest of. */
const SECRET = 'secret';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
  server.clock.advance(1000);
});
afterEach(() => server.close());

async function loginStatus(username: string, password: string): Promise<number> {
  return (await server.token({ ...SEED_REQUEST, username, password })).statusCode;
}

async function userOf(userId: string) {
  const tenant = await server.app.stores.tenants.findByName('acme');
  return tenant && (await server.app.stores.users.findById(tenant.id, userId));
}

async function countUsers(): Promise<number> {
  const { sql } = server.ground.database;
  const { count } = await sql
    .selectFrom('users')
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

test('a user comes in with every member, and logs in with the password of the hash', async () => {
  const record = {
    user_id: 'legacy-17',
    email: 'Ada@Example.com',
    email_verified: true,
    username: 'ada',
    phone_number: '+15550199',
    phone_verified: true,
    given_name: 'Ada',
    family_name: 'Lovelace',
    middle_name: 'King',
    name: 'Ada Lovelace',
    nickname: 'countess',
    picture: 'https://example.com/ada.png',
    blocked: false,
    password_hash: bcryptHash('pw'),
    user_metadata: { theme: 'dark' },
    app_metadata: { plan: 'gold', deep: [{ a: null }] },
  };
  const { counts, errors } = await importInto(server, DATABASE, [record]);
  assert.deepEqual(errors, []);
  assert.equal(counts.inserted, 1);
  const user = await userOf('auth0|legacy-17');
  assert.ok(user);
  assert.equal(user.email, 'Ada@Example.com');
  assert.equal(user.emailVerified && user.phoneVerified, true);
  assert.deepEqual(user.appMetadata, record.app_metadata);
  assert.equal(await loginStatus('ada@example.com', 'pw'), 200);
  assert.equal(await loginStatus('ADA', 'pw'), 200);
  assert.equal(await loginStatus('ada', 'wrong'), 403);
});

test('what a record leaves out is filled in as for any other user', async () => {
  await importInto(server, DATABASE, [{ email: 'bare@example.com' }]);
  const user = await server.ground.database.sql
    .selectFrom('users')
    .select(['user_id', 'name', 'nickname', 'picture'])
    .where('email', '=', 'bare@example.com')
    .executeTakeFirstOrThrow();
  assert.match(user.user_id, /^auth0\|[0-9a-f]{24}$/);
  assert.equal(user.name, 'bare@example.com');
  assert.equal(user.nickname, 'bare');
  assert.match(user.picture ?? '', /gravatar/);
  assert.equal(await loginStatus('bare@example.com', 'anything'), 403);
});

test('JSON lines do as well as an array', async () => {
  const lines = '{"email":"one@example.com"}\n{"email":"two@example.com"}\n';
  assert.equal((await importInto(server, DATABASE, lines)).counts.inserted, 2);
});

test('a thousand users come in, one after the other or all at once', async () => {
  const records = Array.from({ length: 1000 }, (_, at) => ({ email: `u${at}@example.com`, custom_password_hash: MD5 }));
  const before = await countUsers();
  const { counts } = await importInto(server, DATABASE, records);
  assert.deepEqual(
    [counts.recordsDone, counts.inserted, counts.failed, (await countUsers()) - before],
    [1000, 1000, 0, 1000],
  );
  assert.equal(await loginStatus('u999@example.com', SECRET), 200);
});

const REFUSED: ReadonlyArray<readonly [name: string, record: object, code: string, path: string]> = [
  ['without a name', { name: 'Nobody' }, 'OBJECT_REQUIRED', 'email'],
  ['whose e-mail address is none', { email: 'nobody' }, 'FORMAT', 'email'],
  ['whose member has another type', { email: 'x@example.com', blocked: 'yes' }, 'INVALID_TYPE', 'blocked'],
  [
    'with a member that nobody knows',
    { email: 'x@example.com', passwort: 'geheim' },
    'OBJECT_ADDITIONAL_PROPERTIES',
    'passwort',
  ],
  ['with a plain password', { email: 'x@example.com', password: 'geheim' }, 'OBJECT_ADDITIONAL_PROPERTIES', 'password'],
  ['with a hash that is none', { email: 'x@example.com', password_hash: 'geheim' }, 'PATTERN', 'password_hash'],
  [
    'with an algorithm that nobody knows',
    { email: 'x@example.com', custom_password_hash: { algorithm: 'rot13', hash: { value: 'geheim' } } },
    'ENUM_MISMATCH',
    'custom_password_hash.algorithm',
  ],
  [
    'with a hash that would cost too much',
    {
      email: 'x@example.com',
      custom_password_hash: { algorithm: 'bcrypt', hash: { value: `$2b$31$${'a'.repeat(53)}` } },
    },
    'NOT_PASSED',
    'custom_password_hash.hash.value',
  ],
  [
    'with two hashes',
    { email: 'x@example.com', password_hash: bcryptHash('pw'), custom_password_hash: MD5 },
    'NOT_PASSED',
    'password_hash',
  ],
  [
    'with a second factor',
    { email: 'x@example.com', mfa_factors: [{ totp: { secret: 'GEHEIM' } }] },
    'MFA_FACTORS_FAILED',
    'mfa_factors',
  ],
  ['with NUL in a name', { email: 'x@example.com', name: 'a\0b' }, 'PATTERN', 'name'],
  ['with an id that cannot be one', { email: 'x@example.com', user_id: 'auth0|1' }, 'PATTERN', 'user_id'],
  ['whose address is taken', { email: USER.toUpperCase() }, 'DUPLICATED_USER', ''],
  ['whose user name is taken', { username: 'SAM' }, 'DUPLICATED_USER', ''],
  ['whose id is taken', { email: 'x@example.com', user_id: USER_ID.slice(6) }, 'DUPLICATED_USER', ''],
];

for (const [name, record, code, path] of REFUSED) {
  test(`a record ${name} is refused, the others come in, and nothing secret is told [T-17]`, async () => {
    const { counts, errors } = await importInto(server, DATABASE, [
      { email: 'first@example.com' },
      record,
      { email: 'last@example.com' },
    ]);
    assert.deepEqual([counts.inserted, counts.failed], [2, 1]);
    const [error] = errors;
    assert.deepEqual(
      error?.errors.map((one) => [one.code, one.path]),
      [[code, path]],
    );
    assert.doesNotMatch(JSON.stringify(errors), /geheim|\$2b\$|5ebe2294/i);
    assert.deepEqual(Object.keys(error?.user ?? {}), Object.keys(record));
  });
}

test('a user name is refused where the connection has none', async () => {
  const { errors } = await importInto(server, 'Second', [{ email: 'x@example.com', username: 'x' }]);
  assert.match(errors[0]?.errors[0]?.message ?? '', /requires_username/);
});

test('the second of two entries about one user is refused, also in another case and far apart', async () => {
  const many = Array.from({ length: 600 }, (_, at) => ({ email: `m${at}@example.com` }));
  for (const upsert of [false, true]) {
    const email = `twice-${String(upsert)}@example.com`;
    const records = [{ email }, { email: email.toUpperCase() }, ...(upsert ? [] : many), { email }];
    const { counts, errors } = await importInto(server, DATABASE, records, { upsert });
    assert.equal(counts.failed, 2);
    assert.deepEqual(new Set(errors.map((error) => error.errors[0]?.code)), new Set(['DUPLICATED_USER']));
    server.clock.advance(1);
  }
});

test('an id that a user of another connection has is refused, also with upsert', async () => {
  await importInto(server, 'Second', [{ email: 'a@example.com', user_id: 'one-id' }]);
  server.clock.advance(1);
  const { errors } = await importInto(server, DATABASE, [{ email: 'b@example.com', user_id: 'one-id' }], {
    upsert: true,
  });
  assert.equal(errors[0]?.errors[0]?.code, 'CONFLICT');
});

test('an upsert changes what Auth0 lets it change, and neither names, blocks nor a password that was used', async () => {
  const record = {
    email: USER,
    username: 'other',
    given_name: 'Samuel',
    email_verified: false,
    blocked: true,
    user_metadata: { new: true },
    password_hash: bcryptHash('other'),
  };
  const { counts, errors } = await importInto(server, DATABASE, [record], { upsert: true });
  assert.deepEqual([errors, counts.updated, counts.inserted], [[], 1, 0]);
  const user = await userOf(USER_ID);
  assert.deepEqual(
    [user?.givenName, user?.emailVerified, user?.userMetadata, user?.blocked, user?.username, user?.familyName],
    ['Samuel', false, { new: true }, false, 'sam', 'User'],
  );
  assert.equal(await loginStatus(USER, PASSWORD), 200);
  assert.equal(await loginStatus(USER, 'other'), 403);
});

test('an upsert replaces a custom hash until its user has logged in [T-17]', async () => {
  const record = { email: 'later@example.com', custom_password_hash: MD5 };
  const wrong = { ...record, custom_password_hash: { ...MD5, hash: { ...MD5.hash, value: '0'.repeat(32) } } };
  await importInto(server, DATABASE, [wrong]);
  server.clock.advance(1);
  await importInto(server, DATABASE, [record], { upsert: true });
  assert.equal(await loginStatus('later@example.com', SECRET), 200);
  server.clock.advance(1);
  await importInto(server, DATABASE, [wrong], { upsert: true });
  assert.equal(await loginStatus('later@example.com', SECRET), 200);
});

test('an upsert refuses an entry that is about two users', async () => {
  await importInto(server, DATABASE, [
    { email: 'a@example.com', user_id: 'a' },
    { email: 'b@example.com', user_id: 'b' },
  ]);
  server.clock.advance(1);
  const records = [
    { email: 'a@example.com', username: 'sam' },
    { email: 'a@example.com', user_id: 'b' },
    { email: 'a@example.com', user_id: 'c' },
  ];
  const { errors } = await importInto(server, DATABASE, records, { upsert: true });
  assert.deepEqual(
    errors.map((error) => error.errors[0]?.code),
    ['CONFLICT', 'CONFLICT', 'CONFLICT'],
  );
});

test('a dry run tells what would happen and writes nothing', async () => {
  const before = await countUsers();
  const many = Array.from({ length: 600 }, (_, at) => ({ email: `dry${at}@example.com` }));
  const records = [...many, { email: 'dry0@example.com' }, { email: USER }, { email: 'none' }];
  const { counts, errors } = await importInto(server, DATABASE, records, { isDryRun: true });
  assert.deepEqual([counts.inserted, counts.failed, errors.length], [600, 3, 3]);
  assert.equal(await countUsers(), before);
});

test('an import that was cut short anywhere goes on where it was, and nobody is there twice', async () => {
  const records = Array.from({ length: 200 }, (_, at) => ({ email: `cut${at}@example.com` }));
  const tenant = await server.app.stores.tenants.findByName('acme');
  const connections = tenant ? await server.app.stores.connections.list(tenant.id) : [];
  const connection = connections.find(({ name }) => name === DATABASE);
  assert.ok(tenant && connection);
  const before = await countUsers();
  let noted = NO_COUNTS;
  let runs = 0;
  for (let done = false; !done; runs += 1) {
    const stop = new AbortController();
    let batches = 0;
    const order = {
      tenantId: tenant.id,
      connection,
      requiresUsername: true,
      upsert: false,
      isDryRun: false,
      now: 1,
      order: null,
    };
    const ledger = {
      begun: noted,
      // The transaction is undone when it throws, and so is the note.
      note: async (counts: typeof noted) => {
        batches += 1;
        if (batches === 2) throw new Error('cut short');
        noted = counts;
      },
    };
    done = await importUsers(server.ground, order, fileOf(records), ledger, () => {}, stop.signal).then(
      () => true,
      (error: unknown) => !(error instanceof Error && error.message === 'cut short'),
    );
  }
  assert.ok(runs > 2);
  assert.deepEqual([noted.inserted, noted.failed, (await countUsers()) - before], [200, 0, 200]);
});

test('each kind of hash that comes in is one that refusals wait for [T-02]', async () => {
  await importInto(server, 'Second', [
    { email: 'x@example.com', custom_password_hash: MD5 },
    { email: 'y@example.com' },
  ]);
  const { sql } = server.ground.database;
  const rows = await sql
    .selectFrom('hash_kinds')
    .innerJoin('connections', 'connections.id', 'hash_kinds.connection_id')
    .select('kind')
    .where('connections.name', '=', 'Second')
    .execute();
  assert.ok(rows.some(({ kind }) => kind === 'md5'));
});
