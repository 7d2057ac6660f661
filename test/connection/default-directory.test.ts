// Which connections can be the default directory and be named by a realm: those that check passwords, of every kind.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { addConnection, changeTenant } from '../support/change-tenant.ts';
import { CONNECTIONS, CORPORATE_TENANT } from '../support/corporate-tenant.ts';
import { accountOf, createFakeDirectory } from '../support/fake-directory.ts';
import { tokensFor } from '../support/injected-request.ts';
import { assertLogged, assertRefused } from '../support/refusal.ts';
import { REALM_GRANT, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const PASSWORD = 'upstream password';
const REQUEST = { ...SEED_REQUEST, username: 'ada', password: PASSWORD };

let server: TestServer;
const directory = createFakeDirectory();
before(async () => {
  directory.people.set('ada', { password: PASSWORD, account: accountOf('id-1') });
  const { driver } = directory;
  server = await startServer({
    tenant: CORPORATE_TENANT,
    directories: { ldap: driver, ad: driver, waad: driver, adfs: driver },
  });
  await addConnection(server, 'browser', 'samlp');
});
after(() => server.close());

const settings = (defaultDirectory: string) => ({
  tenant: { ...SAMPLE_TENANT.tenant, default_directory: defaultDirectory },
});

for (const { name, strategy } of Object.values(CONNECTIONS)) {
  test(`a connection of the strategy ${strategy} can be the default directory, and be named by realm in both grants`, async () => {
    await server.apply(settings(name));
    for (const request of [
      REQUEST,
      { ...REQUEST, realm: name },
      { ...REQUEST, grant_type: REALM_GRANT, realm: name },
    ]) {
      const { sub = '' } = decodeJwt((await tokensFor(server, request)).access_token);
      assert.match(sub, new RegExp(`^${strategy}\\|.*id-1$`));
    }
  });
}

test('a default directory that cannot check passwords is refused when it is set, with those that can', async () => {
  await assert.rejects(
    server.apply(settings('browser')),
    /test\.yaml:\d+: tenant\.default_directory: browser is a connection of the strategy samlp, which cannot check passwords; these can: Second, Username-Password-Authentication, azure, corp, domain, federation\./,
  );
});

test('a default directory that is nowhere is refused when it is set', async () => {
  await assert.rejects(
    server.apply(settings('nowhere')),
    /nowhere is no connection of this file or of the tenant; these can: /,
  );
  const other = { name: 'other', domains: ['other.example.test'], default_directory: 'nowhere' };
  await assert.rejects(server.apply({ tenant: other }), /there is none yet that can/);
});

test('one that was set before is refused at login, by default and by realm', async () => {
  await changeTenant(server, { defaultDirectory: 'browser' });
  const byDefault = await server.token(REQUEST);
  assertRefused(byDefault, [400, 'invalid_request', 'specified strategy does not support requested operation']);
  await assertLogged(server, byDefault, 'fepft', 'strategy');
  const byRealm = await server.token({ ...REQUEST, grant_type: REALM_GRANT, realm: 'browser' });
  assertRefused(byRealm, [400, 'invalid_request', 'invalid connection specified for password grant']);
  await assertLogged(server, byRealm, 'fepft', 'strategy');
});

test('a client for which the directory is not enabled is refused before the directory is asked', async () => {
  await server.apply(settings('corp'));
  const { asked } = directory;
  assertRefused(await server.token({ ...REQUEST, client_id: 'NotEnabled' }), [
    400,
    'invalid_request',
    'the connection was disabled',
  ]);
  assert.equal(directory.asked, asked);
});
