// Secrets are written over the Management API and not read by it, and none is led to another place by who cannot give it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Endpoint } from '../../src/management/endpoint.ts';
import { assertApiRefused, invalidBody, jsonOf } from '../support/api-answer.ts';
import { findSecrets } from '../support/canary.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { endpointsOf, pathOf } from '../support/management-endpoints.ts';
import { MANAGER, MANAGER_SECRET, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { BACKEND_CLIENT, BACKEND_SECRET } from '../support/sample-tenant.ts';
import { DIRECTORIES, MARK, type MadeIds, makeEverything, SECRETS } from '../support/stored-secrets.ts';

let server: ManagementServer;
let made: MadeIds;
let reads: readonly Endpoint[];
before(async () => {
  server = await startManagementServer();
  made = await makeEverything(server);
  reads = endpointsOf(server).filter(({ method }) => method === 'GET');
});
after(() => server.close());

const addressOf = (one: Endpoint) => pathOf(one, made[one.path.split('/')[1] ?? '']);
const { clientSecret, ...NEVER_SHOWN } = SECRETS;

async function readEverything(token: string): Promise<Map<string, string>> {
  const bodies = new Map<string, string>();
  for (const one of reads) {
    for (const query of ['', '?include_totals=true', '?take=50']) {
      const answer = await server.api('GET', `${addressOf(one)}${query}`, undefined, token);
      if (answer.status === 200) bodies.set(`${one.path}${query}`, answer.raw.body);
    }
  }
  return bodies;
}

test('no read shows a secret, but that of a client to whoever may see it [T-34]', async () => {
  const bodies = await readEverything(await server.managementToken());
  const whole = [...bodies.values()].join('\n');
  // It is where the secrets would be.
  assert.ok(whole.includes(`Client ${MARK}`) && whole.includes(`${MARK}-waad`) && bodies.size > reads.length / 2);
  assert.deepEqual(findSecrets(whole, NEVER_SHOWN), []);
  const showing = [...bodies].filter(([, body]) => body.includes(clientSecret)).map(([path]) => path);
  assert.deepEqual(showing, ['/clients', '/clients?include_totals=true', '/clients/{id}']);
});

test('without read:client_keys no read shows the secret of a client either [T-34]', async () => {
  const scopes = new Set(reads.flatMap((one) => one.scopes));
  for (const scope of ['read:client_keys', 'read:current_user']) scopes.delete(scope);
  const bodies = await readEverything(await server.managementToken([...scopes].join(' ')));
  const whole = [...bodies.values()].join('\n');
  assert.ok(whole.includes(`Client ${MARK}`));
  assert.deepEqual(findSecrets(whole, { clientSecret, MANAGER_SECRET, ...NEVER_SHOWN }), []);
});

test('a change shows the secret of a client only to whoever may read it, and no other secret at all [T-34]', async () => {
  const id = made['clients']?.['id'] ?? '';
  const token = await server.managementToken('update:clients');
  const client = await server.api('PATCH', `/clients/${id}`, { description: 'Other' }, token);
  assert.equal(client.status, 200);
  assert.ok(!client.raw.body.includes(clientSecret));
  const api = made['resource-servers']?.['id'] ?? '';
  const signing = { signing_secret: 'x'.repeat(40), name: 'Other' };
  const changed = await server.api('PATCH', `/resource-servers/${api}`, signing);
  assert.equal(changed.status, 200);
  assert.doesNotMatch(changed.raw.body, /x{8}|signing_secret/);
});

for (const { strategy, options, secret, elsewhere } of DIRECTORIES) {
  const [name = '', value = ''] = Object.entries(secret)[0] ?? [];

  async function create(title: string): Promise<string> {
    const body = { name: `${title}-${strategy}`, strategy, options: { ...options, ...secret } };
    return jsonOf<{ id: string }>(await server.api('POST', '/connections', body), 201).id;
  }
  async function storedSecret(id: string): Promise<string | undefined> {
    const { id: tenantId } = await sampleTenantOf(server);
    const connections = await server.app.stores.connections.list(tenantId);
    return connections.find((one) => one.id === id)?.secrets[name]?.reveal();
  }
  const patch = (id: string, changed: object) =>
    server.api('PATCH', `/connections/${id}`, { options: { ...options, ...changed } });

  test(`a connection of ${strategy} is not pointed elsewhere without its secret [T-34]`, async () => {
    const id = await create('Pointed');
    for (const place of elsewhere) {
      const answer = await patch(id, place);
      assertApiRefused(
        answer,
        invalidBody(new RegExp(`so ${name} must be given with it: .*on property options\\.${name}`)),
      );
      assert.ok(!answer.raw.body.includes(value));
    }
    assert.deepEqual(jsonOf<{ options: object }>(await server.api('GET', `/connections/${id}`), 200).options, options);
    for (const place of elsewhere) {
      const changed = jsonOf<{ options: object }>(await patch(id, { ...place, [name]: 'a secret of my own' }), 200);
      assert.deepEqual(changed.options, { ...options, ...place });
      assert.equal(await storedSecret(id), 'a secret of my own');
    }
  });

  test(`the secret of a connection of ${strategy} stays with any other change [T-34]`, async () => {
    const id = await create('Kept');
    jsonOf(await patch(id, { brute_force_protection: false }), 200);
    jsonOf(await server.api('PATCH', `/connections/${id}`, { realms: [`kept.${strategy}`] }), 200);
    assert.equal(await storedSecret(id), value);
  });
}

test('another authority is not trusted with a stored secret either [T-34]', async () => {
  const [current] = jsonOf<{ cert: string }[]>(await server.api('GET', '/keys/signing'), 200);
  for (const { strategy, options, secret } of DIRECTORIES.filter(({ strategy: one }) => one !== 'waad')) {
    const body = { name: `Authority-${strategy}`, strategy, options: { ...options, ...secret } };
    const { id } = jsonOf<{ id: string }>(await server.api('POST', '/connections', body), 201);
    const ca = await server.api('PATCH', `/connections/${id}`, { options: { ...options, ca: current?.cert } });
    assertApiRefused(ca, invalidBody(/options\.ca changes, so /));
  }
});

test('a connection reads no file of the server [T-34]', async () => {
  for (const { strategy, options, secret } of DIRECTORIES.filter(({ strategy: one }) => one !== 'waad')) {
    for (const path of ['/etc/passwd', 'no-such-file']) {
      const file = { ...options, ...secret, ca_file: path };
      const answer = await server.api('POST', '/connections', { name: 'File', strategy, options: file });
      assertApiRefused(answer, invalidBody(/ca_file names a file of the server: give its text in `ca`/));
    }
  }
});

test('a secret is shown only to who may do everything that its client may [T-34]', async () => {
  const narrow = await server.managementToken('read:clients read:client_keys');
  const secretOf = async (id: string, token?: string) =>
    ((await server.api('GET', `/clients/${id}`, undefined, token)).json as { client_secret?: string }).client_secret;
  assert.equal(await secretOf(BACKEND_CLIENT, narrow), BACKEND_SECRET);
  assert.equal(await secretOf(MANAGER, narrow), undefined);
  assert.equal(await secretOf(MANAGER), MANAGER_SECRET);
});
