// Roles, permissions and client keys in the tenant file: applied again they change nothing, exported they come back, and
// what cannot be is refused with its line.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { applyTenantFile } from '../../src/declaration/apply.ts';
import { exportTenant } from '../../src/declaration/export.ts';
import { readTenantFile, TenantFileError } from '../../src/declaration/tenant-file.ts';
import { createHasher } from '../../src/ground.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import {
  FIRST_KEY,
  KEY_MACHINE,
  MACHINE_TENANT,
  makeKeyPair,
  privateKeyJwt,
  publicKeyEntry,
  SECOND_KEY,
} from '../support/machine-tenant.ts';
import { API, DATABASE, PASSWORD, SAMPLE_TENANT, USER_ID } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const READ = { resource_server_identifier: API, permission_name: 'read:sample' };
const WRITE = { resource_server_identifier: API, permission_name: 'write:sample' };
const [SAM, ...OTHERS] = SAMPLE_TENANT.users;
const TENANT = {
  ...MACHINE_TENANT,
  roles: [
    { name: 'reader', description: 'Reads', permissions: [READ] },
    { name: 'editor', permissions: [WRITE, READ, READ] },
  ],
  users: [{ ...SAM, roles: ['reader', 'editor', 'reader'], permissions: [WRITE, READ, WRITE] }, ...OTHERS],
};

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: TENANT });
});
after(() => server.close());

async function changesOf(file: object): Promise<string[]> {
  const { ground, app, clock } = server;
  const parsed = readTenantFile('test.yaml', stringify(file), {});
  const { database } = ground;
  const parts = { database, stores: app.stores, hasher: createHasher(ground), clock, defaultDomains: null };
  const { changes } = await applyTenantFile(parts, parsed);
  return changes
    .filter(({ action }) => action !== 'unchanged')
    .map(({ action, noun, name }) => `${action} ${noun} ${name}`);
}

test('a file with roles, permissions and keys changes nothing when it is applied again', async () => {
  assert.deepEqual(await changesOf(TENANT), []);
});

test('a changed role, assignment or key is told as a change of its owner', async () => {
  const [reader, editor] = TENANT.roles;
  assert.deepEqual(await changesOf({ ...TENANT, roles: [{ ...reader, permissions: [READ, WRITE] }, editor] }), [
    'updated role reader',
  ]);
  assert.deepEqual(await changesOf(TENANT), ['updated role reader']);
  const [sam, ...others] = TENANT.users;
  assert.deepEqual(await changesOf({ ...TENANT, users: [{ ...sam, roles: ['reader'] }, ...others] }), [
    'updated user user@example.com',
  ]);
  assert.deepEqual(await changesOf(TENANT), ['updated user user@example.com']);
  const clients = TENANT.clients.map((client) =>
    client.client_id === KEY_MACHINE
      ? { ...client, client_authentication_methods: privateKeyJwt(publicKeyEntry(SECOND_KEY.pem, { alg: 'RS384' })) }
      : client,
  );
  assert.deepEqual(await changesOf({ ...TENANT, clients }), [`updated client Key machine (${KEY_MACHINE})`]);
  assert.deepEqual(await changesOf(TENANT), [`updated client Key machine (${KEY_MACHINE})`]);
});

test('a user whose entry names no roles and permissions has none any more', async () => {
  const [sam, ...others] = TENANT.users;
  const { roles: _, permissions: __, ...plain } = { roles: [], permissions: [], ...sam };
  await server.apply({ ...TENANT, users: [plain, ...others] });
  const { id } = await sampleTenantOf(server);
  assert.deepEqual(await server.app.stores.roleAssignments.find(id, USER_ID), { roleIds: [], permissions: [] });
  await server.apply(TENANT);
});

test('a key that stays in the file keeps its id, and the other one goes', async () => {
  const { id } = await sampleTenantOf(server);
  const list = () => server.app.stores.clientCredentials.list(id, KEY_MACHINE);
  const [first, second] = await list();
  assert.match(first?.id ?? '', /^cred_[A-Za-z0-9]{16}$/);
  assert.match(first?.kid ?? '', /^[\w-]{43}$/);
  const third = makeKeyPair();
  const clients = TENANT.clients.map((client) =>
    client.client_id === KEY_MACHINE
      ? {
          ...client,
          client_authentication_methods: privateKeyJwt(publicKeyEntry(third.pem), publicKeyEntry(SECOND_KEY.pem)),
        }
      : client,
  );
  await server.apply({ ...TENANT, clients });
  const [newest, kept, ...rest] = await list();
  assert.deepEqual([kept?.id, kept?.algorithm, rest], [second?.id, 'RS256', []]);
  assert.notEqual(newest?.id, first?.id);
  await server.apply(TENANT);
});

test('what is exported makes the same tenant again', async () => {
  const { text, warnings } = await exportTenant(server.app.stores, await sampleTenantOf(server), true);
  assert.deepEqual(warnings, []);
  const file = parse(text) as { roles: object[]; users: { user_id: string; roles?: string[] }[] };
  assert.deepEqual(
    file.roles.map((role) => (role as { name: string }).name),
    ['editor', 'reader'],
  );
  const sam = file.users.find((user) => USER_ID.endsWith(user.user_id));
  assert.deepEqual(sam?.roles, ['editor', 'reader']);
  assert.deepEqual(await changesOf(file), []);
});

const [, , , , , , ...machines] = TENANT.clients;
const withCredential = (...entries: Record<string, unknown>[]) => ({
  clients: [{ name: 'K', client_id: 'K', client_authentication_methods: privateKeyJwt(...entries) }],
});
const weak = makeKeyPair(1024);
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });
const privatePem = FIRST_KEY.privateKey.export({ type: 'pkcs8', format: 'pem' });
const user = (more: object) => ({
  users: [{ connection: DATABASE, email: 'a@example.com', password: PASSWORD, ...more }],
});

for (const [name, change, words] of [
  [
    'a role with an unknown API',
    { roles: [{ name: 'r', permissions: [{ ...READ, resource_server_identifier: 'x' }] }] },
    /There is no resource server x\./,
  ],
  [
    'a role with an unknown scope',
    { roles: [{ name: 'r', permissions: [{ ...READ, permission_name: 'x' }] }] },
    /has no scope x\./,
  ],
  ['a user with an unknown role', user({ roles: ['nobody'] }), /There is no role nobody\./],
  ['a user with an unknown scope', user({ permissions: [{ ...READ, permission_name: 'x' }] }), /has no scope x\./],
  [
    'a user with 51 roles',
    user({ roles: Array.from({ length: 51 }, () => 'reader') }),
    /roles must not have more than 50 items/,
  ],
  [
    'a user with 1001 permissions',
    user({ permissions: Array.from({ length: 1001 }, () => ({ ...READ })) }),
    /must not have more than 1000 items/,
  ],
  ['a key under 2048 bits', withCredential(publicKeyEntry(weak.pem)), /pem has 1024 bits/],
  ['an elliptic key', withCredential(publicKeyEntry(elliptic.toString())), /pem is no RSA key\./],
  ['a private key', withCredential(publicKeyEntry(privatePem.toString())), /pem is a private key/],
  ['a text that is no key', withCredential(publicKeyEntry('hello')), /pem is no public key or certificate/],
  [
    'the same key twice',
    withCredential(publicKeyEntry(FIRST_KEY.pem), publicKeyEntry(FIRST_KEY.pem)),
    /pem is the same key/,
  ],
  [
    'three keys',
    withCredential(publicKeyEntry(FIRST_KEY.pem), publicKeyEntry(SECOND_KEY.pem), publicKeyEntry(weak.pem)),
    /credentials must not have more than 2 items/,
  ],
  [
    'a date that does not exist',
    withCredential(publicKeyEntry(FIRST_KEY.pem, { expires_at: '2030-13-01T00:00:00Z' })),
    /no date that exists/,
  ],
  [
    'keys and a method',
    { clients: [{ ...machines[1], token_endpoint_auth_method: 'client_secret_post' }] },
    /token_endpoint_auth_method has no effect with client_authentication_methods/,
  ],
  [
    'keys and a secret',
    { clients: [{ ...machines[1], client_secret: 'a secret of enough characters' }] },
    /client_secret has no effect with client_authentication_methods/,
  ],
] as const) {
  test(`a file with ${name} is refused with its line`, async () => {
    await assert.rejects(changesOf({ tenant: TENANT.tenant, ...change }), (error) => {
      assert.ok(error instanceof TenantFileError, String(error));
      assert.match(error.message, /^test\.yaml:\d+: /);
      assert.match(error.message, words);
      assert.ok(!error.message.includes('BEGIN'), 'the key itself is not repeated');
      return true;
    });
  });
}
