// What rules and actions put into the ID token is what /userinfo says, too, of the token of that login.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ActionServer, startActionServer } from '../support/action-server.ts';
import { PATIENT_WITH_CODE } from '../support/rule-server.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, USER, USER_ID } from '../support/sample-tenant.ts';
import { HOST } from '../support/start-server.ts';

const doing = (work: string) => `exports.onExecutePostLogin = async (event, api) => { ${work}; };`;
const RULE = `(user, context, callback) => {
  context.idToken['https://x.example/rule'] = user.email;
  callback(null, user, context);
}`;

let server: ActionServer;
before(async () => {
  server = await startActionServer({ options: PATIENT_WITH_CODE });
});
after(() => server.close());

async function logIn(scope: string, more: object = {}): Promise<string> {
  const { status, body } = await server.logIn({ scope, ...more });
  assert.equal(status, 200, JSON.stringify(body));
  return body['access_token'] as string;
}

async function userinfo(token: string): Promise<Record<string, unknown>> {
  const headers = { host: HOST, authorization: `Bearer ${token}` };
  const answer = await server.app.server.inject({ method: 'GET', url: '/userinfo', headers });
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json();
}

test('/userinfo has the claims of rules and of actions, for JWTs and for opaque tokens', async () => {
  await server.setRules(RULE);
  await server.setActions(doing(`api.idToken.setCustomClaim('plan', 'gold').idToken.setCustomClaim('name', 'Other')`));
  const expected = { sub: USER_ID, 'https://x.example/rule': USER, plan: 'gold', name: 'Other' };
  assert.partialDeepStrictEqual(await userinfo(await logIn('openid')), expected);
  assert.partialDeepStrictEqual(await userinfo(await logIn('openid', { audience: '' })), expected);
});

test('claims that are reserved, or for the access token, are not told', async () => {
  await server.setRules();
  await server.setActions(doing(`api.idToken.setCustomClaim('sub', 'x').accessToken.setCustomClaim('secret', 1)`));
  server.clock.advance(2000);
  const { sub, secret } = await userinfo(await logIn('openid'));
  assert.deepEqual([sub, secret], [USER_ID, undefined]);
});

test('the last login that set claims decides for the tokens before it, and not for those after it', async () => {
  await server.setActions(doing(`api.idToken.setCustomClaim('n', 1)`));
  const first = await logIn('openid');
  server.clock.advance(2000);
  await server.setActions(doing(`api.idToken.setCustomClaim('n', 2)`));
  const second = await logIn('openid');
  server.clock.advance(2000);
  await server.setActions();
  const third = await logIn('openid');
  const told = await Promise.all([first, second, third].map(async (token) => (await userinfo(token))['n']));
  assert.deepEqual(told, [2, 2, undefined]);
});

test('what one client was told stays with that client, and goes with the user', async () => {
  await server.setActions(doing(`if (event.client.name === 'CLI') api.idToken.setCustomClaim('only', 'cli')`));
  const ofCli = await logIn('openid');
  const ofBackend = await logIn('openid', { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET });
  assert.deepEqual([(await userinfo(ofCli))['only'], (await userinfo(ofBackend))['only']], ['cli', undefined]);
  await server.setActions();
  await server.api('DELETE', `/users/${USER_ID}`);
  const left = await server.ground.database.sql.selectFrom('userinfo_claims').selectAll().execute();
  assert.deepEqual(left, []);
});

test('logins without code, or without an ID token, write nothing', async () => {
  const other = { username: 'other@example.com', password: 'correct horse battery staple' };
  await server.api('POST', '/users', {
    connection: 'Username-Password-Authentication',
    email: other.username,
    password: other.password,
  });
  await logIn('openid', other);
  await server.setActions(doing(`api.idToken.setCustomClaim('n', 1)`));
  await logIn('read:sample', other);
  assert.deepEqual(await server.ground.database.sql.selectFrom('userinfo_claims').selectAll().execute(), []);
});
