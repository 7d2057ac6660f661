// Auth0's own server-side libraries, given nothing but the domain, logging users in and reading their claims.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AuthClient, TokenByPasswordError, UserInfoError } from '@auth0/auth0-auth-js';
import * as legacy from 'auth0/legacy';
import * as v4 from 'auth0-v4';
import { decodeJwt } from 'jose';
import type { DevServer } from '../support/dev-server.ts';
import { proving } from '../support/proved-call.ts';
import { trustAuthority } from '../support/trust.ts';
import { API, BACKEND, STAFF, STAFF_ID, startAcme, USER, USER_ID } from './acme.ts';

let server: DevServer;
before(async () => {
  server = await startAcme();
  trustAuthority(server.caPath);
});
after(() => server.stop());

for (const [name, library, { AuthApiError, AuthenticationClient, UserInfoClient, UserInfoError: Refused }] of [
  ['auth0 4', 'auth0 4', v4],
  ['auth0 7, in its legacy part,', 'auth0/legacy', legacy],
] as const) {
  const authentication = () => proving(library, new AuthenticationClient({ domain: server.domain, ...BACKEND }));
  const userInfo = () => proving(library, new UserInfoClient({ domain: server.domain }), 'userInfo.');

  test(`${name} logs a user of the default directory in`, async () => {
    const request = { ...USER, audience: API, scope: 'read:sample' };
    const { status, data } = await authentication().oauth.passwordGrant(request);
    assert.equal(status, 200);
    const { access_token: token, ...rest } = data;
    assert.deepEqual(rest, { scope: 'read:sample', expires_in: 86_400, token_type: 'Bearer' });
    const { iss, sub, aud, azp } = decodeJwt(token);
    const expected = { iss: `${server.https}/`, sub: USER_ID, aud: API, azp: BACKEND.clientId };
    assert.deepEqual({ iss, sub, aud, azp }, expected);
  });

  test(`${name} logs a user of the realm it names in`, async () => {
    const { data } = await authentication().oauth.passwordGrant({ ...STAFF, audience: API });
    assert.equal(decodeJwt(data.access_token).sub, STAFF_ID);
  });

  test(`${name} accepts the ID token and reads the claims with the access token`, async () => {
    const { data } = await authentication().oauth.passwordGrant({ ...USER, scope: 'openid profile email' });
    const { aud, email } = decodeJwt(data.id_token ?? '');
    assert.deepEqual({ aud, email }, { aud: BACKEND.clientId, email: USER.username });
    const { data: claims } = await userInfo().getUserInfo(data.access_token);
    const { sub, name: fullName, email: address, email_verified: verified } = claims;
    const expected = { sub: USER_ID, fullName: 'Sam User', address: USER.username, verified: true };
    assert.deepEqual({ sub, fullName, address, verified }, expected);
  });

  test(`${name} uses a refresh token and ends it`, async () => {
    const { oauth } = authentication();
    const { data } = await oauth.passwordGrant({ ...USER, audience: API, scope: 'openid read:sample offline_access' });
    const refresh_token = data.refresh_token ?? '';
    const { data: refreshed } = await oauth.refreshTokenGrant({ refresh_token });
    const { sub, aud } = decodeJwt(refreshed.access_token);
    assert.deepEqual({ sub, aud }, { sub: USER_ID, aud: [API, `${server.https}/userinfo`] });
    assert.equal((await oauth.revokeRefreshToken({ token: refresh_token })).status, 200);
    await assert.rejects(oauth.refreshTokenGrant({ refresh_token }), (error) => {
      assert.ok(error instanceof AuthApiError);
      const { statusCode, error: code, error_description: words } = error;
      assert.deepEqual([statusCode, code, words], [403, 'invalid_grant', 'Unknown or invalid refresh token.']);
      return true;
    });
  });

  test(`${name} understands a refused login`, async () => {
    await assert.rejects(authentication().oauth.passwordGrant({ ...USER, password: 'wrong' }), (error) => {
      assert.ok(error instanceof AuthApiError);
      const { statusCode, error: code, error_description: words } = error;
      assert.deepEqual({ statusCode, code }, { statusCode: 403, code: 'invalid_grant' });
      assert.equal(words, 'Wrong email or password.');
      return true;
    });
  });

  test(`${name} understands a refused access token`, async () => {
    await assert.rejects(userInfo().getUserInfo('not-a-token'), (error) => {
      assert.ok(error instanceof Refused);
      assert.deepEqual({ status: error.statusCode, code: error.error }, { status: 401, code: 'invalid_token' });
      return true;
    });
  });
}

const authClient = () => proving('@auth0/auth0-auth-js', new AuthClient({ domain: server.domain, ...BACKEND }));

test('auth0-auth-js discovers the server and logs a user in', async () => {
  const token = await authClient().getTokenByPassword({ ...USER, audience: API, scope: 'openid profile read:sample' });
  assert.equal(token.scope, 'openid profile read:sample');
  assert.equal(decodeJwt(token.accessToken).iss, `${server.https}/`);
  const { sub, name } = { ...token.claims };
  assert.deepEqual({ sub, name }, { sub: USER_ID, name: 'Sam User' });
  // It adds expires_in to the time of day, which gives a number for a number only.
  assert.ok(Number.isInteger(token.expiresAt));
});

test('auth0-auth-js logs a user of the realm it names in', async () => {
  const token = await authClient().getTokenByPassword({ ...STAFF, audience: API, auth0ForwardedFor: '203.0.113.42' });
  assert.equal(decodeJwt(token.accessToken).sub, STAFF_ID);
});

test('auth0-auth-js reads the claims with the access token', async () => {
  const { accessToken } = await authClient().getTokenByPassword({ ...USER, scope: 'openid profile' });
  const { sub, name } = await authClient().getUserInfo({ accessToken, expectedSubject: USER_ID });
  assert.deepEqual({ sub, name }, { sub: USER_ID, name: 'Sam User' });
});

test('auth0-auth-js understands a refused login', async () => {
  await assert.rejects(authClient().getTokenByPassword({ ...USER, password: 'wrong' }), (error) => {
    assert.ok(error instanceof TokenByPasswordError);
    assert.deepEqual([error.statusCode, error.cause?.error], [403, 'invalid_grant']);
    assert.equal(error.cause?.error_description, 'Wrong email or password.');
    return true;
  });
});

test('auth0-auth-js understands a refused access token', async () => {
  await assert.rejects(authClient().getUserInfo({ accessToken: 'not-a-token' }), (error) => {
    assert.ok(error instanceof UserInfoError);
    assert.equal(error.statusCode, 401);
    return true;
  });
});
