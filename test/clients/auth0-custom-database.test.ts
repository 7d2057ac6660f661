// Auth0's library for Node.js makes a connection with custom scripts, and logs users of it in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AuthApiError, AuthenticationClient } from 'auth0/legacy';
import { decodeJwt } from 'jose';
import { API, type Managed, startManaged } from './managed.ts';

const LOGIN = `function login(userNameOrEmail, password, callback) {
  if (password !== configuration.PASSWORD) return callback(new WrongUsernameOrPasswordError(userNameOrEmail));
  callback(null, { user_id: 'legacy-1', email: userNameOrEmail, nickname: 'ada' });
}`;
const PASSWORD = 'the password of Ada';

let managed: Managed;
before(async () => {
  managed = await startManaged();
});
after(() => managed.server.stop());

test('a connection with scripts is made as Auth0 documents it, and its users move in', async () => {
  const { management, server } = managed;
  const { client_id: clientId = '', client_secret: clientSecret = '' } = await management.clients.create({
    name: 'Backend',
    app_type: 'regular_web',
    grant_types: ['password', 'http://auth0.com/oauth/grant-type/password-realm'],
  });
  const made = await management.connections.create({
    name: 'Legacy',
    strategy: 'auth0',
    enabled_clients: [clientId],
    options: {
      enabledDatabaseCustomization: true,
      import_mode: true,
      customScripts: { login: LOGIN },
      configuration: { PASSWORD },
    },
  });
  assert.equal(JSON.stringify(made).includes(PASSWORD), false);
  const client = new AuthenticationClient({ domain: server.domain, clientId, clientSecret });
  const logIn = (password: string) =>
    client.oauth.passwordGrant({ username: 'ada@example.com', password, realm: 'Legacy', audience: API });
  const { data } = await logIn(PASSWORD);
  assert.equal(decodeJwt(data.access_token).sub, 'auth0|legacy-1');
  await assert.rejects(logIn('wrong'), (error: unknown) => {
    assert.ok(error instanceof AuthApiError);
    assert.deepEqual([error.statusCode, error.error], [403, 'invalid_grant']);
    return true;
  });
  const user = await management.users.get('auth0|legacy-1');
  assert.deepEqual([user.email, user.nickname], ['ada@example.com', 'ada']);
});
