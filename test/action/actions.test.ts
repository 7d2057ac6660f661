// Actions as customers of Auth0 write them, seen from outside: what they read, what tokens say after them, and how a login ends
// that they do not let through.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LoginInspection } from '../../src/grant/login-inspection.ts';
import { type ActionServer, startActionServer } from '../support/action-server.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { PATIENT_WITH_CODE, refusalOf } from '../support/rule-server.ts';
import { API, DATABASE, PUBLIC_CLIENT, USER_ID } from '../support/sample-tenant.ts';

/** An action that does this. */
const doing = (work: string) => `exports.onExecutePostLogin = async (event, api) => { ${work}; };`;
const FAILED = [403, 'access_denied', 'An action of this tenant failed.'];

let server: ActionServer;
before(async () => {
  server = await startActionServer({ options: PATIENT_WITH_CODE });
});
after(() => server.close());

async function inspect(requestId: string): Promise<LoginInspection> {
  return (await server.api('GET', `/login-inspections/${requestId}`)).json;
}

async function saysOf(code: string): Promise<string> {
  await server.setActions(code);
  const refused = await server.logIn();
  assert.deepEqual(refusalOf(refused), FAILED);
  return (await inspect(refused.requestId)).explanation?.says ?? '';
}

async function userMetadata(): Promise<unknown[]> {
  const user = await server.app.stores.users.findById((await sampleTenantOf(server)).id, USER_ID);
  return [user?.userMetadata, user?.appMetadata];
}

test('an action puts namespaced claims into either token', async () => {
  await server.setActions(`
    const namespace = 'https://example.com/';
    exports.onExecutePostLogin = async (event, api) => {
      api.accessToken.setCustomClaim(namespace + 'email', event.user.email);
      api.idToken.setCustomClaim(namespace + 'department', { name: 'sales', floors: [1, 2] });
    };`);
  const { status, accessToken, idToken } = await server.logIn({ scope: 'openid read:sample' });
  assert.equal(status, 200);
  assert.equal(accessToken['https://example.com/email'], 'user@example.com');
  assert.deepEqual(idToken['https://example.com/department'], { name: 'sales', floors: [1, 2] });
  assert.equal(idToken['https://example.com/email'], undefined);
});

test('an action denies a login in its own words, and what it stored stays', async () => {
  await server.setActions(
    { name: 'Only staff', code: doing(`api.user.setAppMetadata('seen', 1); api.access.deny('Only staff.')`) },
    { name: 'Never', code: doing(`api.user.setAppMetadata('never', 1)`) },
  );
  const refused = await server.logIn();
  assert.deepEqual(refusalOf(refused), [403, 'access_denied', 'Only staff.']);
  assert.deepEqual(await userMetadata(), [{}, { seen: 1 }]);
  const { explanation, phases } = await inspect(refused.requestId);
  assert.equal(explanation?.says, 'The action Only staff denied the login: Only staff.');
  assert.deepEqual(explanation.fix.setting, { kind: 'action', id: 'Only staff', member: 'code' });
  const course = phases.map(({ phase, outcome }) => `${phase}:${outcome}`).join(' ');
  assert.match(course, /scopes:passed rules:not reached actions:refused tokens:not reached$/);
});

test('roles of the user become a claim', async () => {
  const tenant = await sampleTenantOf(server);
  const { ground, app, clock } = server;
  const role = { id: 'rol_0123456789abcdef' as never, name: 'editor', description: null, permissions: [] };
  await app.stores.roles.save(tenant.id, role, clock.now(), ground.database.sql);
  await app.stores.roleAssignments.add(
    tenant.id,
    USER_ID,
    { roleIds: [role.id], permissions: [] },
    ground.database.sql,
  );
  await server.setActions(
    doing(
      `if (event.authorization) api.accessToken.setCustomClaim('https://x.example/roles', event.authorization.roles)`,
    ),
  );
  assert.deepEqual((await server.logIn()).accessToken['https://x.example/roles'], ['editor']);
});

test('scopes are taken away and added, also over those that permissions of the user decide', async () => {
  const apis = (await server.api('GET', '/resource-servers')).json as { id: string; identifier: string }[];
  const { id = '' } = apis.find(({ identifier }) => identifier === API) ?? {};
  await server.api('PATCH', `/resource-servers/${id}`, { enforce_policies: true });
  const permissions = ['read:sample', 'write:sample'].map((name) => ({
    ...{ resource_server_identifier: API, permission_name: name },
  }));
  await server.api('POST', `/users/${USER_ID}/permissions`, { permissions });
  await server.setActions(
    doing(
      `api.accessToken.removeScope('write:sample').accessToken.addScope('delete:sample').accessToken.addScope('offline_access')`,
    ),
  );
  const { accessToken, body } = await server.logIn({ scope: 'read:sample write:sample delete:sample' });
  assert.equal(accessToken['scope'], 'read:sample delete:sample');
  assert.equal(body['scope'], 'read:sample delete:sample');
  await server.api('PATCH', `/resource-servers/${id}`, { enforce_policies: false });
});

test('an action finds its own secrets, and no other action finds them', async () => {
  const claim = (name: string) => doing(`api.accessToken.setCustomClaim('${name}', event.secrets)`);
  await server.setActions(
    { name: 'One', code: claim('one'), secrets: [{ name: 'KEY', value: 'value-of-one' }] },
    { name: 'Two', code: claim('two'), secrets: [{ name: 'KEY', value: 'value-of-two' }] },
  );
  const { accessToken } = await server.logIn();
  assert.deepEqual([accessToken['one'], accessToken['two']], [{ KEY: 'value-of-one' }, { KEY: 'value-of-two' }]);
});

test('an action reads what it was promised of the event', async () => {
  await server.setActions(doing(`api.idToken.setCustomClaim('https://x.example/event', event)`));
  const { idToken } = await server.logIn({ scope: 'openid read:sample' }, { 'user-agent': 'Shop/1.0' });
  const { user, connection, stats, ...event } = idToken['https://x.example/event'] as Record<string, never>;
  assert.equal(user?.['user_id'], USER_ID);
  assert.deepEqual(user?.['user_metadata'], {});
  assert.deepEqual(
    { ...(connection as unknown as object), id: '' },
    {
      ...{ id: '', name: DATABASE, strategy: 'auth0', metadata: {} },
    },
  );
  assert.equal(stats?.['logins_count'], user?.['logins_count']);
  assert.deepEqual(event, {
    client: { client_id: PUBLIC_CLIENT, name: 'CLI', metadata: {} },
    tenant: { id: 'acme' },
    resource_server: { identifier: API },
    request: {
      ...{ ip: '127.0.0.1', hostname: 'tenant.example.test', method: 'POST', query: {}, geoip: {} },
      user_agent: 'Shop/1.0',
      body: {
        grant_type: 'password',
        client_id: PUBLIC_CLIENT,
        ...{ username: 'user@example.com', audience: API, scope: 'openid read:sample' },
      },
    },
    transaction: {
      ...{ protocol: 'oauth2-password', requested_scopes: ['openid', 'read:sample'] },
      ...{ acr_values: [], ui_locales: [], locale: '' },
    },
    authentication: { methods: [{ name: 'pwd', timestamp: new Date(server.clock.now()).toISOString() }] },
    authorization: { roles: ['editor'] },
    configuration: {},
    secrets: {},
  });
});

test('metadata is stored, and the actions after it see it already', async () => {
  await server.setActions(
    doing(`api.user.setUserMetadata('color', 'red'); api.user.setAppMetadata('seen', null)`),
    doing(`api.accessToken.setCustomClaim('https://x.example/m', [event.user.user_metadata, event.user.app_metadata])`),
  );
  const { accessToken } = await server.logIn();
  assert.deepEqual(accessToken['https://x.example/m'], [{ color: 'red' }, {}]);
  assert.deepEqual(await userMetadata(), [{ color: 'red' }, {}]);
});

test('actions run in the order of their bindings, after the rules, and see what rules stored', async () => {
  await server.setRules(`async (user, context, callback) => {
    context.accessToken.order = 'rule';
    context.accessToken.scope = [...context.accessToken.scope, 'write:sample'];
    await auth0.users.updateAppMetadata(user.user_id, { by: 'rule' });
    callback(null, user, context);
  }`);
  const [one, two] = await server.setActions(
    doing(
      `api.accessToken.setCustomClaim('order', 'one').accessToken.setCustomClaim('seen', event.user.app_metadata.by)`,
    ),
    doing(`api.accessToken.setCustomClaim('order', 'two').accessToken.removeScope('read:sample')`),
  );
  const login = await server.logIn();
  assert.deepEqual([login.accessToken['order'], login.accessToken['scope']], ['two', 'write:sample']);
  assert.equal(login.accessToken['seen'], 'rule');
  const { phases } = await inspect(login.requestId);
  const says = Object.fromEntries(phases.map((phase) => [phase.phase, phase.says]));
  assert.equal(says['rules'], 'The enabled rules let the user in.');
  assert.equal(says['actions'], 'The bound actions let the user in.');
  const bindings = [two, one].map((value) => ({ ref: { type: 'action_id', value } }));
  await server.api('PATCH', '/actions/triggers/post-login/bindings', { bindings });
  assert.equal((await server.logIn()).accessToken['order'], 'one');
  await server.setRules();
});

test('what is deployed runs, and not the draft', async () => {
  const [id = ''] = await server.setActions(doing(`api.accessToken.setCustomClaim('v', 1)`));
  await server.api('PATCH', `/actions/actions/${id}`, { code: doing(`api.accessToken.setCustomClaim('v', 2)`) });
  assert.equal((await server.logIn()).accessToken['v'], 1);
  await server.api('POST', `/actions/actions/${id}/deploy`);
  assert.equal((await server.logIn()).accessToken['v'], 2);
  await server.api('PATCH', '/actions/triggers/post-login/bindings', { bindings: [] });
  assert.equal((await server.logIn()).accessToken['v'], undefined);
});

test('claims with a meaning of their own are left out with a warning', async () => {
  await server.setActions(doing(`api.accessToken.setCustomClaim('sub', 'x'); api.idToken.setCustomClaim('aud', 'x')`));
  const { accessToken, requestId } = await server.logIn({ scope: 'openid' });
  assert.equal(accessToken['sub'], USER_ID);
  const { warnings } = await inspect(requestId);
  assert.deepEqual(warnings, [
    'Rules and actions may not put into the access token, and did not: sub.',
    'Rules and actions may not put into the ID token, and did not: aud.',
  ]);
});

test('what needs a browser or a second factor is refused as such', async () => {
  const ask = `if (api.redirect.canRedirect()) throw new Error('no'); `;
  for (const wish of [`api.redirect.sendUserTo('https://x.example')`, `api.prompt.render('ap_1')`]) {
    await server.setActions(doing(ask + wish));
    assert.deepEqual((await server.logIn()).body['error'], 'interaction_required');
  }
  for (const wish of [`api.multifactor.enable('any')`, `api.authentication.challengeWith({ type: 'otp' })`]) {
    await server.setActions(doing(wish));
    const refused = await server.logIn();
    assert.deepEqual([refused.status, refused.body['error']], [403, 'access_denied']);
    assert.equal((await inspect(refused.requestId)).explanation?.reason, 'action-second-factor');
  }
});

test('a refresh token runs the actions again, under the protocol of its own', async () => {
  const client = (await server.api('GET', `/clients/${PUBLIC_CLIENT}`)).json as { grant_types: string[] };
  await server.api('PATCH', `/clients/${PUBLIC_CLIENT}`, { grant_types: [...client.grant_types, 'refresh_token'] });
  const apis = (await server.api('GET', '/resource-servers')).json as { id: string; identifier: string }[];
  const { id = '' } = apis.find(({ identifier }) => identifier === API) ?? {};
  await server.api('PATCH', `/resource-servers/${id}`, { allow_offline_access: true });
  await server.setActions(
    doing(`api.accessToken.setCustomClaim('p', [event.transaction.protocol, event.authentication.methods.length])`),
  );
  const first = await server.logIn({ scope: 'read:sample offline_access' });
  assert.deepEqual(first.accessToken['p'], ['oauth2-password', 1]);
  const again = await server.logIn({ grant_type: 'refresh_token', refresh_token: first.body['refresh_token'] });
  assert.deepEqual(again.accessToken['p'], ['oauth2-refresh-token', 0]);
});

test('an action that fails lets nobody in, and the log says how [T-36]', async () => {
  assert.match(
    await saysOf(doing('event.user.none.at.all')),
    /^The action Action 1 failed, .* TypeError: .*\(line 1\)/,
  );
  assert.match(await saysOf(doing('await new Promise(() => {})')), /waits for what never comes/);
  assert.match(await saysOf(doing('for (;;)')), /200 ms of processor time|longer than it may/);
  assert.match(await saysOf(doing(`const a = api; a.cache.get('x')`)), /api\.cache is not in this version/);
  assert.match(
    await saysOf(doing(`const { accessToken: a } = api; a.setExpiry(1)`)),
    /api\.accessToken\.setExpiry is not/,
  );
  assert.match(await saysOf('exports.onexecutepostlogin = 1; // onExecutePostLogin'), /exports no function/);
});

test('an action that never ends for one user leaves everybody else theirs [T-36]', async () => {
  await server.setActions(doing(`if (event.request.user_agent === 'endless') for (;;)`));
  const [endless, ...others] = await Promise.all([
    server.logIn({}, { 'user-agent': 'endless' }),
    ...Array.from({ length: 3 }, () => server.logIn()),
  ]);
  assert.ok(endless);
  assert.deepEqual(refusalOf(endless), FAILED);
  assert.deepEqual(
    others.map(({ status }) => status),
    [200, 200, 200],
  );
});

test('an action cannot turn the denial of a later one into a pass [T-36]', async () => {
  await server.setActions(
    doing(`
      Object.prototype.toJSON = () => ({ redirect: false });
      Array.prototype.push = String.prototype.toString = Object.assign = JSON.stringify = () => 'passed';
      Object.defineProperty(Object.prototype, 'length', { value: 0 });
      globalThis.String = globalThis.Proxy = globalThis.Promise = function () { return { then() {} }; }`),
    doing(`api.access.deny('no')`),
  );
  assert.deepEqual(refusalOf(await server.logIn()), [403, 'access_denied', 'no']);
  await server.setActions();
});
