// The tenant files and the scripts that docs/custom-database.md shows do what the page says of them.
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
import { type AccountsServer, startAccountsServer } from '../support/accounts-server.ts';
import { PUBLIC_CLIENT, REALM_GRANT, SAMPLE_TENANT } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

const PAGE = readFileSync('docs/custom-database.md', 'utf8');
const SCRIPTS = [...PAGE.matchAll(/^`([\w/]+\.js)`:\n\n```js\n(.*?)^```/gms)].map(([, path = '', code = '']) => ({
  path: path.includes('/') ? path : `legacy/${path}`,
  code,
}));
const [legacy, accounts] = [...PAGE.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, yaml = '']) => yaml);
const PEPPER = 'a pepper';
const PASSWORD = 'the password of Ada';
const digest = createHmac('sha256', PEPPER).update(PASSWORD).digest('hex');
const USERS = JSON.stringify({ 'ada@example.com': { id: 'ada-1', digest, name: 'Ada' } });

let server: TestServer;
let elsewhere: AccountsServer;
let folder: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-custom-'));
  for (const { path, code } of SCRIPTS) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), code);
  }
  elsewhere = await startAccountsServer();
  server = await startServer({ options: elsewhere.options });
  const { URL = '', KEY = '' } = elsewhere.connectionOptions()['configuration'] as Record<string, string>;
  const databases = [legacy, accounts].flatMap((yaml) => (parse(yaml ?? '') as { databases: object[] }).databases);
  const text = stringify({ ...SAMPLE_TENANT, databases: [...SAMPLE_TENANT.databases, ...databases] });
  const values = { LEGACY_PEPPER: PEPPER, LEGACY_USERS: USERS, ACCOUNTS_URL: URL, ACCOUNTS_KEY: KEY };
  const file = readTenantFile('tenant.yaml', text, values, { folder });
  const { database, clock } = server.ground;
  const ground = { database, clock, stores: createStores(server.ground), hasher: createHasher(server.ground) };
  await applyTenantFile({ ...ground, defaultDomains: null }, file);
  server.app.forgetConfiguration();
});
after(async () => {
  await server.close();
  await elsewhere.close();
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

test('the other file is applied, and whoever signs up by its scripts logs in by them', async () => {
  const person = { client_id: PUBLIC_CLIENT, connection: 'Accounts', email: 'ada@example.com', password: 'A-Passw0rd' };
  const made = await server.app.server.inject({
    ...{ method: 'POST', url: '/dbconnections/signup' },
    headers: { host: HOST, 'content-type': 'application/json' },
    payload: JSON.stringify(person),
  });
  assert.equal(made.statusCode, 200, made.body);
  const request = { grant_type: REALM_GRANT, realm: 'Accounts', client_id: PUBLIC_CLIENT, username: person.email };
  assert.equal((await server.token({ ...request, password: person.password })).statusCode, 200);
  assert.equal((await server.token({ ...request, password: 'wrong' })).statusCode, 403);
});
