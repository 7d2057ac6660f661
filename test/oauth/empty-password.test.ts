// A request without a name or a password is refused before anything about users or connections is looked up: an empty
// password must not become a shorter path that tells who exists.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createCountedHasher } from '../support/counted-hasher.ts';
import { postForm } from '../support/injected-request.ts';
import { assertRefused, comparable } from '../support/refusal.ts';
import { DATABASE, REALM_GRANT, SEED_REQUEST, USER } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const hasher = createCountedHasher();
let server: TestServer;
before(async () => {
  server = await startServer({ wrapHasher: hasher.wrap });
  await server.token(SEED_REQUEST);
});
after(() => server.close());
beforeEach(() => {
  // Whatever was remembered of the configuration would hide that it is asked for.
  server.app.forgetConfiguration();
  server.statements.length = 0;
  hasher.calls.length = 0;
});

const ABOUT_USERS = /users|identities|credentials|login_identifiers|hash_kinds|connections/;

for (const username of [USER, 'blocked@example.com', 'nobody@example.com']) {
  for (const [name, password] of [
    ['no password', undefined],
    ['password null', null],
    ['an empty password', ''],
  ] as const) {
    test(`${name} for ${username} is refused without looking anything up [T-03]`, async () => {
      const answer = await server.token({ ...SEED_REQUEST, username, password });
      assertRefused(answer, [400, 'invalid_request', 'Missing required parameter: password']);
      assert.deepEqual(
        server.statements.filter((text) => ABOUT_USERS.test(text)),
        [],
      );
      assert.deepEqual(hasher.calls, []);
    });
  }
}

test('an empty password in a form is refused in the same way for known and unknown users [T-03]', async () => {
  const known = await postForm(server, { ...SEED_REQUEST, password: '' });
  const unknown = await postForm(server, { ...SEED_REQUEST, password: '', username: 'nobody@example.com' });
  assert.deepEqual(comparable(unknown), comparable(known));
  assert.deepEqual(
    server.statements.filter((text) => ABOUT_USERS.test(text)),
    [],
  );
});

test('the same holds for password-realm, with a realm that exists and one that does not [T-03]', async () => {
  const request = { ...SEED_REQUEST, grant_type: REALM_GRANT, password: '' };
  const there = await server.token({ ...request, realm: DATABASE });
  const nowhere = await server.token({ ...request, realm: 'nowhere' });
  assert.deepEqual(comparable(nowhere), comparable(there));
  assert.deepEqual(
    server.statements.filter((text) => ABOUT_USERS.test(text)),
    [],
  );
});

test('a missing name is refused in the same place [T-03]', async () => {
  for (const username of [undefined, null, '']) {
    const answer = await server.token({ ...SEED_REQUEST, username });
    assertRefused(answer, [400, 'invalid_request', 'Missing required parameter: username']);
  }
  assert.deepEqual(
    server.statements.filter((text) => ABOUT_USERS.test(text)),
    [],
  );
  assert.deepEqual(hasher.calls, []);
});

test('a name of blanks is a name, and nobody has it', async () => {
  const answer = await server.token({ ...SEED_REQUEST, username: '   ' });
  assert.equal(answer.statusCode, 403);
});
