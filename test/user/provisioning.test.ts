// Users of directories that are not our own database: made at the first login, brought up to date at each one, and never
// taken for somebody else.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { decodeJwt } from 'jose';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { CORPORATE_TENANT } from '../support/corporate-tenant.ts';
import { accountOf, createFakeDirectory, type FakeDirectory } from '../support/fake-directory.ts';
import { getUserinfo, tokensFor } from '../support/injected-request.ts';
import { assertLogged, assertRefused, eventOf, WRONG_CREDENTIALS } from '../support/refusal.ts';
import { REALM_GRANT, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
let corp: FakeDirectory;
let azure: FakeDirectory;
before(async () => {
  [corp, azure] = [createFakeDirectory(), createFakeDirectory()];
  const directories = { ldap: corp.driver, ad: corp.driver, adfs: corp.driver, waad: azure.driver };
  server = await startServer({
    directories,
    tenant: {
      ...CORPORATE_TENANT,
      connections: [
        ...CORPORATE_TENANT.connections,
        { ...CORPORATE_TENANT.connections[2], name: 'azure-two' },
        { ...CORPORATE_TENANT.connections[0], name: 'branch' },
      ],
    },
  });
});
after(() => server.close());
beforeEach(() => {
  for (const directory of [corp, azure]) {
    directory.people.clear();
    directory.isDown = false;
    directory.together = 1;
  }
});

const PASSWORD = 'upstream password';

function requestTo(realm: string, username = 'ada', change: Record<string, unknown> = {}) {
  return { ...SEED_REQUEST, grant_type: REALM_GRANT, realm, username, password: PASSWORD, ...change };
}

async function subjectIn(realm: string, username = 'ada'): Promise<string> {
  return decodeJwt((await tokensFor(server, requestTo(realm, username))).access_token).sub ?? '';
}

async function userOf(userId: string) {
  return server.app.stores.users.findById((await sampleTenantOf(server)).id, userId);
}

async function storedUsers() {
  const { id } = await sampleTenantOf(server);
  return server.app.stores.users.listAfter(id, null, 500);
}

test('the first login makes a user of the account’s stable id, and the next one finds it [T-15]', async () => {
  corp.people.set('ada', { password: PASSWORD, account: accountOf('id-1', { name: 'Ada', email: 'ada@corp.test' }) });
  corp.people.set('ada@corp.test', corp.people.get('ada') ?? assert.fail());
  assert.equal(await subjectIn('corp'), 'ldap|corp|id-1');
  assert.equal(await subjectIn('corp', 'ada@corp.test'), 'ldap|corp|id-1');
  const [stored, ...others] = (await storedUsers()).filter(({ user }) => user.userId.endsWith('|id-1'));
  assert.equal(others.length, 0);
  assert.equal(stored?.loginsCount, 2);
  assert.equal(stored.lastLogin, server.clock.now());
  assert.deepEqual(
    stored.identities.map(({ provider, identityId }) => [provider, identityId]),
    [['ldap', 'id-1']],
  );
});

const USER_IDS = [
  ['corp', 'ldap|corp|id-2'],
  ['domain', 'ad|domain|id-2'],
  ['federation', 'adfs|federation|id-2'],
  ['azure', 'waad|id-2'],
] as const;
for (const [realm, userId] of USER_IDS) {
  test(`a user of the connection ${realm} has an id like ${userId}`, async () => {
    for (const { people } of [corp, azure]) people.set('ada', { password: PASSWORD, account: accountOf('id-2') });
    assert.equal(await subjectIn(realm), userId);
  });
}

test('the same e-mail address, and the same id, in several connections are several users [T-15]', async () => {
  const account = accountOf('id-3', { email: USER, emailVerified: true });
  for (const { people } of [corp, azure]) people.set('ada', { password: PASSWORD, account });
  const subjects = [];
  for (const realm of ['corp', 'branch', 'domain', 'azure', 'azure-two', 'azure-two', 'azure']) {
    subjects.push(await subjectIn(realm));
  }
  assert.deepEqual(subjects, [
    'ldap|corp|id-3',
    'ldap|branch|id-3',
    'ad|domain|id-3',
    'waad|id-3',
    'waad|azure-two|id-3',
    'waad|azure-two|id-3',
    'waad|id-3',
  ]);
  assert.equal((await userOf(USER_ID))?.email, USER, 'the user of the database is another one');
  assert.equal(decodeJwt((await tokensFor(server, SEED_REQUEST)).access_token).sub, USER_ID);
});

test('an account that takes over the e-mail address of another becomes a user of its own [T-15]', async () => {
  corp.people.set('ada', { password: PASSWORD, account: accountOf('id-4', { email: 'ada@corp.test' }) });
  assert.equal(await subjectIn('corp'), 'ldap|corp|id-4');
  corp.people.set('ada', { password: PASSWORD, account: accountOf('id-5', { email: 'ada@corp.test' }) });
  assert.equal(await subjectIn('corp'), 'ldap|corp|id-5');
});

test('the profile follows the directory at each login; blocks, metadata and roles are kept', async () => {
  const account = accountOf('id-6', {
    email: 'grace@corp.test',
    emailVerified: true,
    username: 'grace',
    name: 'Grace Hopper',
    givenName: 'Grace',
    familyName: 'Hopper',
    phoneNumber: '+15550123',
    extra: { department: 'Navy', employeeNumber: 7 },
  });
  corp.people.set('ada', { password: PASSWORD, account });
  const { access_token: token, id_token: idToken = '' } = await tokensFor(
    server,
    requestTo('corp', 'ada', { scope: 'openid profile email phone' }),
  );
  const claims = decodeJwt(idToken);
  assert.deepEqual(
    [claims['name'], claims['given_name'], claims['family_name'], claims['nickname'], claims['email_verified']],
    ['Grace Hopper', 'Grace', 'Hopper', 'grace', true],
  );
  assert.equal(claims['phone_number'], '+15550123');
  assert.equal((await getUserinfo(server, token)).json<{ email: string }>().email, 'grace@corp.test');

  const user = (await userOf('ldap|corp|id-6')) ?? assert.fail();
  assert.deepEqual(user.upstreamAttributes, { department: 'Navy', employeeNumber: 7 });
  const { database } = server.ground;
  const { id } = await sampleTenantOf(server);
  const changed = { ...user, userMetadata: { colour: 'blue' }, appMetadata: { plan: 'gold' }, name: 'Local' };
  await database.transaction((sql) => server.app.stores.users.save(id, changed, sql));
  server.clock.advance(60_000);
  const married = { ...account, profile: { ...account.profile, familyName: 'Murray', phoneNumber: null, extra: {} } };
  corp.people.set('ada', { password: PASSWORD, account: married as typeof account });
  await subjectIn('corp');
  const later = (await userOf('ldap|corp|id-6')) ?? assert.fail();
  assert.deepEqual(
    [later.name, later.familyName, later.phoneNumber, later.upstreamAttributes],
    ['Grace Hopper', 'Murray', null, {}],
  );
  assert.deepEqual([later.userMetadata, later.appMetadata], [{ colour: 'blue' }, { plan: 'gold' }]);
  assert.deepEqual([later.createdAt, later.updatedAt], [user.createdAt, server.clock.now()]);

  // Nothing new, nothing written but the statistics.
  server.clock.advance(60_000);
  await subjectIn('corp');
  assert.equal((await userOf('ldap|corp|id-6'))?.updatedAt, later.updatedAt);
});

test('a blocked user is refused, and stays blocked though the directory lets them in', async () => {
  corp.people.set('ada', { password: PASSWORD, account: accountOf('id-7', { name: 'Ada' }) });
  await subjectIn('corp');
  const { id } = await sampleTenantOf(server);
  const user = (await userOf('ldap|corp|id-7')) ?? assert.fail();
  await server.ground.database.transaction((sql) => server.app.stores.users.save(id, { ...user, blocked: true }, sql));
  corp.people.set('ada', { password: PASSWORD, account: accountOf('id-7', { name: 'Another name' }) });
  for (const answer of [await server.token(requestTo('corp')), await server.token(requestTo('corp'))]) {
    assertRefused(answer, [403, 'unauthorized', 'user is blocked']);
    assert.equal((await eventOf(server, answer))['user_id'], 'ldap|corp|id-7');
  }
  assertRefused(await server.token(requestTo('corp', 'ada', { password: 'wrong' })), WRONG_CREDENTIALS);
});

test('many first logins at once make one user [T-15]', async () => {
  corp.people.set('ada', { password: PASSWORD, account: accountOf('id-8', { email: 'many@corp.test' }) });
  azure.people.set('ada', { password: PASSWORD, account: accountOf('id-8', { email: 'many@corp.test' }) });
  for (const [realm, userId] of [
    ['corp', 'ldap|corp|id-8'],
    ['azure', 'waad|id-8'],
  ] as const) {
    corp.together = azure.together = 12;
    const answers = await Promise.all(Array.from({ length: 12 }, () => server.token(requestTo(realm))));
    const subjects = answers.map((answer) => decodeJwt(answer.json<{ access_token: string }>().access_token).sub);
    assert.deepEqual(new Set(subjects), new Set([userId]));
  }
  const made = (await storedUsers()).filter(({ user }) => user.email === 'many@corp.test');
  assert.deepEqual(Object.fromEntries(made.map(({ user, loginsCount }) => [user.userId, loginsCount])), {
    'ldap|corp|id-8': 12,
    'waad|id-8': 12,
  });
});

test('while its directory is down nobody logs in with the password of yesterday [T-16]', async () => {
  corp.people.set('ada', { password: PASSWORD, account: accountOf('id-9') });
  await subjectIn('corp');
  corp.isDown = true;
  const { asked } = corp;
  const answer = await server.token(requestTo('corp'));
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.json<{ error: string }>().error, 'temporarily_unavailable');
  assert.equal(answer.headers['retry-after'], '10');
  await assertLogged(server, answer, 'fc', 'directory-connect-failed');
  assert.equal(corp.asked, asked + 1);
  corp.isDown = false;
  corp.people.set('ada', { password: 'changed upstream', account: accountOf('id-9') });
  assertRefused(await server.token(requestTo('corp')), WRONG_CREDENTIALS);
});

test('no password of a directory, and no hash of one, is written down [T-16]', async () => {
  corp.people.set('ada', { password: PASSWORD, account: accountOf('id-10') });
  await subjectIn('corp');
  const { sql } = server.ground.database;
  const connections = (await server.app.stores.connections.list((await sampleTenantOf(server)).id)).filter(
    ({ strategy }) => strategy !== 'auth0',
  );
  const ids = connections.map(({ id }) => id);
  assert.equal(ids.length, 6);
  assert.deepEqual(await sql.selectFrom('credentials').selectAll().where('connection_id', 'in', ids).execute(), []);
  assert.deepEqual(
    await sql.selectFrom('login_identifiers').selectAll().where('connection_id', 'in', ids).execute(),
    [],
  );
});

test('every refusal of a directory is one answer, and its reason stands in the log [T-01, L-06]', async () => {
  for (const reason of ['locked', 'must-change-password', 'logon-hours', 'second-factor-required'] as const) {
    corp.people.set('ada', { password: PASSWORD, account: null, refusedFor: reason });
    const answer = await server.token(requestTo('corp'));
    assertRefused(answer, WRONG_CREDENTIALS);
    await assertLogged(server, answer, 'fp', reason);
  }
});

test('what a directory tells is kept within bounds, and the log says what was left out', async () => {
  const groups = Array.from({ length: 2200 }, (_, index) => `group ${String(index).padStart(4, '0')}`);
  const account = accountOf(
    'id-11',
    {
      name: `nul \0 ${'n'.repeat(1000)}`,
      email: 'no address',
      emailVerified: true,
      picture: 'javascript:alert(1)',
      extra: { small: 'kept', large: 'x'.repeat(20_000) },
    },
    [...groups, 'g'.repeat(300)],
  );
  corp.people.set('ada', { password: PASSWORD, account });
  const answer = await server.token(requestTo('corp'));
  assert.equal(answer.statusCode, 200);
  const warnings = JSON.stringify((await eventOf(server, answer)).details);
  assert.match(warnings, /Of 2201 groups of the user 2000 were kept/);
  assert.match(warnings, /attributes of the user were too large/);
  const user = (await userOf('ldap|corp|id-11')) ?? assert.fail();
  assert.deepEqual([user.email, user.emailVerified, user.picture, user.name?.length], [null, false, null, 300]);
  assert.deepEqual(user.upstreamAttributes, { small: 'kept' });
  assert.equal(user.groups?.length, 2000);
});

test('a server that ends closes its directories', async () => {
  const directory = createFakeDirectory();
  const other = await startServer({ directories: { ldap: directory.driver } });
  await other.close();
  assert.equal(directory.closed, 1);
});

test('an id that cannot be part of a user id lets nobody in', async () => {
  for (const id of ['', 'a\nb', 'x'.repeat(257)]) {
    corp.people.set('ada', { password: PASSWORD, account: accountOf(id) });
    assert.equal((await server.token(requestTo('corp'))).statusCode, 500);
  }
});
