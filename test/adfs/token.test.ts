// The whole way: the request of the article with an ADFS connection as the default directory.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { decodeJwt } from 'jose';
import { ADFS_CLIENT, ADFS_SECRET, startAdfsStandIn } from '../support/adfs-stand-in.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer } from '../support/start-server.ts';

const server = await startServer();
const adfs = await startAdfsStandIn(server.clock);
after(() => Promise.all([server.close(), adfs.close()]));

const claims = { upn: 'Sam@corp.example.test', email: 'sam@example.com', given_name: 'Sam', group: ['Readers'] };
adfs.users.push({ name: 'CORP\\sam', password: 'right', claims });

async function useProtocol(options: object): Promise<void> {
  const shared = { adfs_server: adfs.origin, groups_attribute: 'group', groups_claim: 'https://example.com/groups' };
  const connection = { name: 'farm', strategy: 'adfs', enabled_clients: ['CLI'], options: { ...shared, ...options } };
  const tenant = { ...SAMPLE_TENANT.tenant, default_directory: 'farm' };
  await server.apply({ ...SAMPLE_TENANT, tenant, connections: [connection] });
}

const ask = (password: string) =>
  server.token({ ...SEED_REQUEST, username: 'CORP\\sam', password, scope: 'openid profile email' });

for (const [name, options] of [
  ['oauth', { client_id: ADFS_CLIENT, client_secret: ADFS_SECRET }],
  ['ws-trust', { protocol: 'ws-trust' }],
] as const) {
  test(`a password that ADFS takes by ${name} is a token for the user of the upn`, async () => {
    await useProtocol(options);
    const response = await ask('right');
    assert.equal(response.statusCode, 200, response.body);
    const { access_token: accessToken, id_token: idToken } = response.json<{
      access_token: string;
      id_token: string;
    }>();
    const payload = decodeJwt(accessToken);
    assert.equal(payload.sub, 'adfs|farm|sam@corp.example.test');
    assert.deepEqual(payload['https://example.com/groups'], ['Readers']);
    const { email, given_name: givenName } = decodeJwt(idToken);
    assert.deepEqual([email, givenName], ['sam@example.com', 'Sam']);
    const refused = await ask('wrong');
    assert.deepEqual([refused.statusCode, refused.json<{ error: string }>().error], [403, 'invalid_grant']);
  });
}
