// A wrong password is answered in one way, whoever is asked about: nothing in the answer tells who exists, who is blocked,
// or where somebody has an account. What is wrong with an account is told to those who know its password.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { postForm } from '../support/injected-request.ts';
import { assertLogged, assertRefused, comparable, WRONG_CREDENTIALS } from '../support/refusal.ts';
import { DATABASE, PASSWORD, REALM_GRANT, SEED_REQUEST, USER } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';
import { BCRYPT_USER, CAUSES, TENANT_OF_CAUSES } from '../support/tenant-of-causes.ts';

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: TENANT_OF_CAUSES });
});
after(() => server.close());

const WAYS = [
  ['password', { ...SEED_REQUEST }],
  ['password with a realm', { ...SEED_REQUEST, realm: DATABASE }],
  ['password-realm', { ...SEED_REQUEST, grant_type: REALM_GRANT, realm: DATABASE }],
] as const;

for (const { name, username, password, reason } of CAUSES) {
  for (const [way, request] of WAYS) {
    test(`${name} is refused by ${way} exactly like any wrong password [T-01]`, async () => {
      const expected = await server.token({ ...request, username: USER, password: 'another wrong one' });
      assertRefused(expected, WRONG_CREDENTIALS);
      const answer = await server.token({ ...request, username, password });
      assert.deepEqual(comparable(answer), comparable(expected));
      const form = await postForm(server, { ...request, username, password });
      assert.deepEqual(comparable(form), comparable(expected));
      await assertLogged(server, answer, reason === 'unknown-user' ? 'fu' : 'fp', reason);
    });
  }
}

test('with the origin of a page the answers are equal too [T-01]', async () => {
  const origin = { origin: 'https://app.example.test' };
  const known = await server.token({ ...SEED_REQUEST, password: 'wrong' }, origin);
  const unknown = await server.token({ ...SEED_REQUEST, username: 'nobody@example.com' }, origin);
  assert.deepEqual(comparable(unknown), comparable(known));
  assert.equal(known.headers['access-control-allow-origin'], 'https://app.example.test');
});

for (const username of ['blocked@example.com', 'blocked-bcrypt@example.com']) {
  test(`${username} is told to be blocked after the right password only [T-01]`, async () => {
    assertRefused(await server.token({ ...SEED_REQUEST, username, password: 'wrong' }), WRONG_CREDENTIALS);
    const told = await server.token({ ...SEED_REQUEST, username, password: PASSWORD });
    assertRefused(told, [403, 'unauthorized', 'user is blocked']);
  });
}

for (const username of [USER, 'sam', BCRYPT_USER]) {
  test(`${username} logs in with the right password [T-01]`, async () => {
    assert.equal((await server.token({ ...SEED_REQUEST, username, password: PASSWORD })).statusCode, 200);
  });
}

test('what a wrong password would have been refused for later is not told before [T-01]', async () => {
  const answers = [
    await server.token({ ...SEED_REQUEST, password: 'wrong', audience: 'https://unknown.example.com' }),
    await server.token({ ...SEED_REQUEST, password: 'wrong', scope: 'unknown' }),
  ];
  for (const answer of answers) assertRefused(answer, WRONG_CREDENTIALS);
});

test('the blocked user is blocked everywhere, and nothing is counted as a login', async () => {
  const { sql } = server.ground.database;
  const logins = () =>
    sql
      .selectFrom('users')
      .select(['logins_count', 'last_login', 'last_ip'])
      .where('email', '=', 'blocked@example.com')
      .executeTakeFirstOrThrow();
  await server.token({ ...SEED_REQUEST, username: 'blocked@example.com' });
  assert.deepEqual(await logins(), { logins_count: 0, last_login: null, last_ip: null });
});
