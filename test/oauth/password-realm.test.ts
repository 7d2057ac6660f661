// The password-realm grant, and what a realm does with the plain password grant.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { changeTenant } from '../support/change-tenant.ts';
import { postForm, postRaw } from '../support/injected-request.ts';
import { assertRefused, eventOf, WRONG_CREDENTIALS } from '../support/refusal.ts';
import {
  BACKEND_CLIENT,
  BACKEND_SECRET,
  DATABASE,
  REALM_GRANT,
  SAMPLE_TENANT,
  SEED_REQUEST,
} from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const BACKEND = { ...SEED_REQUEST, client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET };
const SECOND_USER = { ...BACKEND, username: 'second@example.com' };
const WARNING = 'The parameter realm was ignored.';

async function warningsOf(target: TestServer, request: Record<string, unknown>): Promise<unknown> {
  const answer = await target.token(request);
  assert.equal(answer.statusCode, 200, answer.body);
  return (await eventOf(target, answer)).details['warnings'];
}

test('password-realm with the name of a connection logs in there', async () => {
  const answer = await server.token({ ...SEED_REQUEST, grant_type: REALM_GRANT, realm: DATABASE });
  assert.equal(answer.statusCode, 200);
  assert.equal((await eventOf(server, answer))['connection'], DATABASE);
});

test('password-realm asks the named connection and no other', async () => {
  const request = { ...SECOND_USER, grant_type: REALM_GRANT };
  assert.equal((await server.token({ ...request, realm: 'Second' })).statusCode, 200);
  assertRefused(await server.token({ ...request, realm: DATABASE }), WRONG_CREDENTIALS);
});

test('password-realm needs no default directory', async () => {
  const other = await startServer();
  await changeTenant(other, { defaultDirectory: null });
  const answer = await other.token({ ...SEED_REQUEST, grant_type: REALM_GRANT, realm: DATABASE });
  assert.equal(answer.statusCode, 200);
  await other.close();
});

test('a connection answers to the realms that it lists, and then not to its name', async () => {
  const [first, ...others] = SAMPLE_TENANT.databases;
  const databases = [{ ...first, realms: ['employees', 'staff'] }, ...others];
  const renamed = await startServer({ tenant: { ...SAMPLE_TENANT, databases } });
  const request = { ...SEED_REQUEST, grant_type: REALM_GRANT };
  assert.equal((await renamed.token({ ...request, realm: 'employees' })).statusCode, 200);
  assert.equal((await renamed.token({ ...request, realm: 'staff' })).statusCode, 200);
  assertRefused(await renamed.token({ ...request, realm: DATABASE }), [403, 'invalid_request', 'Unknown realm']);
  await renamed.close();
});

test('JSON with escaped slashes in the grant type, as the Swift SDK sends it, is the same request', async () => {
  const json = JSON.stringify({ ...SEED_REQUEST, grant_type: REALM_GRANT, realm: DATABASE }).replaceAll('/', '\\/');
  assert.match(json, /http:\\\/\\\/auth0\.com/);
  const answer = await postRaw(server, json, { 'content-type': 'application/json; charset=utf-8' });
  assert.equal(answer.statusCode, 200);
});

test('a realm with grant_type password is honoured when the client may use the connection', async () => {
  assert.equal(await warningsOf(server, { ...SECOND_USER, realm: 'Second' }), undefined);
  assertRefused(await server.token(SECOND_USER), WRONG_CREDENTIALS);
});

for (const realm of ['nowhere', 'Second']) {
  test(`the realm ${realm} with grant_type password is ignored with a warning when the client may not use it`, async () => {
    assert.deepEqual(await warningsOf(server, { ...SEED_REQUEST, realm }), [WARNING]);
  });
}

test('with password_grant_realm: ignore the default directory decides alone', async () => {
  const strict = await startServer({ options: { password_grant_realm: 'ignore' } });
  assertRefused(await strict.token({ ...SECOND_USER, realm: 'Second' }), WRONG_CREDENTIALS);
  assert.deepEqual(await warningsOf(strict, { ...BACKEND, realm: 'Second' }), [WARNING]);
  const named = await strict.token({ ...SECOND_USER, grant_type: REALM_GRANT, realm: 'Second' });
  assert.equal(named.statusCode, 200, 'password-realm still names its own');
  await strict.close();
});

test('the parameter connection is ignored with a warning', async () => {
  const words = 'The parameter connection was ignored.';
  assert.deepEqual(await warningsOf(server, { ...SEED_REQUEST, connection: 'Second' }), [words]);
  assert.deepEqual(await warningsOf(server, { ...SEED_REQUEST, connection: 'Second', realm: 'nowhere' }), [
    words,
    WARNING,
  ]);
});

test('a domain connection is open to every client of the tenant', async () => {
  const databases = SAMPLE_TENANT.databases.map((one) => ({ ...one, is_domain_connection: true, enabled_clients: [] }));
  const open = await startServer({ tenant: { ...SAMPLE_TENANT, databases } });
  assert.equal((await open.token({ ...SEED_REQUEST, client_id: 'NotEnabled' })).statusCode, 200);
  await open.close();
});

test('the Ruby SDK’s JSON with nulls and the .NET SDK’s form with empty texts mean the same as leaving them out', async () => {
  const optional = ['audience', 'scope', 'realm', 'connection', 'client_secret', 'organization', 'resource'];
  const { audience: _, scope: __, ...required } = SEED_REQUEST;
  const plain = await server.token(required);
  const { access_token: _token, id_token: _idToken, ...expected } = plain.json<Record<string, unknown>>();
  const nulls = await server.token({ ...required, ...Object.fromEntries(optional.map((name) => [name, null])) });
  const empty = await postForm(server, { ...required, ...Object.fromEntries(optional.map((name) => [name, ''])) });
  for (const answer of [nulls, empty]) {
    assert.equal(answer.statusCode, 200, answer.body);
    const { access_token: _one, id_token: _other, ...rest } = answer.json<Record<string, unknown>>();
    assert.deepEqual(rest, expected);
    assert.equal((await eventOf(server, answer)).details['warnings'], undefined);
  }
});

test('a form with an empty scope is granted what a form without a scope is', async () => {
  const { scope: _, ...required } = SEED_REQUEST;
  const answer = await postForm(server, { ...required, scope: '' });
  assert.equal(answer.json<{ scope: string }>().scope, 'read:sample write:sample delete:sample');
});
