// Searching users: what each kind of field and operator finds, in which order, and what is refused.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import type { SearchRequest } from '../../src/storage/search-request.ts';
import type { TenantId } from '../../src/tenant/tenant.ts';
import { createUserSearchStore, type UserSearchStore } from '../../src/user/user-search-store.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { SAMPLE_TENANT } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const connection = SAMPLE_TENANT.databases[0]?.name ?? '';
const PEOPLE = [
  {
    connection,
    user_id: 'ann',
    email: 'Ann.Smith@Example.com',
    username: 'ann',
    email_verified: true,
    name: 'Ann Smith',
    given_name: 'Ann',
    family_name: 'Smith',
    phone_number: '+15550100',
    user_metadata: { color: 'Blue', age: 41, tags: ['VIP', 'beta', 7], address: { city: 'Paris' }, newsletter: true },
    app_metadata: { memberships: [{ org: 'one' }, { org: 'two' }], 'with space': 'yes', empty: null, none: [] },
  },
  {
    connection,
    user_id: 'bob',
    email: 'bob@test.example',
    name: 'Боб Иванов',
    nickname: '100%_\\',
    user_metadata: { age: 7.5, since: '2026-01-31', odd: 'a\u0000b\ud800c', escaped: '\\u0000' },
  },
  { connection, user_id: 'cleo', email: 'cleo@example.com', name: 'CLÉO ÉMILE', nickname: 'cl*eo', blocked: true },
  { connection: 'Second', user_id: 'dan', email: 'dan@example.com', name: 'Dan "the \'man\'" O’Hara' },
];

let server: TestServer;
let tenantId: TenantId;
let search: UserSearchStore;
before(async () => {
  const users = PEOPLE.map((one) => ({ ...one, password: 'correct horse battery staple' }));
  server = await startServer({ tenant: { ...SAMPLE_TENANT, users } });
  tenantId = (await sampleTenantOf(server)).id;
  const { database } = server.ground;
  search = createUserSearchStore({ database, users: server.app.stores.users });
  await database.sql
    .updateTable('users')
    .set({ last_login: Date.UTC(2026, 1, 3, 10), logins_count: 12, last_ip: '192.0.2.7' })
    .where('user_id', '=', 'auth0|ann')
    .execute();
});
after(() => server.close());

const USUAL = { sort: null, page: 0, perPage: 50, wantsTotal: true, connectionId: null };

function find(request: Partial<SearchRequest & { connectionId: string | null }>) {
  return search.search(tenantId, { q: null, ...USUAL, ...request });
}

async function namesOf(request: Parameters<typeof find>[0]): Promise<string> {
  const found = await find(request);
  if (found.kind !== 'found') return JSON.stringify(found);
  return found.items.map(({ user }) => user.userId.replace('auth0|', '')).join(' ');
}

const EVERYBODY = 'ann bob cleo dan';

const FINDS: readonly (readonly [q: string, names: string])[] = [
  ['', EVERYBODY],
  ['user_id:"auth0|ann"', 'ann'],
  ['user_id:"AUTH0|ann"', ''],
  ['user_id:auth0*', EVERYBODY],
  ['user_id:("auth0|ann" OR "auth0|dan")', 'ann dan'],
  ['email:"ann.smith@example.com"', 'ann'],
  ['email:ANN*', 'ann'],
  ['email:*example.com', 'ann cleo dan'],
  ['email:ann*@example*', 'ann'],
  ['email.domain:"example.com"', 'ann cleo dan'],
  ['email.domain:test*', 'bob'],
  ['username:ANN', 'ann'],
  ['name:"ann smith"', 'ann'],
  ['name:smith', ''],
  ['name:*smith*', 'ann'],
  ['name:боб*', 'bob'],
  ['name:*иванов', 'bob'],
  ['name:"cléo émile"', 'cleo'],
  ['name:"cle\u0301o e\u0301mile"', 'cleo'],
  ['name:[a TO c]', 'ann'],
  ['name:{"ann smith" TO e}', 'cleo dan'],
  ['username:[* TO z]', 'ann'],
  ['username:[* TO *]', 'ann'],
  ['name:"dan \\"the \'man\'\\" o’hara"', 'dan'],
  ['nickname:100%*', 'bob'],
  ['nickname:1*%_\\\\', 'bob'],
  ['nickname:1*_%\\\\', ''],
  ['nickname:100_*', ''],
  ['nickname:cl\\*eo', 'cleo'],
  ['nickname:"cl*eo"', 'cleo'],
  ['given_name:ann', 'ann'],
  ['family_name:S*H', 'ann'],
  ['family_name:[r TO t]', 'ann'],
  ['phone_number:+15550100', 'ann'],
  ['email_verified:true', 'ann'],
  ['email_verified:false', 'bob cleo dan'],
  ['blocked:true', 'cleo'],
  ['blocked:false', 'ann bob dan'],
  ['logins_count:12', 'ann'],
  ['logins_count:[1 TO *]', 'ann'],
  ['logins_count:{12 TO *]', ''],
  ['logins_count:[0 TO 11.5]', 'bob cleo dan'],
  ['logins_count:99999999999', ''],
  ['last_ip:192.0.2.*', 'ann'],
  ['last_login:2026-02-03', 'ann'],
  ['last_login:[2026-02-03 TO 2026-02-03]', 'ann'],
  ['last_login:{2026-02-03 TO *]', ''],
  ['last_login:[2026-02-03T10:00:00Z TO "2026-02-03T10:00:00.001Z"}', 'ann'],
  ['last_login:[* TO 2026-02}', ''],
  ['created_at:[2026-01-15 TO *]', EVERYBODY],
  ['created_at:[9999 TO *]', ''],
  ['_exists_:last_login', 'ann'],
  ['last_login:*', 'ann'],
  ['NOT last_login:*', 'bob cleo dan'],
  ['_exists_:username', 'ann'],
  ['NOT username:ann', 'bob cleo dan'],
  ['identities.connection:second', 'dan'],
  ['identities.provider:auth0', EVERYBODY],
  ['identities.user_id:bob', 'bob'],
  ['identities.connection:Second OR email:ann*', 'ann dan'],
  ['user_metadata.color:blue', 'ann'],
  ['user_metadata.color:bl*', 'ann'],
  ['user_metadata.COLOR:blue', ''],
  ['NOT user_metadata.color:blue', 'bob cleo dan'],
  ['user_metadata.age:41', 'ann'],
  ['user_metadata.age:41.0', 'ann'],
  ['user_metadata.age:[7 TO 41}', 'bob'],
  ['user_metadata.newsletter:true', 'ann'],
  ['user_metadata.tags:vip', 'ann'],
  ['user_metadata.tags:7', 'ann'],
  ['user_metadata.tags:(vip AND beta)', 'ann'],
  ['user_metadata.address.city:paris', 'ann'],
  ['user_metadata.address:paris', ''],
  ['user_metadata.since:[2026-01-01 TO 2026-02-01]', 'bob'],
  ['user_metadata.since:[2026-02 TO *]', ''],
  ['user_metadata.odd:a*', 'bob'],
  ['user_metadata.escaped:"\\\\u0000"', 'bob'],
  ['app_metadata.memberships.org:two', 'ann'],
  ['app_metadata.with\\ space:yes', 'ann'],
  ['_exists_:user_metadata.address', 'ann'],
  ['_exists_:app_metadata.empty', ''],
  ['_exists_:app_metadata.none', ''],
  ['ann', 'ann'],
  ['"ann smith"', 'ann'],
  ['ann* bob*', 'ann bob'],
  ['ann* AND bob*', ''],
  ['email:*example* -ann*', 'bob cleo dan'],
  ['(name:ann* OR name:dan*) AND NOT identities.connection:Second', 'ann'],
];

for (const [q, names] of FINDS) {
  test(`${JSON.stringify(q)} finds ${names === '' ? 'nobody' : names}`, async () => {
    assert.equal(await namesOf({ q }), names);
  });
}

const REFUSED: readonly (readonly [request: Parameters<typeof find>[0], sentence: RegExp])[] = [
  [{ q: 'password:x' }, /^There is no field password to search by\.$/],
  [{ q: 'constructor:x' }, /^There is no field constructor to search by\.$/],
  [{ q: 'user_metadata:x' }, /^There is no field user_metadata to search by\.$/],
  [{ q: 'user_metadata..a:x' }, /^There is no field user_metadata\.\.a to search by\.$/],
  [{ q: 'user_metadata.a\\"b:x' }, /^There is no field /],
  [{ q: 'blocked:maybe' }, /^blocked is true or false\.$/],
  [{ q: 'blocked:t*' }, /^blocked takes no wildcard\.$/],
  [{ q: 'blocked:[true TO *]' }, /^blocked takes no range\.$/],
  [{ q: 'logins_count:many' }, /^logins_count is a number\.$/],
  [{ q: 'last_login:yesterday' }, /^last_login is a date such as 2026-01-31/],
  [{ q: 'last_login:2026*' }, /^last_login takes no wildcard\.$/],
  [{ q: 'user_metadata.a:[1 TO x]' }, /must both be numbers or both be words/],
  [{ q: 'name:(jane' }, /^At the end a closing bracket is missing\.$/],
  [{ sort: 'name' }, /^sort is FIELD:1 or FIELD:-1, with one of the fields user_id, email/],
  [{ sort: 'user_metadata.a:1' }, /^sort is FIELD:1/],
  [{ sort: '__proto__:1' }, /^sort is FIELD:1/],
  [{ page: 20, perPage: 50 }, /^Only the first 1000 results can be paged to\.$/],
  [{ page: -1 }, /^page is a whole number from 0 on\.$/],
  [{ page: 0.5 }, /^page is a whole number from 0 on\.$/],
  [{ perPage: 101 }, /^per_page is a whole number from 1 to 100\.$/],
  [{ perPage: 0 }, /^per_page is a whole number from 1 to 100\.$/],
];

for (const [request, sentence] of REFUSED) {
  test(`${JSON.stringify(request)} is refused in a sentence [T-50]`, async () => {
    const found = await find(request);
    assert.equal(found.kind, 'problem');
    assert.match(found.sentence, sentence);
  });
}

const SORTS: readonly (readonly [sort: string, names: string])[] = [
  ['user_id:-1', 'dan cleo bob ann'],
  ['email:1', EVERYBODY],
  ['email:-1', 'dan cleo bob ann'],
  ['name:1', 'ann cleo dan bob'],
  ['username:-1', 'ann dan cleo bob'],
  ['last_login:-1', 'ann dan cleo bob'],
  ['last_login:1', 'bob cleo dan ann'],
  ['logins_count:-1', 'ann dan cleo bob'],
  ['created_at:1', EVERYBODY],
];

for (const [sort, names] of SORTS) {
  test(`sorted by ${sort} they are ${names}`, async () => {
    assert.equal(await namesOf({ sort }), names);
  });
}

test('pages follow each other, and the total is that of all pages', async () => {
  assert.equal(await namesOf({ page: 0, perPage: 3 }), 'ann bob cleo');
  assert.equal(await namesOf({ page: 1, perPage: 3 }), 'dan');
  assert.equal(await namesOf({ page: 2, perPage: 3 }), '');
  const found = await find({ q: 'email:*example.com', perPage: 1 });
  assert.ok(found.kind === 'found');
  assert.deepEqual([found.items.length, found.total], [1, 3]);
  const untold = await find({ wantsTotal: false });
  assert.equal(untold.kind === 'found' && untold.total, null);
});

test('only users of a connection are found when one is given, with and without a search', async () => {
  const connections = await server.app.stores.connections.list(tenantId);
  const connectionId = connections.find(({ name }) => name === 'Second')?.id ?? null;
  assert.equal(await namesOf({ connectionId }), 'dan');
  assert.equal(await namesOf({ connectionId, q: 'email:*example.com' }), 'dan');
  assert.equal(await namesOf({ connectionId, q: 'email:ann*' }), '');
  assert.equal(await namesOf({ connectionId, sort: 'email:-1' }), 'dan');
  const found = await find({ connectionId });
  assert.equal(found.kind === 'found' && found.total, 1);
});

test('users of another tenant are never found [T-50]', async () => {
  assert.deepEqual(await search.search('another' as TenantId, { q: 'email:* OR NOT email:*', ...USUAL }), {
    kind: 'found',
    items: [],
    total: 0,
  });
});

test('what is found is the user with identities and log-in statistics', async () => {
  const found = await find({ q: 'username:ann' });
  assert.ok(found.kind === 'found');
  const [stored] = found.items;
  assert.deepEqual([stored?.lastIp, stored?.loginsCount], ['192.0.2.7', 12]);
  assert.equal(stored?.identities[0]?.identityId, 'ann');
  assert.deepEqual(await server.app.stores.users.findStored(tenantId, 'auth0|ann'), stored);
  assert.equal(await server.app.stores.users.findStored(tenantId, 'auth0|nobody'), null);
});

test('an e-mail address finds everybody who has it, whatever its letter case', async () => {
  const namesWith = async (email: string) =>
    (await server.app.stores.users.listByEmail(tenantId, email)).map(({ user }) => user.email);
  assert.deepEqual(await namesWith('ANN.SMITH@example.COM'), ['Ann.Smith@Example.com']);
  assert.deepEqual(await namesWith('nobody@example.com'), []);
  assert.deepEqual(await namesWith(''), []);
});

test('active users are those who logged in since', async () => {
  assert.deepEqual(await search.countActive(tenantId, Date.UTC(2026, 1, 3, 10)), { kind: 'counted', users: 1 });
  assert.deepEqual(await search.countActive(tenantId, Date.UTC(2026, 1, 3, 11)), { kind: 'counted', users: 0 });
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
      const found = await find({ q });
      assert.ok(found.kind === 'found' || found.kind === 'problem', found.kind);
    }),
    { numRuns: 500 },
  );
  assert.deepEqual(await everything(), stored);
});

test('any name is found by itself, by how it begins and by what is inside it [T-50]', async () => {
  const { users } = server.app.stores;
  const [ann] = (await users.listAfter(tenantId, null, 1)).map(({ user }) => user);
  assert.ok(ann);
  const escape = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, '\\$&');
  const names = fc
    .string({ unit: 'grapheme', minLength: 3, maxLength: 30 })
    .map((name) => name.normalize('NFC'))
    .filter((name) => !/\p{Cc}/u.test(name));
  await fc.assert(
    fc.asyncProperty(names, async (name) => {
      await server.ground.database.transaction((sql) => users.save(tenantId, { ...ann, name, givenName: name }, sql));
      const half = [...name].slice(0, 2).join('');
      const end = [...name].slice(-3).join('');
      const searches = ['name', 'given_name'].flatMap((field) => [
        `${field}:"${name.replace(/["\\]/g, '\\$&')}"`,
        `${field}:${escape(name)}`,
        `${field}:${escape(half)}*`,
        `${field}:*${escape(end)}`,
      ]);
      for (const q of searches) assert.match(await namesOf({ q }), /^ann/, q);
    }),
    { numRuns: 100 },
  );
  await server.ground.database.transaction((sql) => users.save(tenantId, ann, sql));
});
