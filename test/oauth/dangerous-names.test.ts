// Names that mean something to JavaScript objects: as keys they are unknown parameters, as values they are ids that nobody
// has. (The built-in prototypes are sealed in every test, so a write to one would throw.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getUserinfo, postForm, postRaw } from '../support/injected-request.ts';
import { assertRefused, type Refusal, WRONG_CREDENTIALS } from '../support/refusal.ts';
import { BACKEND_CLIENT, REALM_GRANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const NAMES = ['__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'valueOf', '__defineGetter__'];
const JSON_TYPE = { 'content-type': 'application/json' };
const inside = JSON.stringify(SEED_REQUEST).slice(1, -1);

for (const name of NAMES) {
  test(`${name} as a key is an unknown parameter [T-28]`, async () => {
    const values = ['{"client_id":"x","isAdmin":true}', '"text"', 'null', '[]', '{"__proto__":{"isAdmin":true}}'];
    for (const value of values) {
      const answer = await postRaw(server, `{${inside},"${name}":${value}}`, JSON_TYPE);
      assert.equal(answer.statusCode, 200, answer.body);
    }
    const form = new URLSearchParams(SEED_REQUEST).toString();
    for (const key of [name, `${name}[isAdmin]`, `a[${name}][isAdmin]`, `${name}.isAdmin`]) {
      assert.equal((await postForm(server, `${form}&${key}=true`)).statusCode, 200);
    }
    assert.equal('isAdmin' in {}, false);
  });

  test(`${name} lends no parameter to a request that lacks it [T-28]`, async () => {
    const { username, ...request } = SEED_REQUEST;
    const json = JSON.stringify(request).slice(1, -1);
    const answer = await postRaw(server, `{${json},"${name}":{"username":"${username}"}}`, JSON_TYPE);
    assertRefused(answer, [400, 'invalid_request', 'Missing required parameter: username']);
  });

  const AS_VALUE: ReadonlyArray<readonly [parameter: string, Refusal]> = [
    ['grant_type', [400, 'unsupported_grant_type', `Unsupported grant type: ${name}`]],
    ['client_id', [401, 'access_denied', 'Unauthorized']],
    ['username', WRONG_CREDENTIALS],
    ['password', WRONG_CREDENTIALS],
    ['audience', [403, 'access_denied', `Service not found: ${name}`]],
  ];
  for (const [parameter, refusal] of AS_VALUE) {
    test(`${name} as ${parameter} is nothing that exists [T-28]`, async () => {
      assertRefused(await server.token({ ...SEED_REQUEST, [parameter]: name }), refusal);
      assertRefused(await postForm(server, { ...SEED_REQUEST, [parameter]: name }), refusal);
    });
  }

  test(`${name} as a realm, a scope, a secret or a token is nothing that exists [T-28]`, async () => {
    const realm = await server.token({ ...SEED_REQUEST, grant_type: REALM_GRANT, realm: name });
    assertRefused(realm, [403, 'invalid_request', 'Unknown realm']);
    const scope = await server.token({ ...SEED_REQUEST, scope: name });
    assert.equal('scope' in scope.json<object>(), false);
    const secret = await server.token({ ...SEED_REQUEST, client_id: BACKEND_CLIENT, client_secret: name });
    assertRefused(secret, [401, 'access_denied', 'Unauthorized']);
    assert.equal((await getUserinfo(server, name)).statusCode, 401);
    assert.equal((await getUserinfo(server, 'x', { host: name })).statusCode, 404);
  });

  test(`${name} in the Auth0-Client header or the query does no harm [T-28]`, async () => {
    const telemetry = Buffer.from(`{"name":"sdk","${name}":{"isAdmin":true},"env":{"${name}":{"a":1}}}`).toString(
      'base64url',
    );
    const answer = await server.token(SEED_REQUEST, { 'auth0-client': telemetry });
    assert.equal(answer.statusCode, 200);
    const url = `/userinfo?${name}=1&${name}[a]=2`;
    const query = await server.app.server.inject({ method: 'GET', url, headers: { host: 'tenant.example.test' } });
    assert.equal(query.statusCode, 401);
    assert.equal('isAdmin' in {}, false);
  });
}
