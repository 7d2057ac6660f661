// Management: the draft of an action is tried on a user or on an event as a login would run it, by those who may change it, and
// nothing comes of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LoginTrial } from '../../src/grant/login-trial.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { API, PUBLIC_CLIENT, USER_ID } from '../support/sample-tenant.ts';

const POST_LOGIN = [{ id: 'post-login', version: 'v3' }];

let server: ManagementServer;
let id: string;
before(async () => {
  server = await startManagementServer();
  const body = {
    name: 'Tried',
    supported_triggers: POST_LOGIN,
    secrets: [{ name: 'KEY', value: 'kept-for-the-action' }],
  };
  ({ id } = (await server.api('POST', '/actions/actions', body)).json);
});
after(() => server.close());

async function setCode(work: string): Promise<void> {
  const code = `exports.onExecutePostLogin = async (event, api) => { ${work} };`;
  assert.equal((await server.api('PATCH', `/actions/actions/${id}`, { code })).status, 200);
}

async function tryOut(payload: object): Promise<LoginTrial> {
  const { status, json } = await server.api('POST', `/actions/actions/${id}/test`, { payload });
  assert.equal(status, 200, JSON.stringify(json));
  return json;
}

test('a try on a user tells claims, scope, metadata, console and time', async () => {
  await setCode(`
    console.log(event.user.email, event.client.name, event.secrets);
    api.accessToken.setCustomClaim('https://x.example/a', event.stats.logins_count).accessToken.setCustomClaim('aud', 1);
    api.idToken.setCustomClaim('plan', event.transaction.protocol);
    api.accessToken.removeScope('delete:sample');
    api.user.setUserMetadata('a', 1);`);
  const { duration_ms: took, ...trial } = await tryOut({
    ...{ user_id: USER_ID, client_id: PUBLIC_CLIENT, audience: API, protocol: 'oauth2-refresh-token' },
    secrets: { KEY: 'v' },
  });
  assert.equal(typeof took, 'number');
  assert.deepEqual(trial, {
    outcome: 'passed',
    message: null,
    access_token_claims: { 'https://x.example/a': 0 },
    id_token_claims: { plan: 'oauth2-refresh-token' },
    scope: 'read:sample write:sample',
    warnings: ['Rules and actions may not put into the access token, and did not: aud.'],
    metadata_updates: [{ of: 'user_metadata', metadata: { a: 1 } }],
    console: [{ level: 'log', text: 'user@example.com CLI {"KEY":"v"}' }],
  });
  const user = await server.app.stores.users.findById((await sampleTenantOf(server)).id, USER_ID);
  assert.deepEqual(user?.userMetadata, {});
});

test('a whole event is passed on as it is', async () => {
  await setCode(`
    api.accessToken.setCustomClaim('https://x.example/e', [event.user.email, event.request.geoip.countryCode]);
    api.user.setAppMetadata('n', event.user.app_metadata.n + 1);
    api.accessToken.addScope('b');`);
  const trial = await tryOut({
    user: { user_id: 'auth0|made-up', email: 'made@up.example', app_metadata: { n: 1 } },
    request: { geoip: { countryCode: 'NO' } },
    transaction: { requested_scopes: ['a'] },
  });
  assert.deepEqual(trial.access_token_claims, { 'https://x.example/e': ['made@up.example', 'NO'] });
  assert.deepEqual([trial.outcome, trial.scope], ['passed', 'a b']);
  assert.deepEqual(trial.metadata_updates, [{ of: 'app_metadata', metadata: { n: 2 } }]);
});

test('a try that denies or fails says in which words', async () => {
  await setCode(`api.access.deny('No')`);
  const denied = await tryOut({ user_id: USER_ID });
  assert.deepEqual([denied.outcome, denied.message], ['denied', 'No']);
  await setCode('event.none.at.all');
  const failed = await tryOut({ user_id: USER_ID });
  assert.equal(failed.outcome, 'failed');
  assert.match(failed.message ?? '', /^TypeError: .*\(line 1\)$/);
  await setCode(`api.redirect.sendUserTo('https://x.example')`);
  assert.equal((await tryOut({ user_id: USER_ID })).outcome, 'redirect');
});

test('the kept secrets stay unseen by whoever tries an action [T-34]', async () => {
  await setCode('console.log(event.secrets)');
  for (const payload of [{ user_id: USER_ID }, { user: { user_id: USER_ID } }]) {
    assert.deepEqual((await tryOut(payload)).console, [{ level: 'log', text: '{}' }]);
  }
});

test('only who may change actions may try one [T-35]', async () => {
  for (const scope of ['read:actions', 'create:actions', 'delete:actions', 'update:rules']) {
    const token = await server.managementToken(scope);
    const { status } = await server.api(
      'POST',
      `/actions/actions/${id}/test`,
      { payload: { user_id: USER_ID } },
      token,
    );
    assert.equal(status, 403, scope);
  }
});

test('what is not there and what would not run is refused', async () => {
  await setCode(`api.access.deny('No')`);
  for (const [payload, code] of [
    [{ user_id: 'auth0|none' }, 'inexistent_user'],
    [{ user_id: USER_ID, client_id: 'none' }, 'inexistent_client'],
    [{ user_id: USER_ID, audience: 'none' }, 'inexistent_resource_server'],
    [{ user_id: USER_ID, protocol: 'samlp' }, 'invalid_body'],
    [{ user_id: USER_ID, other: 1 }, 'invalid_body'],
    [{}, 'invalid_body'],
    [{ user: {} }, 'invalid_body'],
  ] as const) {
    const { status, json } = await server.api('POST', `/actions/actions/${id}/test`, { payload });
    assert.equal((json as { errorCode: string }).errorCode, code, JSON.stringify(payload));
    assert.ok(status === 400 || status === 404);
  }
  assert.equal((await server.api('PATCH', `/actions/actions/${id}`, { code: '' })).status, 200);
  const empty = await server.api('POST', `/actions/actions/${id}/test`, { payload: { user_id: USER_ID } });
  assert.deepEqual(
    [empty.status, (empty.json as { message: string }).message],
    [400, 'Its code exports no onExecutePostLogin.'],
  );
});
