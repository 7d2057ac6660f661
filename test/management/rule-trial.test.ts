// Management: a script is tried on a user as a login would run it, by those who may store it, and nothing comes of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LoginTrial } from '../../src/grant/login-trial.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { MANAGEMENT_AUDIENCE, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { API, PUBLIC_CLIENT, USER_ID } from '../support/sample-tenant.ts';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

async function tryOut(script: string, more: object = {}): Promise<LoginTrial> {
  const { status, json } = await server.api('POST', '/rules/try', { script, user_id: USER_ID, ...more });
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}

test('a try tells claims, scope, metadata, console and time', async () => {
  const { duration_ms: took, ...trial } = await tryOut(
    `function (user, context, callback) {
      console.log(user.email, context.clientName, configuration);
      context.accessToken['https://x.example/a'] = context.stats.loginsCount;
      context.accessToken.aud = 'x';
      context.idToken.plan = 'gold';
      auth0.users.updateUserMetadata(user.user_id, { a: 1 });
      callback(null, user, context);
    }`,
    { client_id: PUBLIC_CLIENT, audience: API, configuration: { KEY: 'v' } },
  );
  assert.equal(typeof took, 'number');
  assert.deepEqual(trial, {
    outcome: 'passed',
    message: null,
    access_token_claims: { 'https://x.example/a': 1 },
    id_token_claims: { plan: 'gold' },
    scope: 'read:sample write:sample delete:sample',
    warnings: ['Rules and actions may not put into the access token, and did not: aud.'],
    metadata_updates: [{ of: 'user_metadata', metadata: { a: 1 } }],
    console: [{ level: 'log', text: 'user@example.com CLI {"KEY":"v"}' }],
  });
  const user = await server.app.stores.users.findById((await sampleTenantOf(server)).id, USER_ID);
  assert.deepEqual(user?.userMetadata, {});
});

test('a try that denies or fails says in which words', async () => {
  const denied = await tryOut(`(user, context, callback) => callback(new UnauthorizedError('No'))`);
  assert.deepEqual([denied.outcome, denied.message], ['denied', 'No']);
  const failed = await tryOut(`(user) => user.none.at.all`);
  assert.equal(failed.outcome, 'failed');
  assert.match(failed.message ?? '', /^TypeError: .*\(line 1\)$/);
  assert.equal((await tryOut(`(u, c, callback) => { c.redirect = {}; callback(null, u, c); }`)).outcome, 'redirect');
});

test('for the Management API no claims are promised that a token would not have', async () => {
  const { access_token_claims: claims } = await tryOut(
    `(u, c, callback) => { c.accessToken.plan = 'gold'; callback(null, u, c); }`,
    { audience: MANAGEMENT_AUDIENCE },
  );
  assert.deepEqual(claims, {});
});

test('values that are kept for rules stay unseen by whoever tries one [T-34]', async () => {
  await server.api('PUT', '/rules-configs/KEPT', { value: 'kept-for-rules-alone' });
  const trial = await tryOut(`(u, c, callback) => { console.log(configuration); callback(null, u, c); }`);
  assert.deepEqual(trial.console, [{ level: 'log', text: '{}' }]);
});

test('only who may change rules may try one [T-35]', async () => {
  const script = '(u, c, callback) => callback(null, u, c)';
  for (const scope of ['read:rules', 'create:rules', 'read:users', 'read:rules_configs']) {
    const token = await server.managementToken(scope);
    const { status } = await server.api('POST', '/rules/try', { script, user_id: USER_ID }, token);
    assert.equal(status, 403, scope);
  }
});

test('what is not there and what is no script is refused', async () => {
  const script = '(u, c, callback) => callback(null, u, c)';
  for (const [body, code] of [
    [{ script, user_id: 'auth0|none' }, 'inexistent_user'],
    [{ script, user_id: USER_ID, client_id: 'none' }, 'inexistent_client'],
    [{ script, user_id: USER_ID, audience: 'none' }, 'inexistent_resource_server'],
    [{ script: '(', user_id: USER_ID }, 'invalid_body'],
    [{ script: "() => require('fs')", user_id: USER_ID }, 'invalid_body'],
    [{ script }, 'invalid_body'],
    [{ script, user_id: USER_ID, configuration: { a: 1 } }, 'invalid_body'],
  ] as const) {
    const { status, json } = await server.api('POST', '/rules/try', body);
    assert.equal((json as { errorCode: string }).errorCode, code);
    assert.ok(status === 400 || status === 404);
  }
});
