// Auth0's own server-side libraries, given nothing but the domain, signing people up.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as legacy from 'auth0/legacy';
import * as v4 from 'auth0-v4';
import { decodeJwt } from 'jose';
import type { DevServer } from '../support/dev-server.ts';
import { proving } from '../support/proved-call.ts';
import { trustAuthority } from '../support/trust.ts';
import { BACKEND, startAcme } from './acme.ts';

let server: DevServer;
before(async () => {
  server = await startAcme();
  trustAuthority(server.caPath);
});
after(() => server.stop());

for (const [name, library, { AuthApiError, AuthenticationClient }, email] of [
  ['auth0 4', 'auth0 4', v4, 'grace@example.com'],
  ['auth0 7, in its legacy part,', 'auth0/legacy', legacy, 'ada@example.com'],
] as const) {
  const authentication = () => proving(library, new AuthenticationClient({ domain: server.domain, ...BACKEND }));
  const person = { email, password: 'Correct-Horse-7', connection: 'Members' };

  async function refused(change: object): Promise<readonly [number, string]> {
    try {
      await authentication().database.signUp({ ...person, ...change });
    } catch (error) {
      assert.ok(error instanceof AuthApiError, String(error));
      return [error.statusCode, error.error];
    }
    return [200, ''];
  }

  test(`${name} signs somebody up, and logs them in`, async () => {
    const { status, data } = await authentication().database.signUp({
      ...person,
      given_name: 'Grace',
      user_metadata: { plan: 'gold' },
    });
    assert.equal(status, 200);
    const { id, email: told, email_verified: verified } = data;
    assert.match(id, /^[0-9a-f]{24}$/);
    assert.deepEqual([told, verified], [email, false]);
    const login = { realm: 'Members', username: email, password: person.password };
    const { data: tokens } = await authentication().oauth.passwordGrant({ ...login, scope: 'openid' });
    assert.equal(decodeJwt(tokens.id_token ?? '').sub, `auth0|${id}`);
  });

  test(`${name} understands refused sign-ups`, async () => {
    assert.deepEqual(await refused({}), [400, 'invalid_signup']);
    assert.deepEqual(await refused({ email: 'other@example.com', password: 'weak' }), [400, 'invalid_password']);
    assert.deepEqual(await refused({ connection: 'Staff' }), [400, 'invalid_signup']);
    assert.deepEqual(await refused({ connection: 'Nowhere' }), [400, 'invalid_request']);
  });
}
