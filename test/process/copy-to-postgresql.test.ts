// Moving a development server from SQLite to PostgreSQL while it runs: what was issued before stays valid after.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { type DevServer, startDevServer } from '../support/dev-server.ts';
import { type Answer, exchange } from '../support/http-exchange.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';
import { needs } from '../support/required-program.ts';
import { startGatehouse } from '../support/running-program.ts';

const skip = needs('postgresql');
const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-copy-'));
let database: PostgresqlDatabase;

before(async () => {
  if (skip === false) database = await createPostgresqlDatabase();
});
after(async () => {
  rmSync(dataDir, { recursive: true, force: true });
  if (skip === false) await database.drop();
});

const REQUEST = {
  grant_type: 'password',
  username: 'user@example.com',
  password: 'pwd',
  client_id: 'QuickStartPublicClient0000000000',
  scope: 'openid profile',
};

function at({ ports: [port] }: DevServer, path: string, rest: object = {}): Promise<Answer> {
  return exchange({ port, path, headers: { host: `localhost:${port}` }, ...rest });
}

async function accessToken(server: DevServer, audience: string | null): Promise<string> {
  const answer = await at(server, '/oauth/token', { json: { ...REQUEST, audience } });
  assert.equal(answer.status, 200, answer.text);
  return answer.json<{ access_token: string }>().access_token;
}

async function userinfoStatus(server: DevServer, token: string): Promise<number> {
  const headers = { host: `localhost:${server.ports[0]}`, authorization: `Bearer ${token}` };
  return (await at(server, '/userinfo', { headers })).status;
}

test('every token and login of a dev server stays valid after its data was copied to PostgreSQL', {
  skip,
}, async () => {
  const onSqlite = await startDevServer({ dataDir });
  const tokens = [await accessToken(onSqlite, 'https://someapi.com/api'), await accessToken(onSqlite, null)];
  const from = `sqlite:${join(dataDir, 'gatehouse.db')}`;
  const copy = await startGatehouse(['copy', '--from', from, '--to', database.url, '--data-dir', dataDir]).ended;
  assert.equal(copy.code, 0, copy.stderr);
  const { ports } = onSqlite;
  await onSqlite.stop();

  const environment = { GATEHOUSE_DATABASE_URL: database.url };
  const onPostgresql = await startDevServer({ dataDir, ports, environment });
  try {
    const keys = (await at(onPostgresql, '/.well-known/jwks.json')).json<JSONWebKeySet>();
    const [jwt = ''] = tokens;
    await jwtVerify(jwt, createLocalJWKSet(keys), { issuer: `${onPostgresql.https}/` });
    for (const token of tokens) assert.equal(await userinfoStatus(onPostgresql, token), 200);
    assert.equal(await userinfoStatus(onPostgresql, await accessToken(onPostgresql, null)), 200);
  } finally {
    await onPostgresql.stop();
  }
});
