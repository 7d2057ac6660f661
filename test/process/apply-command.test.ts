// `gatehouse apply FILE` as operators and scripts run it: what it prints, what it refuses and where, and that a running
// server follows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import BetterSqlite from 'better-sqlite3';
import { startGatehouse } from '../support/running-program.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import {
  HOST,
  type Installation,
  makeInstallation,
  requestToken,
  type ServedServer,
} from '../support/served-server.ts';

let installation: Installation;
let server: ServedServer;
before(async () => {
  installation = makeInstallation();
  const { code, stderr } = await installation.apply('tenant', SAMPLE_TENANT);
  assert.equal(code, 0, stderr);
  server = await installation.serve();
});
after(() => installation.remove());

/** A small tenant of its own for one test. */
function tenantNamed(name: string, more: object = {}) {
  return { tenant: { name, domains: [`${name}.example.test`] }, ...more };
}

/** How many rows there are, in all tables together but those of the log, to which the running server adds by itself. */
function countRows(): number {
  const database = new BetterSqlite(installation.databasePath, { readonly: true });
  try {
    const tables = database.prepare("select name from sqlite_master where type = 'table'").pluck().all() as string[];
    const count = (table: string) => database.prepare(`select count(*) from "${table}"`).pluck().get() as number;
    return tables.filter((table) => !table.startsWith('log_')).reduce((sum, table) => sum + count(table), 0);
  } finally {
    database.close();
  }
}

/** What is said about a file that cannot be applied; nothing of it may have been. */
async function refusalOf(name: string, text: string, environment?: Record<string, string>): Promise<string[]> {
  const rows = countRows();
  const { code, stdout, stderr } = await installation.apply(name, text, environment);
  assert.equal(code, 1, stdout);
  assert.equal(stdout, '');
  assert.equal(countRows(), rows);
  return stderr
    .replace(/^gatehouse: /, '')
    .trimEnd()
    .split('\n');
}

test('applying a file prints what it made, and applying it again that nothing changed', async () => {
  // Attack protection is there without being made: setting it is an update.
  const made = { ...SAMPLE_TENANT, attackProtection: undefined, ...tenantNamed('again') };
  const first = await installation.apply('again', made);
  assert.equal(first.code, 0, first.stderr);
  const lines = first.stdout.trimEnd().split('\n');
  assert.ok(lines.length > 10 && lines.every((line) => line.startsWith('created   ')), first.stdout);
  const second = await installation.apply('again', made);
  const expected = lines
    .filter((line) => line.startsWith('created'))
    .map((line) => line.replace('created  ', 'unchanged'));
  assert.deepEqual(second.stdout.trimEnd().split('\n'), expected);
});

test('a change to one thing is printed as an update of that thing only', async () => {
  const clients = SAMPLE_TENANT.clients.map((one) => (one.name === 'CLI' ? { ...one, description: 'Changed' } : one));
  const { stdout } = await installation.apply('tenant', { ...SAMPLE_TENANT, clients });
  const changed = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('unchanged'));
  assert.deepEqual(changed, [`updated   client CLI (${SEED_REQUEST.client_id})`]);
});

test('sections, fields and values that are not built are refused, each with its line', async () => {
  const text = [
    'tenant:',
    '  name: not-built',
    '  domains: [not-built.example.test]',
    '  sandbox_version: "18"',
    'clients:',
    '  - name: One',
    '    grant_types: [password, anything]',
    'hooks:',
    '  - name: Two',
  ].join('\n');
  const said = await refusalOf('not-built', text);
  const [first = '', second = '', third = '', ...more] = said.toSorted();
  assert.match(first, /^not-built\.yaml:4: tenant\.sandbox_version is not supported/);
  assert.match(
    second,
    /^not-built\.yaml:7: clients\[0\]\.grant_types\[1\] has a value that this version does not support/,
  );
  assert.match(third, /^not-built\.yaml:8: hooks is not supported/);
  assert.deepEqual(more, []);
});

test('a file that is no YAML is refused with the line of the mistake', async () => {
  const [said = ''] = await refusalOf('no-yaml', 'tenant:\n  name: x\n  domains: [a\nclients: {');
  assert.match(said, /^no-yaml\.yaml:\d+: /);
});

test('a name that leads nowhere is refused with its line, and nothing of the file is done', async () => {
  const text = [
    'tenant: { name: nowhere, domains: [nowhere.example.test] }',
    'clients:',
    '  - { name: One, app_type: native }',
    'databases:',
    '  - name: Users',
    '    enabled_clients:',
    '      - One',
    '      - Nobody',
  ].join('\n');
  assert.deepEqual(await refusalOf('nowhere', text), ['nowhere.yaml:8: There is no client Nobody.']);
});

test('a value that cannot be is refused without being repeated', async () => {
  const text = [
    'tenant: { name: secret, domains: [secret.example.test] }',
    'clients:',
    '  - { name: One, app_type: regular_web, client_secret: too-short }',
  ].join('\n');
  const [said = ''] = await refusalOf('secret', text);
  assert.match(said, /^secret\.yaml:3: clients\[0\]\.client_secret /);
  assert.doesNotMatch(said, /too-short/);
});

test('a mark for a variable that the environment does not have is refused with its line', async () => {
  const text = 'tenant:\n  name: marks\n  domains: ["##NO_SUCH_VARIABLE##"]\n  friendly_name: "@@NOR_THIS@@"';
  const said = await refusalOf('marks', text, { ANOTHER: 'x' });
  assert.match(said[0] ?? '', /^marks\.yaml:3: .*NO_SUCH_VARIABLE/);
  assert.match(said[1] ?? '', /^marks\.yaml:4: .*NOR_THIS/);
  assert.equal(said.length, 2);
});

test('a mark stands for what the environment says', async () => {
  const tenant = tenantNamed('from-environment', { clients: [{ name: '##CLIENT_NAME##', app_type: 'native' }] });
  const { code, stdout } = await installation.apply('from-environment', tenant, { CLIENT_NAME: 'Named outside' });
  assert.equal(code, 0);
  assert.match(stdout, /created +client Named outside/);
});

test('a host of another tenant is refused', async () => {
  const text = `tenant:\n  name: thief\n  domains: [${HOST}]`;
  const [said = ''] = await refusalOf('thief', text);
  assert.match(said, /^thief\.yaml:3: tenant\.example\.test already reaches another tenant/);
});

test('a file that is not there is named', async () => {
  const flags = ['--data-dir', installation.dataDir];
  const { code, stderr } = await startGatehouse(['apply', 'no-such-file.yaml', ...flags], installation.environment)
    .ended;
  assert.equal(code, 1);
  assert.match(stderr, /^gatehouse: The file no-such-file\.yaml cannot be read/);
});

const USERS = 'Users';

test('a password weaker than the policy is warned about with its line, and works', async () => {
  const tenant = tenantNamed('weak', {
    clients: [{ name: 'One', client_id: 'One', app_type: 'native', grant_types: ['password'] }],
    databases: [{ name: USERS, enabled_clients: ['One'], options: { passwordPolicy: 'good' } }],
    users: [
      { connection: USERS, email: 'strong@example.com', password: 'Long enough & 3 kinds' },
      { connection: USERS, email: 'weak@example.com', password: 'weak' },
    ],
  });
  const { code, stdout, stderr } = await installation.apply('weak', tenant);
  assert.equal(code, 0);
  assert.match(stderr, /^warning: weak\.yaml:\d+: the password is weaker than the policy `good`\.\n$/);
  assert.doesNotMatch(stdout + stderr, /"weak"|Long enough/);
  const withDefault = { ...tenant, tenant: { ...tenant.tenant, default_directory: USERS } };
  assert.equal((await installation.apply('weak', withDefault)).code, 0);
  const login = { grant_type: 'password', username: 'weak@example.com', password: 'weak', client_id: 'One' };
  assert.equal((await requestToken(server.port, login, { host: 'weak.example.test' })).status, 200);
});

test('secrets that the server makes are printed once, and work', async () => {
  const tenant = {
    tenant: { name: 'made', domains: ['made.example.test'], default_directory: USERS },
    resourceServers: [{ identifier: 'https://hs256.example.com', signing_alg: 'HS256' }],
    clients: [{ name: 'Backend', client_id: 'Backend', app_type: 'regular_web', grant_types: ['password'] }],
    databases: [{ name: USERS, enabled_clients: ['Backend'], options: { passwordPolicy: 'none' } }],
    users: [{ connection: USERS, email: 'user@example.com', password: 'pwd' }],
  };
  const { stdout } = await installation.apply('made', tenant);
  assert.match(stdout, /^secret of resource server https:\/\/hs256\.example\.com: \S{64}$/m);
  const [, secret = ''] = /^secret of client Backend: (\S{64})$/m.exec(stdout) ?? [];
  const again = await installation.apply('made', tenant);
  assert.doesNotMatch(again.stdout + again.stderr, /secret/);
  const login = { grant_type: 'password', username: 'user@example.com', password: 'pwd', client_id: 'Backend' };
  const headers = { host: 'made.example.test' };
  assert.equal((await requestToken(server.port, { ...login, client_secret: secret }, headers)).status, 200);
  assert.equal((await requestToken(server.port, { ...login, client_secret: 'x'.repeat(64) }, headers)).status, 401);
});

/** Asks again for at most five seconds, until the answer has this status. */
async function statusBecomes(wanted: number): Promise<void> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const { status, text } = await requestToken(server.port, SEED_REQUEST);
    if (status === wanted) return;
    assert.ok(performance.now() < deadline, `still ${status} after five seconds: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a running server follows within five seconds', async () => {
  assert.equal((await installation.apply('tenant', SAMPLE_TENANT)).code, 0);
  await statusBecomes(200);
  const clients = SAMPLE_TENANT.clients.map((one) => (one.name === 'CLI' ? { ...one, grant_types: [] } : one));
  assert.equal((await installation.apply('tenant', { ...SAMPLE_TENANT, clients })).code, 0);
  await statusBecomes(403);
  assert.equal((await installation.apply('tenant', SAMPLE_TENANT)).code, 0);
  await statusBecomes(200);
});

test('a user who is blocked by a file cannot log in any more once it is applied', async () => {
  const users = SAMPLE_TENANT.users.map((one) => ({ ...one, blocked: true }));
  assert.equal((await requestToken(server.port, SEED_REQUEST)).status, 200);
  assert.equal((await installation.apply('tenant', { ...SAMPLE_TENANT, users })).code, 0);
  const refused = await requestToken(server.port, SEED_REQUEST);
  assert.deepEqual([refused.status, refused.json()['error_description']], [403, 'user is blocked']);
  assert.equal((await installation.apply('tenant', SAMPLE_TENANT)).code, 0);
  assert.equal((await requestToken(server.port, SEED_REQUEST)).status, 200);
});
