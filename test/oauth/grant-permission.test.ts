// A client uses the grants that it was given, and a tenant those of its region. Both are looked at before any password,
// connection or user is.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createCountedHasher } from '../support/counted-hasher.ts';
import { assertLogged, assertRefused, comparable, type Refusal } from '../support/refusal.ts';
import { DATABASE, PUBLIC_CLIENT, REALM_GRANT, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const [CLI] = SAMPLE_TENANT.clients;
const clientOf = (id: string, change: Record<string, unknown>) => ({ ...CLI, name: id, client_id: id, ...change });
const CLIENTS = [
  clientOf('Both', {}),
  clientOf('OnlyPassword', { grant_types: ['password'] }),
  clientOf('OnlyRealm', { grant_types: [REALM_GRANT] }),
  clientOf('Neither', { grant_types: [] }),
  clientOf('Unsaid', { grant_types: undefined }),
  clientOf('Foreign', { is_first_party: false }),
];
const TENANT = {
  ...SAMPLE_TENANT,
  clients: [...SAMPLE_TENANT.clients, ...CLIENTS],
  databases: [{ ...SAMPLE_TENANT.databases[0], is_domain_connection: true }],
  users: SAMPLE_TENANT.users.filter((user) => user.connection === DATABASE),
};
const ABOUT_USERS = /users|identities|credentials|login_identifiers|hash_kinds|connections/;

const hasher = createCountedHasher();
let server: TestServer;
before(async () => {
  server = await startServer({ tenant: TENANT, wrapHasher: hasher.wrap });
});
after(() => server.close());
beforeEach(() => {
  server.app.forgetConfiguration();
  server.statements.length = 0;
  hasher.calls.length = 0;
});

const refusalOf = (grant: string): Refusal => [
  403,
  'unauthorized_client',
  `Grant type '${grant}' not allowed for the client.`,
];

const MATRIX: ReadonlyArray<readonly [clientId: string, password: boolean, realm: boolean]> = [
  ['Both', true, true],
  ['OnlyPassword', true, false],
  ['OnlyRealm', false, true],
  ['Neither', false, false],
  ['Unsaid', false, false],
  ['Foreign', false, false],
];

for (const [clientId, password, realm] of MATRIX) {
  for (const [grant, may] of [
    ['password', password],
    [REALM_GRANT, realm],
  ] as const) {
    const request = { ...SEED_REQUEST, client_id: clientId, grant_type: grant, realm: DATABASE };

    test(`the client ${clientId} ${may ? 'may' : 'may not'} use ${grant} [T-26]`, async () => {
      const answer = await server.token(request);
      if (may) assert.equal(answer.statusCode, 200, answer.body);
      else assertRefused(answer, refusalOf(grant));
    });

    if (!may) {
      test(`refusing ${grant} to ${clientId} needs no password, user or connection [T-26]`, async () => {
        const right = await server.token(request);
        const wrong = await server.token({ ...request, password: 'wrong' });
        const nobody = await server.token({ ...request, username: 'nobody@example.com', realm: 'nowhere' });
        const nothing = await server.token({ ...request, username: '', password: '' });
        for (const answer of [right, wrong, nobody, nothing]) assert.deepEqual(comparable(answer), comparable(right));
        assert.deepEqual(
          server.statements.filter((text) => ABOUT_USERS.test(text)),
          [],
        );
        assert.deepEqual(hasher.calls, []);
      });
    }
  }
}

test('grants that this server does not have are unknown, for every client [T-26]', async () => {
  const grants = [
    'authorization_code',
    'implicit',
    'urn:ietf:params:oauth:grant-type:device_code',
    'http://auth0.com/oauth/grant-type/mfa-otp',
    'PASSWORD',
    'password ',
  ];
  for (const grant of grants) {
    const answer = await server.token({ ...SEED_REQUEST, grant_type: grant });
    assertRefused(answer, [400, 'unsupported_grant_type', `Unsupported grant type: ${grant}`]);
  }
});

test('a grant that is taken away is refused at the next request', async () => {
  const other = await startServer();
  assert.equal((await other.token(SEED_REQUEST)).statusCode, 200);
  await other.apply({ tenant: SAMPLE_TENANT.tenant, clients: [{ ...CLI, grant_types: [REALM_GRANT] }] });
  assertRefused(await other.token(SEED_REQUEST), refusalOf('password'));
  await other.close();
});

for (const grant of ['password', REALM_GRANT]) {
  test(`in a region without the password grant ${grant} is refused before anything is looked up`, async () => {
    const tenant = { ...TENANT, tenant: { ...TENANT.tenant, region: 'eu' } };
    const limited = createCountedHasher();
    const european = await startServer({
      tenant,
      options: { password_grant_regions: ['us', 'au'] },
      wrapHasher: limited.wrap,
    });
    const request = { ...SEED_REQUEST, client_id: PUBLIC_CLIENT, grant_type: grant, realm: DATABASE };
    european.app.forgetConfiguration();
    const answer = await european.token(request);
    const words = "The password grant is not available in region 'eu'.";
    assertRefused(answer, [403, 'unauthorized_client', words]);
    await assertLogged(european, answer, 'fepft', 'region');
    assert.deepEqual(limited.calls, []);
    assert.deepEqual(
      european.statements.filter((text) => ABOUT_USERS.test(text)),
      [],
    );
    await european.close();
  });
}

for (const regions of [['eu'], ['us', 'eu'], []]) {
  test(`password_grant_regions [${regions.join(', ')}] lets a tenant in eu use it`, async () => {
    const tenant = { ...TENANT, tenant: { ...TENANT.tenant, region: 'eu' } };
    const european = await startServer({ tenant, options: { password_grant_regions: regions } });
    assert.equal((await european.token(SEED_REQUEST)).statusCode, 200);
    await european.close();
  });
}
