// Groups that a directory tells: kept with the user, and told in tokens where the connection names a claim for them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { CORPORATE_TENANT, GROUPS_CLAIM } from '../support/corporate-tenant.ts';
import { accountOf, createFakeDirectory, type FakeDirectory } from '../support/fake-directory.ts';
import { tokensFor } from '../support/injected-request.ts';
import { HS256_API, REALM_GRANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
let directory: FakeDirectory;
before(async () => {
  directory = createFakeDirectory();
  server = await startServer({
    tenant: CORPORATE_TENANT,
    directories: { ldap: directory.driver, ad: directory.driver },
  });
});
after(() => server.close());

const PASSWORD = 'upstream password';
const GROUPS = ['readers', 'Domain Users', 'ünïcode "group"'];

/** The claims of both tokens of a login of somebody with these groups. */
async function claimsOf(realm: string, groups: readonly string[] | null, change: Record<string, unknown> = {}) {
  directory.people.set('ada', { password: PASSWORD, account: accountOf('id-1', { name: 'Ada' }, groups) });
  const tokens = await tokensFor(server, {
    ...SEED_REQUEST,
    grant_type: REALM_GRANT,
    realm,
    username: 'ada',
    password: PASSWORD,
    scope: 'openid read:sample',
    ...change,
  });
  return { access: decodeJwt(tokens.access_token), id: decodeJwt(tokens.id_token ?? '') };
}

test('access and ID tokens list the groups in the claim that the connection names', async () => {
  for (const audience of [SEED_REQUEST.audience, HS256_API]) {
    const { access, id } = await claimsOf('corp', GROUPS, { audience });
    const sorted = ['Domain Users', 'readers', 'ünïcode "group"'];
    assert.deepEqual(access[GROUPS_CLAIM], sorted);
    assert.deepEqual(id[GROUPS_CLAIM], sorted);
    assert.equal(access.sub, 'ldap|corp|id-1');
  }
});

test('the groups of a token are those of this login, not of an earlier one', async () => {
  await claimsOf('corp', GROUPS);
  assert.deepEqual((await claimsOf('corp', ['readers'])).access[GROUPS_CLAIM], ['readers']);
  assert.deepEqual((await claimsOf('corp', [])).access[GROUPS_CLAIM], []);
});

test('a directory that tells no groups makes no claim, and earlier groups are forgotten', async () => {
  await claimsOf('corp', GROUPS);
  const { access, id } = await claimsOf('corp', null);
  assert.deepEqual([GROUPS_CLAIM in access, GROUPS_CLAIM in id], [false, false]);
  const user = await server.app.stores.users.findById((await sampleTenantOf(server)).id, 'ldap|corp|id-1');
  assert.equal(user?.groups, null);
});

test('without a claim name groups are kept with the user and stand in no token', async () => {
  const { access, id } = await claimsOf('domain', GROUPS);
  for (const token of [access, id]) assert.ok(!JSON.stringify(token).includes('readers'));
  const user = await server.app.stores.users.findById((await sampleTenantOf(server)).id, 'ad|domain|id-1');
  assert.deepEqual(user?.groups, ['Domain Users', 'readers', 'ünïcode "group"']);
});
