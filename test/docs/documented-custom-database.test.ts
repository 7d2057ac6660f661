// The tenant file and the scripts that docs/custom-database.md shows do what the page says of them.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { applyTenantFile } from '../../src/declaration/apply.ts';
import { readTenantFile } from '../../src/declaration/tenant-file.ts';
import { createHasher } from '../../src/ground.ts';
import { createStores } from '../../src/stores.ts';
import { PUBLIC_CLIENT, REALM_GRANT, SAMPLE_TENANT } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const PAGE = readFileSync('docs/custom-database.md', 'utf8');
const [login = '', getUser = ''] = [...PAGE.matchAll(/^```js\n(.*?)^```/gms)].map(([, code]) => code);
const [, yaml = ''] = /^```yaml\n(.*?)^```/ms.exec(PAGE) ?? [];
const PEPPER = 'a pepper';
const PASSWORD = 'the password of Ada';
const digest = createHmac('sha256', PEPPER).update(PASSWORD).digest('hex');
const USERS = JSON.stringify({ 'ada@example.com': { id: 'ada-1', digest, name: 'Ada' } });

let server: TestServer;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-custom-'));
  mkdirSync(join(folder, 'legacy'));
  writeFileSync(join(folder, 'legacy/login.js'), login);
  writeFileSync(join(folder, 'legacy/get_user.js'), getUser);
  server = await startServer();
  const text = stringify({ ...SAMPLE_TENANT, ...(parse(yaml) as object) });
  const file = readTenantFile('tenant.yaml', text, { LEGACY_PEPPER: PEPPER, LEGACY_USERS: USERS }, { folder });
  const { database, clock } = server.ground;
  const ground = { database, clock, stores: createStores(server.ground), hasher: createHasher(server.ground) };
  await applyTenantFile({ ...ground, defaultDomains: null }, file);
  server.app.forgetConfiguration();
});
after(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

test('the file is applied, and the right password logs in once by the script and then without it', async () => {
  const request = { grant_type: REALM_GRANT, realm: 'Legacy', client_id: PUBLIC_CLIENT, username: 'Ada@example.com' };
  for (const time of ['first', 'second']) {
    const { statusCode, body } = await server.token({ ...request, password: PASSWORD });
    assert.equal(statusCode, 200, `${time}: ${body}`);
  }
  assert.equal((await server.token({ ...request, password: 'wrong' })).statusCode, 403);
  assert.equal((await server.token({ ...request, username: 'bob@example.com', password: 'x' })).statusCode, 403);
  const tenant = (await server.app.stores.tenants.findByName('acme')) ?? assert.fail();
  assert.equal((await server.app.stores.users.findById(tenant.id, 'auth0|ada-1'))?.name, 'Ada');
});
