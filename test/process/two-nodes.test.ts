// Two servers on one PostgreSQL, as processes of their own: they start at once, and keys change under both.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { exchange } from '../support/http-exchange.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';
import { needs } from '../support/required-program.ts';
import { startGatehouse } from '../support/running-program.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, makeInstallation, requestToken, type ServedServer } from '../support/served-server.ts';

const skip = needs('postgresql');
const installation = makeInstallation();
let database: PostgresqlDatabase;
let nodes: readonly [ServedServer, ServedServer];

before(async () => {
  if (skip !== false) return;
  database = await createPostgresqlDatabase();
  installation.environment['GATEHOUSE_DATABASE_URL'] = database.url;
  nodes = await Promise.all([installation.serve(), installation.serve()]);
  const { code, stderr } = await installation.apply('tenant', SAMPLE_TENANT);
  assert.equal(code, 0, stderr);
});
after(async () => {
  if (skip !== false) return;
  await Promise.all(nodes.map((node) => node.program.stop()));
  await database.drop();
  installation.remove();
});

async function gatehouse(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await startGatehouse(
    [...args, '--data-dir', installation.dataDir],
    installation.environment,
  ).ended;
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

async function accessToken({ port }: ServedServer): Promise<string> {
  const answer = await requestToken(port, { ...SEED_REQUEST, scope: 'openid read:sample' });
  assert.equal(answer.status, 200, answer.text);
  return answer.json<{ access_token: string }>().access_token;
}

async function publishedKeys({ port }: ServedServer): Promise<JSONWebKeySet> {
  return (await exchange({ port, path: '/.well-known/jwks.json', headers: { host: HOST } })).json<JSONWebKeySet>();
}

async function userinfoStatus({ port }: ServedServer, token: string): Promise<number> {
  const headers = { host: HOST, authorization: `Bearer ${token}` };
  return (await exchange({ port, path: '/userinfo', headers })).status;
}

test('two servers that start at once on an empty database both serve, and accept each other’s tokens [F-22]', {
  skip,
}, async () => {
  const [one, other] = nodes;
  assert.equal(await userinfoStatus(other, await accessToken(one)), 200);
  assert.equal(await userinfoStatus(one, await accessToken(other)), 200);
});

test('keys rotated from two places at once under load leave one current key and no token unverified [F-11]', {
  skip,
}, async () => {
  const rotated = new AbortController();
  let verified = 0;
  const load = nodes.map(async (node, index) => {
    while (!rotated.signal.aborted) {
      const token = await accessToken(node);
      const keys = createLocalJWKSet(await publishedKeys(nodes[1 - index] ?? node));
      await jwtVerify(token, keys);
      verified += 1;
    }
  });
  for (let round = 0; round < 3; round += 1) {
    await Promise.all(
      [1, 2].map(
        () =>
          startGatehouse(
            ['key', 'rotate', '--immediately', '--data-dir', installation.dataDir],
            installation.environment,
          ).ended,
      ),
    );
  }
  rotated.abort();
  await Promise.all(load);
  assert.ok(verified > 0, 'tokens were issued while keys rotated');
  const keys = JSON.parse(await gatehouse('key', 'list', '--json')) as { status: string; alg: string }[];
  assert.equal(keys.filter((key) => key.status === 'current' && key.alg === 'RS256').length, 1);
  assert.equal(keys.filter((key) => key.status === 'next' && key.alg === 'RS256').length, 1);
});

test('tokens of a revoked key are refused by both servers within five seconds [F-12]', { skip }, async () => {
  const token = await accessToken(nodes[0]);
  const { kid = '' } = decodeProtectedHeader(token);
  for (const node of nodes) assert.equal(await userinfoStatus(node, token), 200);
  await gatehouse('key', 'revoke', kid);
  const revokedAt = performance.now();
  for (const node of nodes) {
    while ((await userinfoStatus(node, token)) === 200) {
      assert.ok(performance.now() - revokedAt < 5000, 'still accepted after five seconds');
      await sleep(50);
    }
    const { keys } = await publishedKeys(node);
    assert.equal(
      keys.some((key) => key.kid === kid),
      false,
    );
    assert.equal(await userinfoStatus(node, await accessToken(node)), 200);
  }
});
