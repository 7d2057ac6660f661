// Guesses spread over two servers on one PostgreSQL are counted together.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';
import { needs } from '../support/required-program.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { makeInstallation, requestToken, type ServedServer } from '../support/served-server.ts';

const skip = needs('postgresql');
const installation = makeInstallation();
let database: PostgresqlDatabase;
let nodes: readonly [ServedServer, ServedServer];

before(async () => {
  if (skip !== false) return;
  database = await createPostgresqlDatabase();
  Object.assign(installation.environment, {
    GATEHOUSE_DATABASE_URL: database.url,
    GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1',
    // What is counted here is what the guard lets through, not what there is time for.
    GATEHOUSE_HASH_WAIT_BUDGET_MS: '60000',
  });
  nodes = await Promise.all([installation.serve(), installation.serve()]);
  const tenant = { ...SAMPLE_TENANT, attackProtection: { sameUserRateLimit: { enabled: false } } };
  const { code, stderr } = await installation.apply('tenant', tenant);
  assert.equal(code, 0, stderr);
});
after(async () => {
  if (skip !== false) return;
  await Promise.all(nodes.map((node) => node.program.stop()));
  await database.drop();
  installation.remove();
});

async function login(node: ServedServer, address: string, change: object = {}): Promise<number> {
  const { status } = await requestToken(node.port, { ...SEED_REQUEST, ...change }, { 'x-forwarded-for': address });
  return status;
}

test('of 500 guesses at once at two servers ten are checked, a right one among them does not log in, and the user logs in from elsewhere [T-05]', {
  skip,
}, async () => {
  const statuses = await Promise.all(
    Array.from({ length: 500 }, (_, made) =>
      login(made % 2 === 0 ? nodes[0] : nodes[1], '192.0.2.1', made === 199 ? {} : { password: `guess ${made}` }),
    ),
  );
  const count = (status: number) => statuses.filter((one) => one === status).length;
  assert.ok(count(403) <= 10, `${count(403)} guesses were checked`);
  assert.equal(count(403) + count(429), 500);
  assert.equal(statuses[199], 429);
  for (const node of nodes) {
    assert.equal(await login(node, '192.0.2.1'), 429);
    assert.equal(await login(node, '192.0.2.2'), 200);
  }
});

test('right logins of one user at once at two servers all succeed [T-07]', { skip }, async () => {
  const statuses = await Promise.all(
    Array.from({ length: 50 }, (_, made) => login(made % 2 === 0 ? nodes[0] : nodes[1], '192.0.2.9')),
  );
  assert.deepEqual(new Set(statuses), new Set([200]));
});
