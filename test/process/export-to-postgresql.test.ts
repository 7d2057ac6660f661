// A tenant that was exported and applied to an empty Gatehouse on PostgreSQL answers the article's requests the same way.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { type App, createApp } from '../../src/app.ts';
import { openGround } from '../../src/cli/ground.ts';
import { loadConfiguration } from '../../src/config/load-config.ts';
import { type CommandLine, openCommandLine, runInProcess } from '../support/command-line.ts';
import { MANAGED_TENANT, MANAGEMENT_AUDIENCE, MANAGER, MANAGER_SECRET } from '../support/management-server.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';
import { needs } from '../support/required-program.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, HS256_API, REALM_GRANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST } from '../support/start-server.ts';

const skip = needs('postgresql');
let line: CommandLine;
let database: PostgresqlDatabase;

before(async () => {
  if (skip !== false) return;
  line = await openCommandLine();
  database = await createPostgresqlDatabase();
  await line.succeed(['apply', line.write('tenant.yaml', MANAGED_TENANT)]);
  const { stdout } = await line.succeed(['export', '--with-secrets']);
  const there = { ...line.environment, GATEHOUSE_DATABASE_URL: database.url };
  const applied = await runInProcess(['apply', line.write('exported.yaml', stdout)], there);
  assert.equal(applied.code, 0, applied.stderr);
});
after(async () => {
  if (skip !== false) return;
  await database.drop();
  await line.close();
});

const REQUESTS = {
  'the article’s': SEED_REQUEST,
  'one with openid': { ...SEED_REQUEST, scope: 'openid profile email' },
  'one for an HS256 API': { ...SEED_REQUEST, audience: HS256_API, scope: 'read:legacy' },
  'one by realm': {
    ...SEED_REQUEST,
    grant_type: REALM_GRANT,
    realm: 'Second',
    username: 'second@example.com',
    client_id: BACKEND_CLIENT,
    client_secret: BACKEND_SECRET,
  },
  'a wrong password': { ...SEED_REQUEST, password: 'wrong' },
  'a blocked user': { ...SEED_REQUEST, username: 'blocked@example.com' },
  'a client without the grant': { ...SEED_REQUEST, client_id: 'WithoutGrant' },
  'a machine’s for the Management API': {
    grant_type: 'client_credentials',
    client_id: MANAGER,
    client_secret: MANAGER_SECRET,
    audience: MANAGEMENT_AUDIENCE,
  },
} as const;

/** The status, and what the answer says but for keys, times and signatures. */
async function answers(databaseUrl: string): Promise<Record<string, unknown>> {
  const environment = { ...line.environment, GATEHOUSE_DATABASE_URL: databaseUrl };
  const ground = await openGround(await loadConfiguration({ file: null, environment, flags: {} }));
  const app = createApp(ground);
  try {
    const all: [string, unknown][] = [];
    for (const [name, request] of Object.entries(REQUESTS)) all.push([name, await answer(app, request)]);
    return Object.fromEntries(all);
  } finally {
    await app.server.close();
    await ground.database.close();
  }
}

async function answer(app: App, request: object): Promise<unknown> {
  const raw = await app.server.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: { host: HOST, 'content-type': 'application/json' },
    payload: JSON.stringify(request),
  });
  const { access_token: access, id_token: id, ...rest } = raw.json<{ access_token?: string; id_token?: string }>();
  return { status: raw.statusCode, rest, access: claimsOf(access), id: claimsOf(id) };
}

function claimsOf(token: string | undefined): unknown {
  if (token === undefined) return null;
  const { iat: _iat, exp: _exp, at_hash: _hash, updated_at: _applied, ...claims } = decodeJwt(token);
  return claims;
}

test('an exported tenant answers the same on PostgreSQL', { skip }, async () => {
  const here = await answers(line.databaseUrl);
  assert.equal((here['the article’s'] as { status: number }).status, 200);
  assert.equal((here['a machine’s for the Management API'] as { status: number }).status, 200);
  assert.deepEqual(await answers(database.url), here);
});
