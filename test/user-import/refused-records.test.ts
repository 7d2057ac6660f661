// Records that an import refuses: in which words, with nothing secret in them, and while all others come in.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { importInto, MD5 } from '../support/imported-users.ts';
import { DATABASE, USER, USER_ID } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { bcryptHash } from '../support/tenant-of-causes.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
  server.clock.advance(1000);
});
afterEach(() => server.close());

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
