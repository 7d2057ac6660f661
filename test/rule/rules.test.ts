// Rules as customers of Auth0 write them, seen from outside: what they read, in which order they run, and how a login ends
// that they do not let through.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { doing, PATIENT_WITH_CODE, type RuleServer, refusalOf, startRuleServer } from '../support/rule-server.ts';
import {
  API,
  BACKEND_CLIENT,
  BACKEND_SECRET,
  DATABASE,
  PASSWORD,
  REALM_GRANT,
  USER_ID,
} from '../support/sample-tenant.ts';

let server: RuleServer;
before(async () => {
  server = await startRuleServer({ options: PATIENT_WITH_CODE });
});
after(() => server.close());

test('a rule denies a login by the domain of the e-mail address, in its own words', async () => {
  await server.setRules({
    name: 'Only staff',
    script: `function onlyStaff(user, context, callback) {
      const allowed = ['acme.example'];
      const isStaff = allowed.some((domain) => user.email.endsWith('@' + domain));
      if (isStaff) return callback(null, user, context);
      return callback(new UnauthorizedError('Only staff of Acme may log in – sorry.'));
    }`,
  });
  const refused = await server.logIn();
  assert.deepEqual(refusalOf(refused), [403, 'access_denied', 'Only staff of Acme may log in – sorry.']);
  const { details, user_id: userId, type } = await server.eventOf(refused.requestId);
  assert.deepEqual([type, userId, details.error?.reason], ['fepft', USER_ID, 'rule-denied']);
  assert.deepEqual(details.rule, { name: 'Only staff', message: 'Only staff of Acme may log in – sorry.' });
});

test('a rule calls back with any error, and its words are told', async () => {
  await server.setRules(`function (user, context, callback) { callback(new Error('No account at the shop')); }`);
  assert.deepEqual(refusalOf(await server.logIn()), [403, 'access_denied', 'No account at the shop']);
  await server.setRules(`function (user, context, callback) { callback('closed\\nfor\\u0007 today'); }`);
  assert.deepEqual(refusalOf(await server.logIn()), [403, 'access_denied', 'closed for today']);
});

test('a rule reads the roles of the user', async () => {
  const tenant = await sampleTenantOf(server);
  const { ground, app, clock } = server;
  const role = { id: 'rol_0123456789abcdef' as never, name: 'editor', description: null, permissions: [] };
  await app.stores.roles.save(tenant.id, role, clock.now(), ground.database.sql);
  const given = { roleIds: [role.id], permissions: [] };
  await app.stores.roleAssignments.add(tenant.id, USER_ID, given, ground.database.sql);
  await server.setRules(doing(`context.accessToken['https://example.com/roles'] = context.authorization.roles`));
  assert.deepEqual((await server.logIn()).accessToken['https://example.com/roles'], ['editor']);
});

test('roles come in the order of their letters, whatever their ids', async () => {
  const { id } = await sampleTenantOf(server);
  const { app, ground, clock } = server;
  const given = ['rol_0000000000000003', 'rol_0000000000000002', 'rol_0000000000000001'] as never[];
  for (const [at, name] of ['author', 'reader', 'writer'].entries()) {
    const role = { id: given[at] as never, name, description: null, permissions: [] };
    await app.stores.roles.save(id, role, clock.now(), ground.database.sql);
  }
  await app.stores.roleAssignments.add(id, USER_ID, { roleIds: given, permissions: [] }, ground.database.sql);
  await server.setRules(doing(`context.accessToken['https://example.com/roles'] = context.authorization.roles`));
  const { accessToken } = await server.logIn();
  assert.deepEqual(accessToken['https://example.com/roles'], ['author', 'editor', 'reader', 'writer']);
  for (const roleId of given) await app.stores.roles.delete(id, roleId, ground.database.sql);
});

test('with rules a login reads its user, accounts and roles in one statement, and in no other', async () => {
  await server.setRules(doing(`user.name`));
  await server.logIn();
  server.statements.length = 0;
  await server.logIn();
  const ofUser = server.statements.filter(
    (text) => text.startsWith('select') && /"(users|identities|user_roles)"/.test(text),
  );
  assert.equal(ofUser.length, 1, ofUser.join('\n'));
});

test('rules run in their order, on the objects that the one before left', async () => {
  const add = (word: string) =>
    `(user, context, callback) => callback(null, user, { ...context, idToken: { 'https://x.example/order': [...(context.idToken['https://x.example/order'] || []), '${word}'] } })`;
  await server.setRules(add('one'), add('two'), add('three'));
  const { idToken } = await server.logIn({ scope: 'openid' });
  assert.deepEqual(idToken['https://x.example/order'], ['one', 'two', 'three']);
  const [first] = (await server.api('GET', '/rules?fields=id')).json as { id: string }[];
  await server.api('PATCH', `/rules/${first?.id}`, { order: 9 });
  const moved = await server.logIn({ scope: 'openid' });
  assert.deepEqual(moved.idToken['https://x.example/order'], ['two', 'three', 'one']);
  await server.api('PATCH', `/rules/${first?.id}`, { enabled: false });
  const fewer = await server.logIn({ scope: 'openid' });
  assert.deepEqual(fewer.idToken['https://x.example/order'], ['two', 'three']);
});

test('the first rule that says no is the last one that runs', async () => {
  await server.setRules(
    { name: 'Count', script: doing(`auth0.users.updateAppMetadata(user.user_id, { seen: 1 })`) },
    { name: 'Deny', script: `(user, context, callback) => callback(new UnauthorizedError('no'))` },
    { name: 'Never', script: doing(`auth0.users.updateAppMetadata(user.user_id, { never: 1 })`) },
  );
  const refused = await server.logIn();
  assert.deepEqual((await server.eventOf(refused.requestId)).details.rule, { name: 'Deny', message: 'no' });
  const user = await server.app.stores.users.findById((await sampleTenantOf(server)).id, USER_ID);
  assert.deepEqual(user?.appMetadata, { seen: 1 });
});

test('a rule reads what it was promised of user and context', async () => {
  await server.setRules(
    doing(`context.idToken['https://x.example/all'] = { user, context: { ...context, idToken: {} } }`),
  );
  const { idToken } = await server.logIn(
    { scope: 'openid read:sample', grant_type: REALM_GRANT, realm: DATABASE },
    { 'user-agent': 'Shop/1.0' },
  );
  const { user, context } = idToken['https://x.example/all'] as Record<'user' | 'context', Record<string, unknown>>;
  assert.equal(user['user_id'], USER_ID);
  assert.equal(user['name'], 'Sam User');
  assert.deepEqual(user['identities'], [
    { user_id: '67e9930075b689b7db2688df', connection: DATABASE, provider: 'auth0', isSocial: false },
  ]);
  const { stats, connectionID, authentication, ...rest } = context;
  assert.deepEqual(stats, { loginsCount: user['logins_count'] });
  assert.match(connectionID as string, /^con_/);
  assert.deepEqual(authentication, { methods: [{ name: 'pwd', timestamp: server.clock.now() }] });
  assert.deepEqual(rest, {
    tenant: 'acme',
    clientID: 'PublicClient00000000000000000000',
    clientName: 'CLI',
    clientMetadata: {},
    connection: DATABASE,
    connectionStrategy: 'auth0',
    connectionOptions: {},
    connectionMetadata: {},
    protocol: 'oauth2-password',
    sso: { with_auth0: false, with_dbconn: false, current_clients: [] },
    accessToken: { scope: ['openid', 'read:sample'] },
    idToken: {},
    request: {
      userAgent: 'Shop/1.0',
      ip: '127.0.0.1',
      hostname: 'tenant.example.test',
      query: {},
      body: {
        grant_type: REALM_GRANT,
        client_id: 'PublicClient00000000000000000000',
        username: 'user@example.com',
        realm: DATABASE,
        audience: API,
        scope: 'openid read:sample',
      },
    },
    primaryUser: USER_ID,
    authorization: { roles: ['editor'] },
  });
});

test('a login counts itself, also the first one', async () => {
  await server.setRules(doing(`context.idToken['https://x.example/n'] = context.stats.loginsCount`));
  const first = (await server.logIn({ scope: 'openid' })).idToken['https://x.example/n'] as number;
  const second = (await server.logIn({ scope: 'openid' })).idToken['https://x.example/n'];
  assert.equal(second, first + 1);
});

test('no password and no secret is where a rule can see it [T-36]', async () => {
  await server.api('PUT', '/rules-configs/SHOP_KEY', { value: 'shop-key-of-the-rules' });
  await server.setRules(
    doing(
      `context.idToken['https://x.example/all'] = JSON.stringify([user, context, configuration, Object.getOwnPropertyNames(globalThis)])`,
    ),
  );
  const { idToken } = await server.logIn({
    ...{ scope: 'openid', client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET },
    ...{ refresh_token: 'canary-refresh', mfa_token: 'canary-mfa', otp: 'canary-otp' },
  });
  const seen = String(idToken['https://x.example/all']);
  assert.ok(seen.includes('shop-key-of-the-rules'), 'what was kept for rules is theirs');
  for (const secret of [PASSWORD, BACKEND_SECRET, 'canary', '$argon2', 'password_hash']) {
    assert.ok(!seen.includes(secret), secret);
  }
});

test('a rule that asks for a page in a browser or a second factor lets nobody through', async () => {
  await server.setRules(doing(`context.redirect = { url: 'https://example.com/consent' }`));
  const redirected = await server.logIn();
  assert.deepEqual(refusalOf(redirected).slice(0, 2), [403, 'interaction_required']);
  assert.equal((await server.eventOf(redirected.requestId)).details.error?.reason, 'rule-redirect');
  await server.setRules(doing(`context.multifactor = { provider: 'any' }`));
  const wanted = await server.logIn();
  assert.deepEqual(refusalOf(wanted).slice(0, 2), [403, 'access_denied']);
  assert.equal((await server.eventOf(wanted.requestId)).details.error?.reason, 'rule-second-factor');
  await server.setRules(doing(`context.primaryUser = 'auth0|somebody-else'`));
  const other = await server.logIn();
  assert.equal((await server.eventOf(other.requestId)).details.error?.reason, 'rule-failed');
});

test('what a rule changes in the metadata is stored with the login, and nothing else of the user', async () => {
  await server.setRules(
    `async function (user, context, callback) {
      user.name = 'Somebody else';
      user.app_metadata = { ...user.app_metadata, plan: 'gold', seen: null };
      await auth0.users.updateAppMetadata(user.user_id, user.app_metadata);
      auth0.users.updateUserMetadata(user.user_id, { colour: 'red' }).then(() => callback(null, user, context)).catch(callback);
    }`,
    doing(`context.accessToken['https://x.example/plan'] = user.app_metadata.plan`),
  );
  assert.equal((await server.logIn()).accessToken['https://x.example/plan'], 'gold');
  const user = await server.app.stores.users.findById((await sampleTenantOf(server)).id, USER_ID);
  assert.deepEqual(
    [user?.appMetadata, user?.userMetadata, user?.name],
    [{ plan: 'gold' }, { colour: 'red' }, 'Sam User'],
  );
  await server.setRules(doing(`auth0.users.updateAppMetadata('auth0|somebody-else', { plan: 'x' })`));
  assert.equal((await server.logIn()).status, 403);
});

test('what the server makes of rules is not for clients that ask for themselves, nor for administrators', async () => {
  await server.setRules(`(user, context, callback) => callback(new UnauthorizedError('nobody'))`);
  assert.ok(await server.managementToken());
  assert.equal((await server.logIn()).status, 403);
});

test('a rule hashes, signs and compares', async () => {
  await server.setRules(
    `async (user, context, callback) => {
      const crypto = require('crypto');
      const bcrypt = require('bcrypt');
      context.idToken['https://x.example/made'] = [
        crypto.createHash('sha256').update('abc').digest('hex'),
        crypto.createHmac('sha1', 'key').update('ab').update('Yw==', 'base64').digest('base64'),
        await bcrypt.compare('secret', '$2b$04$2AQw4EjNaGLqxy3z.XHw1e/JXbMhyrJbRa6VZ9Pga8FE8K3XCD4gy'),
      ];
      bcrypt.compare('other', '$2b$04$2AQw4EjNaGLqxy3z.XHw1e/JXbMhyrJbRa6VZ9Pga8FE8K3XCD4gy', (error, same) => {
        context.idToken['https://x.example/other'] = same;
        callback(error, user, context);
      });
    }`,
  );
  const { idToken } = await server.logIn({ scope: 'openid' });
  assert.deepEqual(idToken['https://x.example/made'], [
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    'T9CyFSdu8S8rPkyOysKBFJi2Vvw=',
    true,
  ]);
  assert.equal(idToken['https://x.example/other'], false);
});
