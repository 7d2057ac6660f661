// `npm start` with a PostgreSQL database: the same first token, and the same one again at the next start.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { startDevServer } from '../support/dev-server.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';
import { needs } from '../support/required-program.ts';
import { startGatehouse } from '../support/running-program.ts';

const skip = needs('postgresql');
const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-dev-postgresql-'));
let database: PostgresqlDatabase;

before(async () => {
  if (skip !== false) return;
  database = await createPostgresqlDatabase();
});
after(async () => {
  rmSync(dataDir, { recursive: true, force: true });
  if (skip === false) await database.drop();
});

test('dev on PostgreSQL ends with a first token, and keeps its keys from start to start', { skip }, async () => {
  const environment = { GATEHOUSE_DATABASE_URL: database.url };
  const first = await startDevServer({ dataDir, environment });
  const token = printedToken(first.program.printed());
  assert.equal((await first.stop()).code, 0);
  assert.equal(decodeJwt(token).iss, `${first.https}/`);
  assert.equal(decodeJwt(token).aud, 'https://someapi.com/api');

  const second = await startDevServer({ dataDir, environment, ports: first.ports });
  const again = printedToken(second.program.printed());
  assert.equal((await second.stop()).code, 0);
  assert.equal(decodeProtectedHeader(again).kid, decodeProtectedHeader(token).kid);
});

test('serve refuses a database that dev worked on, and dev one that it did not make [T-44]', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-serve-postgresql-'));
  const environment = {
    GATEHOUSE_DATABASE_URL: database.url,
    GATEHOUSE_MASTER_KEY: readFileSync(join(dataDir, 'master.key'), 'utf8').trim(),
  };
  const serve = await startGatehouse(['serve', '--data-dir', folder], environment).ended;
  assert.equal(serve.code, 1);
  assert.match(serve.stderr, /The database was made by `dev`/);

  const other = await createPostgresqlDatabase();
  const elsewhere = { ...environment, GATEHOUSE_DATABASE_URL: other.url };
  const tenant = ['tenant', 'create', 'acme', '--set', 'domains=login.example.com', '--data-dir', folder];
  assert.equal((await startGatehouse(tenant, elsewhere).ended).code, 0);
  const dev = await startGatehouse(['dev', '--data-dir', dataDir], elsewhere).ended;
  assert.equal(dev.code, 1);
  assert.match(dev.stderr, /holds tenants that `dev` did not make/);
  await other.drop();
  rmSync(folder, { recursive: true, force: true });
});

function printedToken(text: string): string {
  return /"access_token": "([^"]+)"/.exec(text)?.[1] ?? '';
}
