// Auth0's library for Node.js makes connections with custom scripts, logs users of them in, and makes, changes and deletes them.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AuthApiError, AuthenticationClient } from 'auth0/legacy';
import { decodeJwt } from 'jose';
import { type AccountsServer, startAccountsServer } from '../support/accounts-server.ts';
import { proving } from '../support/proved-call.ts';
import { API, type Managed, startManaged } from './managed.ts';

const LOGIN = `function login(userNameOrEmail, password, callback) {
  if (password !== configuration.PASSWORD) return callback(new WrongUsernameOrPasswordError(userNameOrEmail));
  callback(null, { user_id: 'legacy-1', email: userNameOrEmail, nickname: 'ada' });
}`;
const PASSWORD = 'the password of Ada';

let managed: Managed;
let accounts: AccountsServer;
let folder: string;
before(async () => {
  accounts = await startAccountsServer();
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-accounts-'));
  const authority = join(folder, 'ca.pem');
  writeFileSync(authority, accounts.ca);
  const { sandbox_hosts: hosts, private_networks: networks } = accounts.options;
  managed = await startManaged({
    GATEHOUSE_SANDBOX_HOSTS: hosts.join(','),
    GATEHOUSE_PRIVATE_NETWORKS: networks.join(','),
    NODE_EXTRA_CA_CERTS: authority,
  });
});
after(async () => {
  await managed.server.stop();
  await accounts.close();
  rmSync(folder, { recursive: true });
});

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
  const client = proving('auth0/legacy', new AuthenticationClient({ domain: server.domain, clientId, clientSecret }));
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

test('users who stay elsewhere sign up, are changed and deleted by the scripts that the connection has', async () => {
  const { management, server } = managed;
  const { client_id: clientId = '', client_secret: clientSecret = '' } = await management.clients.create({
    name: 'Shop',
    app_type: 'regular_web',
    grant_types: ['password', 'http://auth0.com/oauth/grant-type/password-realm'],
  });
  await management.connections.create({
    ...{ name: 'Accounts', strategy: 'auth0', enabled_clients: [clientId] },
    options: accounts.connectionOptions({ disable_signup: false }),
  });
  const client = proving('auth0/legacy', new AuthenticationClient({ domain: server.domain, clientId, clientSecret }));
  const email = 'grace@example.com';
  const idOfLogin = async (password: string) => {
    const { data } = await client.oauth.passwordGrant({ username: email, password, realm: 'Accounts', audience: API });
    return String(decodeJwt(data.access_token).sub);
  };
  const { data: made } = await client.database.signUp({ email, password: PASSWORD, connection: 'Accounts' });
  const id = await idOfLogin(PASSWORD);
  assert.equal(id, `auth0|${made.id}`);
  await management.users.update(id, { password: 'another password', connection: 'Accounts' });
  await assert.rejects(idOfLogin(PASSWORD), AuthApiError);
  assert.equal(await idOfLogin('another password'), id);
  await management.users.delete(id);
  assert.equal(accounts.accounts.size, 0);
  const again = await management.users.create({ email, password: PASSWORD, connection: 'Accounts' });
  assert.equal(await idOfLogin(PASSWORD), again.user_id);
});
