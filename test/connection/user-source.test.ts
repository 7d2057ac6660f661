// Where the users of a database come from: applied, exported, shown without its secret, and refused where it has no effect or
// the secret would go astray.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { API, PUBLIC_CLIENT, SAMPLE_TENANT } from '../support/sample-tenant.ts';

type Json = Record<string, unknown>;

const SECRET = 'the-secret-of-the-mover';
const UPSTREAM = { issuer: 'https://acme.eu.auth0.com/', client_id: 'Mover', client_secret: SECRET };

let line: CommandLine;
let server: ManagementServer;
before(async () => {
  line = await openCommandLine();
  server = await startManagementServer();
});
after(async () => {
  await line.close();
  await server.close();
});

function apply(options: Json, ...flags: string[]) {
  const database = { name: 'Moving', enabled_clients: [], options };
  return line.run([
    'apply',
    line.write('moving.yaml', { tenant: SAMPLE_TENANT.tenant, databases: [DEFAULT, database] }),
    ...flags,
  ]);
}
const [DEFAULT] = SAMPLE_TENANT.databases.map(({ name, options }) => ({ name, options }));

async function exported(...flags: string[]): Promise<Json> {
  const { databases } = parse((await line.succeed(['export', ...flags])).stdout) as {
    databases: { name: string; options: Json }[];
  };
  return databases.find(({ name }) => name === 'Moving')?.options ?? assert.fail();
}

test('it is applied whole, and exported with its secret only when that is asked for', async () => {
  assert.equal((await apply({ import_mode: true, upstream: UPSTREAM })).code, 0);
  assert.deepEqual((await exported('--with-secrets'))['upstream'], UPSTREAM);
  const { client_secret: _, ...shown } = UPSTREAM;
  const plain = await exported();
  assert.deepEqual([plain['import_mode'], plain['upstream']], [true, shown]);
  const again = await apply({ import_mode: true, upstream: shown }, '--json');
  assert.ok(again.json<{ changes: { action: string }[] }>().changes.every(({ action }) => action === 'unchanged'));
  assert.deepEqual((await exported('--with-secrets'))['upstream'], UPSTREAM);
});

test('a stored secret does not follow to another address [T-34]', async () => {
  assert.equal((await apply({ import_mode: true, upstream: UPSTREAM })).code, 0);
  const { client_secret: _, ...moved } = { ...UPSTREAM, issuer: 'https://evil.example.com/' };
  const { code, stderr } = await apply({ import_mode: true, upstream: moved });
  assert.equal(code, 1);
  assert.match(stderr, /issuer changes, so client_secret must be given with it/);
});

for (const [name, options, words] of [
  ['import_mode without a source', { import_mode: true }, /import_mode has no effect without/],
  ['a source without import_mode', { upstream: UPSTREAM }, /upstream has no effect without `import_mode: true`/],
  ['an address without TLS', { import_mode: true, upstream: { ...UPSTREAM, issuer: 'http://a.example' } }, /issuer/],
  [
    'the tenant itself',
    { import_mode: true, upstream: { ...UPSTREAM, issuer: 'https://tenant.example.test' } },
    /upstream\.issuer is this tenant itself/,
  ],
  ['an option that nobody knows', { import_mode: true, upstream: { ...UPSTREAM, scope: 'x' } }, /not supported/],
] as const) {
  test(`${name} is refused`, async () => {
    const { code, stderr } = await apply(options);
    assert.equal(code, 1);
    assert.match(stderr, words);
  });
}

test('the Management API takes the secret, keeps it, and never shows it', async () => {
  const body = { name: 'Over-the-API', strategy: 'auth0', options: { import_mode: true, upstream: UPSTREAM } };
  const made = await server.api('POST', '/connections', body);
  assert.equal(made.status, 201, JSON.stringify(made.json));
  const { id, options } = made.json as { id: string; options: Json };
  assert.equal(JSON.stringify(options).includes(SECRET), false);
  const { client_secret: _, ...shown } = UPSTREAM;
  assert.deepEqual(options['upstream'], shown);
  const changed = await server.api('PATCH', `/connections/${id}`, {
    options: { ...options, passwordPolicy: 'low', upstream: shown },
  });
  assert.equal(changed.status, 200, JSON.stringify(changed.json));
  const tenant = (await server.app.stores.tenants.findByName('acme')) ?? assert.fail();
  const stored = (await server.app.stores.connections.list(tenant.id)).find((one) => one.id === id);
  assert.deepEqual(
    Object.values(stored?.secrets ?? {}).map((one) => one.reveal()),
    [SECRET],
  );
  assert.equal(stored?.trusted, false);
});

test('what somebody points at a private network over the API is not connected to [T-33]', async () => {
  for (const host of ['localhost', '127.0.0.1:1', '169.254.169.254', '[::1]:1', '10.0.0.1']) {
    const upstream = { ...UPSTREAM, issuer: `https://${host}/` };
    const name = `Inward-${Math.random().toString(36).slice(2)}`;
    const options = { import_mode: true, upstream, passwordPolicy: 'none' };
    const made = await server.api('POST', '/connections', {
      name,
      strategy: 'auth0',
      options,
      is_domain_connection: true,
    });
    assert.equal(made.status, 201, JSON.stringify(made.json));
    const answer = await server.token({
      grant_type: 'http://auth0.com/oauth/grant-type/password-realm',
      ...{ realm: name, client_id: PUBLIC_CLIENT, audience: API, username: 'ada@example.com', password: 'whatever' },
    });
    assert.equal(answer.statusCode, 503, host);
    assert.equal((await server.logs())[0]?.details.error?.reason, 'directory-address-refused', host);
  }
});
