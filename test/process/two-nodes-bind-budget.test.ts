// Guesses at one Active Directory account, spread over two servers on one PostgreSQL: the domain hears of no more of them than
// one server would tell it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { domainTenant } from '../support/domain-server.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';
import { needs } from '../support/required-program.ts';
import { startGatehouse } from '../support/running-program.ts';
import { AD_PASSWORD, needsSamba, type Samba, startSamba } from '../support/samba.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { makeInstallation, requestToken, type ServedServer } from '../support/served-server.ts';

const skip = needs('postgresql') || needsSamba();
const installation = makeInstallation();
let samba: Samba;
let database: PostgresqlDatabase;
let nodes: readonly [ServedServer, ServedServer];

before(async () => {
  if (skip !== false) return;
  samba = await startSamba();
  database = await createPostgresqlDatabase();
  Object.assign(installation.environment, {
    GATEHOUSE_DATABASE_URL: database.url,
    GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1',
  });
  nodes = await Promise.all([installation.serve(), installation.serve()]);
  const { code, stderr } = await installation.apply('tenant', domainTenant(samba.options));
  assert.equal(code, 0, stderr);
});
after(async () => {
  if (skip !== false) return;
  await Promise.all(nodes.map((node) => node.program.stop()));
  await Promise.all([database.drop(), samba.stop()]);
  await installation.remove();
});

function request(node: number, username: string, password: string, address: string): ReturnType<typeof requestToken> {
  const { port } = nodes[node % 2 === 0 ? 0 : 1];
  return requestToken(port, { ...SEED_REQUEST, username, password }, { 'x-forwarded-for': address });
}

const logIn = async (...login: Parameters<typeof request>) => (await request(...login)).status;

async function gatehouse(...args: string[]): Promise<string> {
  const all = ['attack-protection', ...args, '--data-dir', installation.dataDir];
  const { code, stdout, stderr } = await startGatehouse(all, installation.environment).ended;
  assert.equal(code, 0, stderr);
  return stdout;
}

const KNOWN_ADDRESS = '192.0.2.1';
const UNKNOWN_ADDRESS = '198.51.100.77';

test('of guesses at once at two servers four reach the domain, and who is known logs in at both', {
  skip,
}, async () => {
  assert.equal(await logIn(0, 'bob', AD_PASSWORD, KNOWN_ADDRESS), 200);
  // Both have their connections open, so that the guesses meet.
  const warm = Array.from({ length: 16 }, (_, made) => logIn(made, 'carl', AD_PASSWORD, KNOWN_ADDRESS));
  assert.deepEqual(new Set(await Promise.all(warm)), new Set([200]));
  const names = ['bob', 'CORP\\bob', 'bob@corp.example.test'];
  const guesses = Array.from({ length: 20 }, (_, made) =>
    logIn(made, names[made % names.length] ?? '', `guess ${made}`, `198.51.100.${made}`),
  );
  assert.deepEqual(new Set(await Promise.all(guesses)), new Set([403]));
  assert.equal(await samba.badPasswords('bob'), 4);
  for (const node of [0, 1]) {
    assert.equal(await logIn(node, 'bob', AD_PASSWORD, UNKNOWN_ADDRESS), 403);
    assert.equal(await logIn(node, 'bob', AD_PASSWORD, KNOWN_ADDRESS), 200);
    assert.equal(await logIn(node, 'carl', AD_PASSWORD, UNKNOWN_ADDRESS), 200);
  }
  assert.equal(await samba.badPasswords('bob'), 0);
});

test('an operator sees whose passwords are passed on no more, and lets the user in again', { skip }, async () => {
  const answer = await request(0, 'bob', AD_PASSWORD, KNOWN_ADDRESS);
  const { sub = '' } = decodeJwt(answer.json<{ access_token: string }>().access_token);
  const blocks = JSON.parse(await gatehouse('blocks', '--json')) as Record<string, string>[];
  assert.deepEqual(
    blocks.map(({ kind, user_id: userId }) => [kind, userId]),
    [['bind', sub]],
  );
  assert.match(await gatehouse('unblock', '--user', sub), /may try again/);
  assert.equal(await logIn(1, 'bob', AD_PASSWORD, UNKNOWN_ADDRESS), 200);
});
