// Users come in from a file of Auth0's form: who is added and who is changed, what a dry run tells, and how an import goes on
// that was cut short.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { importUsers, NO_COUNTS } from '../../src/user-import/import-users.ts';
import { fileOf, importInto, MD5, SECRET } from '../support/imported-users.ts';
import { DATABASE, PASSWORD, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { bcryptHash } from '../support/tenant-of-causes.ts';

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
