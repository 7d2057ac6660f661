// The ManagementClient of Auth0's library, of today and of 4.x, on the configuration of a tenant: each thing is made, shown,
// listed to the end, changed and deleted, and refusals are what the library makes of Auth0's own.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Management, type ManagementClient } from 'auth0';
import type * as v4 from 'auth0-v4';
import {
  API,
  APPLICATION,
  all,
  allPages,
  assertRefused,
  DATABASE,
  type Managed,
  membersOf,
  startManaged,
} from './managed.ts';

let managed: Managed;
let management: ManagementClient;
let management4: v4.ManagementClient;
before(async () => {
  managed = await startManaged();
  ({ management, management4 } = managed);
});
after(() => managed.server.stop());

const { publicKey: pem } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

test('auth0 7 changes the settings of the tenant', async () => {
  const settings = await management.tenants.settings.update({ friendly_name: 'Acme' });
  assert.equal(settings.friendly_name, 'Acme');
  assert.equal((await management.tenants.settings.get({ fields: 'default_directory' })).default_directory, DATABASE);
  await assertRefused(management.tenants.settings.update({ default_directory: 'nowhere' }), 400, 'invalid_body');
});

test('auth0 7 makes, shows, lists, changes and deletes clients', async () => {
  const made = await management.clients.create({ name: 'Made', app_type: 'non_interactive' });
  const { client_id: id = '' } = made;
  assert.match(made.client_secret ?? '', /^[\w-]{64}$/);
  const more = ['One', 'Two', 'Three'].map((name) => management.clients.create({ name }));
  const ids = (await Promise.all(more)).map((one) => one.client_id ?? '');
  const listed = membersOf(await all(management.clients.list()), 'client_id');
  for (const one of [id, ...ids, APPLICATION]) assert.ok(listed.includes(one));
  assert.deepEqual(membersOf(await all(management.clients.list({ per_page: 2 })), 'client_id'), listed);
  assert.equal((await all(management.clients.list({ is_global: true }))).length, 1);
  const changed = await management.clients.update(id, { description: 'Changed', client_metadata: { team: 'a' } });
  assert.deepEqual([changed.description, changed.client_metadata], ['Changed', { team: 'a' }]);
  assert.notEqual((await management.clients.rotateSecret(id)).client_secret, made.client_secret);
  assert.equal((await management.clients.get(id, { fields: 'name' })).name, 'Made');
  for (const one of [id, ...ids]) await management.clients.delete(one);
  await assert.rejects(management.clients.get(id), Management.NotFoundError);
  await assertRefused(management.clients.get(id), 404, 'inexistent_client');
  await assertRefused(management.clients.create({ name: '' }), 400, 'invalid_body');
});

test('auth0 7 gives a client keys and takes them back', async () => {
  const { client_id: id = '' } = await management.clients.create({ name: 'Keys' });
  const body = { credential_type: 'public_key', pem, name: 'first' } as const;
  const { id: credential = '' } = await management.clients.credentials.create(id, body);
  assert.deepEqual(membersOf(await management.clients.credentials.list(id), 'id'), [credential]);
  const expiresAt = '2030-01-31T00:00:00.000Z';
  await management.clients.credentials.update(id, credential, { expires_at: expiresAt });
  assert.equal((await management.clients.credentials.get(id, credential)).expires_at, expiresAt);
  await management.clients.credentials.delete(id, credential);
  await assertRefused(management.clients.credentials.get(id, credential), 404, 'inexistent_credential');
});

test('auth0 7 makes, shows, lists, changes and deletes client grants', async () => {
  const clients = await Promise.all(['A', 'B', 'C'].map((name) => management.clients.create({ name })));
  const grants = await Promise.all(
    clients.map(({ client_id: id = '' }) =>
      management.clientGrants.create({ client_id: id, audience: API, scope: ['read:sample'] }),
    ),
  );
  const ids = membersOf(grants, 'id');
  assert.deepEqual(membersOf(await all(management.clientGrants.list({ audience: API })), 'id'), ids);
  assert.deepEqual(membersOf(await all(management.clientGrants.list({ audience: API, take: 1 })), 'id'), ids);
  const [first = ''] = ids;
  assert.deepEqual((await management.clientGrants.update(first, { scope: [] })).scope, []);
  assert.equal((await management.clientGrants.get(first)).audience, API);
  for (const id of ids) await management.clientGrants.delete(id);
  assert.deepEqual(await all(management.clientGrants.list({ audience: API })), []);
  await assertRefused(management.clientGrants.get(first), 404, 'inexistent_client_grant');
});

test('auth0 7 makes, shows, lists, changes and deletes connections, and says who may use them', async () => {
  const made = await Promise.all(
    ['One', 'Two', 'Three'].map((name) => management.connections.create({ name, strategy: 'auth0' })),
  );
  const ids = membersOf(made, 'id');
  const listed = membersOf(await all(management.connections.list()), 'id');
  for (const id of ids) assert.ok(listed.includes(id));
  assert.deepEqual(membersOf(await all(management.connections.list({ take: 1 })), 'id'), listed);
  assert.equal((await all(management.connections.list({ strategy: ['auth0'], take: 2 }))).length, listed.length);
  const [id = ''] = ids;
  const { client_id: other = '' } = await management.clients.create({ name: 'User of connections' });
  await management.connections.clients.update(id, [
    { client_id: APPLICATION, status: true },
    { client_id: other, status: true },
  ]);
  const clients = [APPLICATION, other].toSorted();
  assert.deepEqual(membersOf(await all(management.connections.clients.get(id)), 'client_id'), clients);
  assert.deepEqual(membersOf(await all(management.connections.clients.get(id, { take: 1 })), 'client_id'), clients);
  const changed = await management.connections.update(id, { is_domain_connection: true });
  assert.equal(changed.is_domain_connection, true);
  assert.equal((await management.connections.get(id)).strategy, 'auth0');
  await management.connections.checkStatus(id);
  for (const one of ids) await management.connections.delete(one);
  await assertRefused(management.connections.get(id), 404, 'inexistent_connection');
  await assertRefused(management.connections.create({ name: DATABASE, strategy: 'auth0' }), 409, 'connection_conflict');
});

test('auth0 7 makes, shows, lists, changes and deletes APIs, called by id or identifier', async () => {
  const identifiers = ['https://one.example', 'https://two.example/a?b=c'];
  const made = await Promise.all(
    identifiers.map((identifier) =>
      management.resourceServers.create({ identifier, scopes: [{ value: 'a', description: 'A' }] }),
    ),
  );
  const listed = membersOf(await all(management.resourceServers.list()), 'identifier');
  for (const identifier of identifiers) assert.ok(listed.includes(identifier));
  assert.deepEqual(membersOf(await all(management.resourceServers.list({ per_page: 1 })), 'identifier'), listed);
  const [id = '', other = ''] = made.map((one) => one.id);
  assert.equal((await management.resourceServers.update(id, { token_lifetime: 60 })).token_lifetime, 60);
  assert.equal((await management.resourceServers.get(identifiers[0] ?? '')).id, id);
  for (const called of [id, identifiers[1] ?? '']) await management.resourceServers.delete(called);
  await assertRefused(management.resourceServers.get(other), 404, 'inexistent_resource_server');
  await assertRefused(management.resourceServers.create({ identifier: API }), 409, 'resource_server_conflict');
});

test('auth0 7 changes attack protection, and shows the signing keys', async () => {
  const { bruteForceProtection, suspiciousIpThrottling } = management.attackProtection;
  assert.equal((await bruteForceProtection.update({ max_attempts: 20 })).max_attempts, 20);
  assert.equal((await bruteForceProtection.get()).max_attempts, 20);
  assert.deepEqual((await suspiciousIpThrottling.update({ allowlist: ['192.0.2.1'] })).allowlist, ['192.0.2.1']);
  await assertRefused(bruteForceProtection.update({ max_attempts: 0 }), 400, 'invalid_body');
  const [key] = await management.keys.signing.list();
  assert.equal((await management.keys.signing.get(key?.kid ?? '')).cert, key?.cert);
  await assertRefused(management.keys.signing.get('nothing'), 404, 'inexistent_signing_key');
  await assertRefused(management.keys.signing.rotate(), 409, 'signing_key_too_new');
});

test('auth0 4 changes the settings of the tenant', async () => {
  const { data } = await management4.tenants.updateSettings({ friendly_name: 'Acme 4' });
  assert.equal(data.friendly_name, 'Acme 4');
  assert.equal((await management4.tenants.getSettings()).data.default_directory, DATABASE);
});

test('auth0 4 makes, shows, lists, changes and deletes clients and their keys', async () => {
  const { data: made, status } = await management4.clients.create({ name: 'Made by 4' });
  assert.equal(status, 201);
  const { client_id: id } = made;
  const bare = await allPages((page) => management4.clients.getAll({ page, per_page: 2 }));
  assert.ok(membersOf(bare, 'client_id').includes(id));
  const { data: totals } = await management4.clients.getAll({ include_totals: true, per_page: 1, page: 1 });
  assert.deepEqual([totals.total, totals.start, totals.limit, totals.clients.length], [bare.length, 1, 1, 1]);
  const { data: changed } = await management4.clients.update({ client_id: id }, { description: 'Changed' });
  assert.equal(changed.description, 'Changed');
  const { data: rotated } = await management4.clients.rotateClientSecret({ client_id: id });
  assert.notEqual(rotated.client_secret, made.client_secret);
  const body = { credential_type: 'public_key', pem } as const;
  const { data: key } = await management4.clients.createCredential({ client_id: id }, body);
  assert.deepEqual((await management4.clients.getCredentials({ client_id: id })).data, [key]);
  await management4.clients.deleteCredential({ client_id: id, credential_id: key.id });
  assert.equal((await management4.clients.delete({ client_id: id })).status, 204);
  await assertRefused(management4.clients.get({ client_id: id }), 404, 'inexistent_client');
});

test('auth0 4 makes, lists, changes and deletes client grants', async () => {
  const { data: client } = await management4.clients.create({ name: 'Granted by 4' });
  const { data: made } = await management4.clientGrants.create({
    ...{ client_id: client.client_id, audience: API, scope: ['read:sample'] },
  });
  const query = { client_id: client.client_id };
  assert.deepEqual((await management4.clientGrants.getAll(query)).data, [made]);
  const { data: totals } = await management4.clientGrants.getAll({ ...query, include_totals: true });
  assert.deepEqual([totals.total, totals.client_grants], [1, [made]]);
  const { data: changed } = await management4.clientGrants.update({ id: made.id }, { scope: ['write:sample'] });
  assert.deepEqual(changed.scope, ['write:sample']);
  await management4.clientGrants.delete({ id: made.id });
  assert.deepEqual((await management4.clientGrants.getAll(query)).data, []);
});

test('auth0 4 makes, shows, lists, changes and deletes connections', async () => {
  const { data: made } = await management4.connections.create({ name: 'Made-by-4', strategy: 'auth0' });
  const { id } = made;
  const listed = await allPages((page) => management4.connections.getAll({ page, per_page: 1 }));
  assert.ok(membersOf(listed, 'id').includes(id));
  const { data: totals } = await management4.connections.getAll({ include_totals: true });
  assert.equal(totals.total, listed.length);
  await management4.connections.updateEnabledClients({ id }, [{ client_id: APPLICATION, status: true }]);
  const { data: enabled } = await management4.connections.getEnabledClients({ id, take: 10 });
  assert.deepEqual(enabled.clients, [{ client_id: APPLICATION }]);
  const { data: changed } = await management4.connections.update({ id }, { realms: ['made.example'] });
  assert.deepEqual(changed.realms, ['made.example']);
  await management4.connections.checkStatus({ id });
  await management4.connections.delete({ id });
  await assertRefused(management4.connections.get({ id }), 404, 'inexistent_connection');
});

test('auth0 4 makes, shows, lists, changes and deletes APIs', async () => {
  const { data: made } = await management4.resourceServers.create({ identifier: 'https://four.example' });
  const listed = await allPages((page) => management4.resourceServers.getAll({ page, per_page: 1 }));
  assert.ok(membersOf(listed, 'identifier').includes('https://four.example'));
  const { data: changed } = await management4.resourceServers.update({ id: made.id ?? '' }, { token_lifetime: 90 });
  assert.equal(changed.token_lifetime, 90);
  assert.deepEqual((await management4.resourceServers.get({ id: 'https://four.example' })).data, changed);
  await management4.resourceServers.delete({ id: 'https://four.example' });
  await assertRefused(management4.resourceServers.get({ id: made.id ?? '' }), 404, 'inexistent_resource_server');
});

test('auth0 4 changes attack protection, and shows the signing keys', async () => {
  const { data } = await management4.attackProtection.updateBruteForceConfig({ max_attempts: 30 });
  assert.equal(data.max_attempts, 30);
  const { data: throttling } = await management4.attackProtection.getSuspiciousIpThrottlingConfig();
  assert.equal(throttling.enabled, true);
  const { data: keys } = await management4.keys.getAll();
  assert.deepEqual((await management4.keys.get({ kid: keys[0]?.kid ?? '' })).data, keys[0]);
  await assertRefused(management4.keys.get({ kid: 'nothing' }), 404, 'inexistent_signing_key');
});
