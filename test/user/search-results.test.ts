// What a search of users comes to: pages and totals, whose users are found, what is told of them, and that any text and any
// name can be searched for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import type { TenantId } from '../../src/tenant/tenant.ts';
import { type PeopleServer, startPeopleServer, USUAL } from './searched-people.ts';

let server: PeopleServer;
before(async () => {
  server = await startPeopleServer();
});
after(() => server.close());

test('pages follow each other, and the total is that of all pages', async () => {
  assert.equal(await server.namesOf({ page: 0, perPage: 3 }), 'ann bob cleo');
  assert.equal(await server.namesOf({ page: 1, perPage: 3 }), 'dan');
  assert.equal(await server.namesOf({ page: 2, perPage: 3 }), '');
  const found = await server.find({ q: 'email:*example.com', perPage: 1 });
  assert.ok(found.kind === 'found');
  assert.deepEqual([found.items.length, found.total], [1, 3]);
  const untold = await server.find({ wantsTotal: false });
  assert.equal(untold.kind === 'found' && untold.total, null);
});

test('only users of a connection are found when one is given, with and without a search', async () => {
  const connections = await server.app.stores.connections.list(server.tenantId);
  const connectionId = connections.find(({ name }) => name === 'Second')?.id ?? null;
  assert.equal(await server.namesOf({ connectionId }), 'dan');
  assert.equal(await server.namesOf({ connectionId, q: 'email:*example.com' }), 'dan');
  assert.equal(await server.namesOf({ connectionId, q: 'email:ann*' }), '');
  assert.equal(await server.namesOf({ connectionId, sort: 'email:-1' }), 'dan');
  const found = await server.find({ connectionId });
  assert.equal(found.kind === 'found' && found.total, 1);
});

test('users of another tenant are never found [T-50]', async () => {
  assert.deepEqual(await server.search.search('another' as TenantId, { q: 'email:* OR NOT email:*', ...USUAL }), {
    kind: 'found',
    items: [],
    total: 0,
  });
});

test('what is found is the user with identities and log-in statistics', async () => {
  const found = await server.find({ q: 'username:ann' });
  assert.ok(found.kind === 'found');
  const [stored] = found.items;
  assert.deepEqual([stored?.lastIp, stored?.loginsCount], ['192.0.2.7', 12]);
  assert.equal(stored?.identities[0]?.identityId, 'ann');
  assert.deepEqual(await server.app.stores.users.findStored(server.tenantId, 'auth0|ann'), stored);
  assert.equal(await server.app.stores.users.findStored(server.tenantId, 'auth0|nobody'), null);
});

test('an e-mail address finds everybody who has it, whatever its letter case', async () => {
  const namesWith = async (email: string) =>
    (await server.app.stores.users.listByEmail(server.tenantId, email)).map(({ user }) => user.email);
  assert.deepEqual(await namesWith('ANN.SMITH@example.COM'), ['Ann.Smith@Example.com']);
  assert.deepEqual(await namesWith('nobody@example.com'), []);
  assert.deepEqual(await namesWith(''), []);
});

test('active users are those who logged in since', async () => {
  assert.deepEqual(await server.search.countActive(server.tenantId, Date.UTC(2026, 1, 3, 10)), {
    kind: 'counted',
    users: 1,
  });
  assert.deepEqual(await server.search.countActive(server.tenantId, Date.UTC(2026, 1, 3, 11)), {
    kind: 'counted',
    users: 0,
  });
});

test('any text finds users or is refused, and changes nothing [T-50]', async () => {
  const everything = () => server.ground.database.sql.selectFrom('users').selectAll().orderBy('user_id').execute();
  const stored = await everything();
  const field = fc.constantFrom(
    ...['', 'email:', 'name:', 'user_id:', 'last_ip:', 'logins_count:', 'created_at:', 'blocked:', 'email.domain:'],
    ...[
      'user_metadata.a:',
      'user_metadata.tags:',
      'app_metadata.memberships.org:',
      'identities.connection:',
      '_exists_:',
    ],
  );
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `"${text}"`),
    fc.constantFrom(
      "'; drop table users; --",
      '"%"',
      '%*',
      '*_%\\\\*',
      '[a TO *]',
      '{1 TO 2}',
      '[2026 TO *}',
      '1e999',
      '-0',
      '*',
    ),
    fc.double().map(String),
    fc.integer().map((from) => `[${from} TO *]`),
    fc
      .tuple(fc.date({ noInvalidDate: true }), fc.date({ noInvalidDate: true }))
      .map(([from, to]) => `[${from.toISOString()} TO ${to.toISOString()}]`),
  );
  const term = fc.tuple(field, value).map((parts) => parts.join(''));
  const joint = fc.constantFrom(' ', ' AND ', ' OR ', ' NOT ', ' -', ' +', '(', ')');
  const text = fc.array(fc.tuple(joint, term), { maxLength: 6 }).map((parts) => parts.flat().join(''));
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.string({ unit: 'binary', maxLength: 60 })), async (q) => {
      const found = await server.find({ q });
      assert.ok(found.kind === 'found' || found.kind === 'problem', found.kind);
    }),
    { numRuns: 500 },
  );
  assert.deepEqual(await everything(), stored);
});

test('any name is found by itself, by how it begins and by what is inside it [T-50]', async () => {
  const { users } = server.app.stores;
  const [ann] = (await users.listAfter(server.tenantId, null, 1)).map(({ user }) => user);
  assert.ok(ann);
  const escape = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '\\$&');
  const names = fc
    .string({ unit: 'grapheme', minLength: 3, maxLength: 30 })
    .map((name) => name.normalize('NFC'))
    .filter((name) => !/\p{Cc}/u.test(name));
  await fc.assert(
    fc.asyncProperty(names, async (name) => {
      await server.ground.database.transaction((sql) =>
        users.save(server.tenantId, { ...ann, name, givenName: name }, sql),
      );
      const half = [...name].slice(0, 2).join('');
      const end = [...name].slice(-3).join('');
      const searches = ['name', 'given_name'].flatMap((field) => [
        `${field}:"${name.replace(/["\\]/g, '\\$&')}"`,
        `${field}:${escape(name)}`,
        `${field}:${escape(half)}*`,
        `${field}:*${escape(end)}`,
      ]);
      for (const q of searches) assert.match(await server.namesOf({ q }), /^ann/, q);
    }),
    { numRuns: 100 },
  );
  await server.ground.database.transaction((sql) => users.save(server.tenantId, ann, sql));
});
