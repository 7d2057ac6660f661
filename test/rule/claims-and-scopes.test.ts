// What rules may do to the tokens of a login: claims and scopes that they add, take away, or try to make up.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { doing, PATIENT_WITH_CODE, type RuleServer, startRuleServer } from '../support/rule-server.ts';
import { USER_ID } from '../support/sample-tenant.ts';

let server: RuleServer;
before(async () => {
  server = await startRuleServer({ options: PATIENT_WITH_CODE });
});
after(() => server.close());

test('a rule puts claims under a namespace into either token', async () => {
  await server.setRules(`function (user, context, callback) {
    const namespace = 'https://example.com/';
    context.accessToken[namespace + 'email'] = user.email;
    context.idToken[namespace + 'department'] = { name: 'sales', floors: [1, 2] };
    callback(null, user, context);
  }`);
  const { status, accessToken, idToken } = await server.logIn({ scope: 'openid read:sample' });
  assert.equal(status, 200);
  assert.equal(accessToken['https://example.com/email'], 'user@example.com');
  assert.equal(accessToken['https://example.com/department'], undefined);
  assert.deepEqual(idToken['https://example.com/department'], { name: 'sales', floors: [1, 2] });
  assert.equal(idToken['https://example.com/email'], undefined);
});

test('reserved claims and the namespaces of Auth0 are left out, and the log says so [T-25]', async () => {
  await server.setRules(
    doing(`Object.assign(context.accessToken, { sub: 'evil', iss: 'evil', permissions: ['all'], roles: 1, sip_x: 1,
      'https://acme.auth0.com/x': 1, 'http://webtask.io/x': 1, 'https://notauth0.com/x': 1, plan: 'gold' });
      Object.assign(context.idToken, { aud: 'evil', exp: 1, nonce: 'x', nickname: 'Sammy', at_hash: 'x', __proto__: { a: 1 } })`),
  );
  const { accessToken, idToken, requestId } = await server.logIn({ scope: 'openid profile read:sample' });
  assert.deepEqual([accessToken['sub'], accessToken['iss']], [USER_ID, 'https://tenant.example.test/']);
  assert.deepEqual([accessToken['plan'], accessToken['https://notauth0.com/x']], ['gold', 1]);
  for (const name of ['permissions', 'roles', 'sip_x', 'https://acme.auth0.com/x', 'http://webtask.io/x']) {
    assert.ok(!Object.hasOwn(accessToken, name), name);
  }
  assert.equal(idToken['aud'], 'PublicClient00000000000000000000');
  assert.equal(idToken['nickname'], 'Sammy', 'what the profile says may be said otherwise');
  assert.ok(!Object.hasOwn(idToken, 'nonce'));
  const { warnings } = (await server.eventOf(requestId)).details;
  assert.deepEqual(warnings, [
    'Rules and actions may not put into the access token, and did not: sub, iss, permissions, roles, sip_x, https://acme.auth0.com/x, http://webtask.io/x.',
    'Rules and actions may not put into the ID token, and did not: aud, exp, nonce, at_hash.',
  ]);
});

test('a rule takes scopes away and adds some, but opens no way to refresh', async () => {
  await server.setRules(doing(`context.accessToken.scope = ['read:sample', 'shop:buy', 'offline_access']`));
  const { accessToken, body } = await server.logIn({ scope: 'read:sample write:sample' });
  assert.deepEqual([accessToken['scope'], body['scope']], ['read:sample shop:buy', 'read:sample shop:buy']);
  await server.setRules(doing(`context.accessToken.scope = []; context.accessToken.scope2 = 'x'`));
  const without = await server.logIn();
  assert.ok(!Object.hasOwn(without.accessToken, 'scope'));
  assert.ok(!Object.hasOwn(without.body, 'scope'));
  for (const scope of [`'read:sample'`, `[1]`, `['a b']`, `null`, `[{}]`]) {
    await server.setRules(doing(`context.accessToken.scope = ${scope}`));
    assert.equal((await server.logIn()).status, 403, scope);
  }
});

test('the scope claim cannot be made up where no scope was granted', async () => {
  await server.setRules(doing(`context.idToken.scope = 'admin'; context.accessToken = { scope: [] }`));
  const { accessToken, idToken } = await server.logIn({ scope: 'openid' });
  assert.ok(!Object.hasOwn(accessToken, 'scope'));
  assert.ok(!Object.hasOwn(idToken, 'scope'));
});

test('a token for the Management API takes no claims of rules, and no scope from them', async () => {
  await server.setRules(doing(`context.accessToken.plan = 'gold'; context.accessToken.scope.push('read:users')`));
  const { status, accessToken } = await server.logIn({
    audience: 'https://tenant.example.test/api/v2/',
    scope: 'openid',
  });
  assert.equal(status, 200);
  assert.ok(!Object.hasOwn(accessToken, 'plan'));
  assert.ok(String(accessToken['scope']).startsWith('openid '));
  assert.ok(!String(accessToken['scope']).includes('read:users'));
});
