// The userinfo endpoint: how a token may be sent, what each scope tells, and that the answer is of now.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FORM, getUserinfo, tokensFor } from '../support/injected-request.ts';
import { DATABASE, SAMPLE_TENANT, SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const tokenFor = async (scope: string | undefined, audience: string | null = null) =>
  (await tokensFor(server, { ...SEED_REQUEST, audience, scope })).access_token;

const post = (payload: string, headers: Record<string, string>) =>
  server.app.server.inject({ method: 'POST', url: '/userinfo', headers: { host: HOST, ...headers }, payload });

const PICTURE =
  'https://s.gravatar.com/avatar/b58996c504c5638798eb6b511e6f49af?s=480&r=pg&d=https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fus.png';
const PROFILE = [
  ['given_name', 'Sam'],
  ['family_name', 'User'],
  ['nickname', 'user'],
  ['name', 'Sam User'],
  ['picture', PICTURE],
  ['updated_at', '2026-01-15T12:00:00.000Z'],
];
const EMAIL = [
  ['email', USER],
  ['email_verified', true],
];
const PHONE = [
  ['phone_number', '+15550100'],
  ['phone_number_verified', false],
];

test('GET with the token in the header is answered with the claims (oidcc-userinfo-get)', async () => {
  const answer = await getUserinfo(server, await tokenFor('openid profile'));
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
  assert.equal(answer.headers['cache-control'], 'no-store');
  assert.equal(answer.json<{ sub: string }>().sub, USER_ID);
});

test('POST with the token in the header is answered alike (oidcc-userinfo-post-header)', async () => {
  const token = await tokenFor('openid profile');
  const answer = await post('', { authorization: `Bearer ${token}` });
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.body, (await getUserinfo(server, token)).body);
});

test('POST with the token in a form body is answered alike (oidcc-userinfo-post-body)', async () => {
  const token = await tokenFor('openid profile');
  for (const type of [FORM, `${FORM}; charset=utf-8`]) {
    const answer = await post(new URLSearchParams({ access_token: token }).toString(), { 'content-type': type });
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.body, (await getUserinfo(server, token)).body);
  }
});

test('a JWT for an API opens userinfo like an opaque token does', async () => {
  const jwt = await getUserinfo(server, await tokenFor('openid profile', SEED_REQUEST.audience));
  const opaque = await getUserinfo(server, await tokenFor('openid profile'));
  assert.equal(jwt.statusCode, 200);
  assert.equal(jwt.body, opaque.body);
});

test('the scheme Bearer is written in any case (RFC 9110 11.1)', async () => {
  const token = await tokenFor('openid');
  for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer  ']) {
    assert.equal((await getUserinfo(server, token, { authorization: `${scheme} ${token}` })).statusCode, 200);
  }
});

const CLAIMS: ReadonlyArray<readonly [name: string, scope: string | undefined, claims: readonly unknown[][]]> = [
  ['openid and a scope that tells nothing give the subject alone', 'openid unknown', []],
  ['profile tells the profile (oidcc-scope-profile)', 'openid profile', PROFILE],
  ['email tells the e-mail address (oidcc-scope-email)', 'openid email', EMAIL],
  ['phone tells the phone number (oidcc-scope-phone)', 'openid phone', PHONE],
  ['address tells nothing that is not known (oidcc-scope-address)', 'openid address', []],
  ['all scopes tell all (oidcc-scope-all)', 'openid profile email address phone', [...PROFILE, ...EMAIL, ...PHONE]],
  [
    'the order of claims is the same for any order of scopes',
    'phone email profile openid',
    [...PROFILE, ...EMAIL, ...PHONE],
  ],
  ['openid alone stands for all', 'openid', [...PROFILE, ...EMAIL, ...PHONE]],
];

for (const [name, scope, claims] of CLAIMS) {
  test(name, async () => {
    const answer = await getUserinfo(server, await tokenFor(scope));
    assert.deepEqual(Object.entries(answer.json<object>()), [['sub', USER_ID], ...claims]);
  });
}

test('openid alone with an API token that was granted only openid gives the subject alone', async () => {
  const answer = await getUserinfo(server, await tokenFor('openid read:sample', SEED_REQUEST.audience));
  assert.equal(answer.body, `{"sub":"${USER_ID}"}`);
});

test('a user without a name has the e-mail address as name and its local part as nickname', async () => {
  const users = [{ connection: DATABASE, email: 'jo.doe@example.com', password: 'jo' }];
  const other = await startServer({ tenant: { ...SAMPLE_TENANT, users } });
  const request = {
    ...SEED_REQUEST,
    username: 'jo.doe@example.com',
    password: 'jo',
    audience: null,
    scope: 'openid profile',
  };
  const { access_token: token } = await tokensFor(other, request);
  const { sub: _, picture, ...claims } = (await getUserinfo(other, token)).json<Record<string, unknown>>();
  assert.deepEqual(claims, { nickname: 'jo.doe', name: 'jo.doe@example.com', updated_at: '2026-01-15T12:00:00.000Z' });
  assert.match(String(picture), /^https:\/\/s\.gravatar\.com\/avatar\/[0-9a-f]{32}\?s=480&r=pg&d=.*%2Fjo\.png$/);
  await other.close();
});

test('the answer says what is stored now, not what was true when the token was issued', async () => {
  const changing = await startServer();
  const { access_token: token } = await tokensFor(changing, { ...SEED_REQUEST, audience: null, scope: 'openid' });
  changing.clock.advance(60_000);
  const [first, ...others] = SAMPLE_TENANT.users;
  const changed = { ...first, name: 'Samantha User', email_verified: false, phone_number: undefined };
  await changing.apply({ ...SAMPLE_TENANT, users: [changed, ...others] });
  const claims = (await getUserinfo(changing, token)).json<Record<string, unknown>>();
  assert.equal(claims['name'], 'Samantha User');
  assert.equal(claims['email_verified'], false);
  assert.equal('phone_number' in claims, false);
  assert.equal(claims['updated_at'], '2026-01-15T12:01:00.000Z');
  await changing.close();
});

test('metadata, the password and the connection of a user are never told', async () => {
  const [first, ...others] = SAMPLE_TENANT.users;
  const metadata = { user_metadata: { color: 'canary' }, app_metadata: { plan: 'canary' } };
  const other = await startServer({ tenant: { ...SAMPLE_TENANT, users: [{ ...first, ...metadata }, ...others] } });
  const { access_token: token } = await tokensFor(other, { ...SEED_REQUEST, audience: null, scope: 'openid' });
  const { body } = await getUserinfo(other, token);
  for (const kept of ['canary', 'argon2', 'metadata', 'blocked', DATABASE, 'identities']) {
    assert.equal(body.includes(kept), false, kept);
  }
  await other.close();
});
