// The files of the pages about connections apply as they stand, and a login reaches the connection that they declare.
import assert from 'node:assert/strict';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { applyTenantFile } from '../../src/declaration/apply.ts';
import { readTenantFile } from '../../src/declaration/tenant-file.ts';
import { createHasher } from '../../src/ground.ts';
import { createStores } from '../../src/stores.ts';
import { CERTIFICATE } from '../support/certificate.ts';
import { createFakeDirectory } from '../support/fake-directory.ts';
import { PUBLIC_CLIENT, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

interface Documented {
  readonly page: string;
  readonly connections: readonly { readonly name: string; readonly enabled_clients: readonly string[] }[];
}

/** What the pages tell people to export. */
const ENVIRONMENT = {
  CORP_BIND_PASSWORD: 'bind password',
  AZURE_CLIENT_SECRET: 'azure secret',
  ADFS_CLIENT_SECRET: 'adfs secret',
};

const documented = globSync('docs/connections/*.md').flatMap((page): Documented[] =>
  [...readFileSync(page, 'utf8').matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block = '']) => ({
    page,
    connections: (parse(block) as Documented).connections,
  })),
);

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-documented-'));
const directory = createFakeDirectory();
let server: TestServer;
before(async () => {
  writeFileSync(join(folder, 'corp-ca.pem'), CERTIFICATE);
  const { driver } = directory;
  server = await startServer({ directories: { ldap: driver, ad: driver, waad: driver, adfs: driver } });
});
after(async () => {
  rmSync(folder, { recursive: true });
  await server.close();
});

test('each page about a directory has a file', () => {
  const pages = new Set(documented.map(({ page }) => page));
  assert.deepEqual(pages, new Set(globSync('docs/connections/*.md')));
});

for (const [index, { page, connections }] of documented.entries()) {
  test(`file ${index + 1} of the pages, in ${page}, applies as it stands`, async () => {
    const [connection] = connections;
    assert.ok(connection);
    const [clientName = ''] = connection.enabled_clients;
    // Each file is applied to a tenant of its own, which has the client that it names.
    const name = `documented-${index}`;
    const content = {
      tenant: { name, domains: [`${name}.example.test`], default_directory: connection.name },
      clients: [
        { name: clientName, client_id: `${PUBLIC_CLIENT}${index}`, app_type: 'native', grant_types: ['password'] },
      ],
      resourceServers: SAMPLE_TENANT.resourceServers.slice(0, 1),
      connections,
    };
    const file = readTenantFile(page, stringify(content), ENVIRONMENT, { folder });
    const { ground } = server;
    const stores = createStores(ground);
    const { warnings } = await applyTenantFile(
      { database: ground.database, stores, hasher: createHasher(ground), clock: ground.clock, defaultDomains: null },
      file,
    );
    assert.deepEqual(warnings, []);
    server.app.forgetConfiguration();
    const asked = directory.asked;
    const request = { ...SEED_REQUEST, client_id: `${PUBLIC_CLIENT}${index}` };
    const response = await server.token(request, { host: `${name}.example.test` });
    assert.equal(response.statusCode, 403, response.body);
    assert.equal(directory.asked, asked + 1);
  });
}
