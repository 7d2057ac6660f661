// Connections of every strategy on the command line: made without a file, shown without secrets, and tried.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';

const SECRET = 'bind password of the directory';

let line: CommandLine;
before(async () => {
  line = await openCommandLine({ BIND_PASSWORD: SECRET, USER_PASSWORD: 'typed' });
  await line.succeed(['tenant', 'create', 'acme', '--set', 'domains=login.example.com']);
  await line.succeed(['client', 'create', 'CLI', '--set', 'app_type=native']);
  await line.succeed([
    ...['connection', 'create', 'corp', '--strategy', 'ldap', '--set', 'enabled_clients=CLI'],
    ...['--set', 'options.urls=ldaps://127.0.0.1:9,ldaps://127.0.0.1:10', '--set', 'options.base=dc=example,dc=com'],
    ...['--set', 'options.bind_dn=cn=gatehouse', '--env', 'options.bind_password=BIND_PASSWORD'],
    ...['--set', 'options.groups_claim=https://example.com/groups'],
  ]);
});
after(() => line.close());

async function refused(args: readonly string[], input?: string): Promise<string> {
  const { code, stderr, stdout } = await line.run(args, input);
  assert.equal(code, 1, stdout);
  return stderr;
}

test('a directory is made by members, and shown without its secrets', async () => {
  const { stdout } = await line.succeed(['connection', 'show', 'corp', '--json']);
  assert.deepEqual(JSON.parse(stdout), {
    name: 'corp',
    strategy: 'ldap',
    enabled_clients: ['CLI'],
    options: {
      urls: ['ldaps://127.0.0.1:9', 'ldaps://127.0.0.1:10'],
      base: 'dc=example,dc=com',
      bind_dn: 'cn=gatehouse',
      groups_claim: 'https://example.com/groups',
    },
  });
  assert.match((await line.succeed(['connection', 'list'])).stdout, /^corp +ldap +CLI$/m);
});

test('members of a directory are changed one by one, and its secret stays', async () => {
  await line.succeed(['connection', 'update', 'corp', '--set', 'options.brute_force_protection=false']);
  const { stdout } = await line.succeed(['export', '--with-secrets']);
  assert.match(stdout, /brute_force_protection: false/);
  assert.ok(stdout.includes(SECRET));
  assert.ok(!(await line.succeed(['export'])).stdout.includes(SECRET));
});

test('secrets are not taken from the command line, and a strategy has its own options', async () => {
  assert.match(
    await refused(['connection', 'update', 'corp', '--set', 'options.bind_password=seen by all']),
    /command lines are seen by others.*--stdin options\.bind_password/,
  );
  assert.match(
    await refused(['connection', 'create', 'other', '--strategy', 'adfs', '--set', 'options.base=dc=example']),
    /options\.base is not supported/,
  );
  assert.match(
    await refused(['connection', 'create', 'other', '--strategy', 'samlp']),
    /can be: ldap, auth0-adldap, ad, waad, adfs/,
  );
  assert.match(await refused(['connection', 'update', 'corp', '--set', 'strategy=ad']), /never changes/);
});

test('the default directory is chosen among connections that check passwords', async () => {
  assert.match(
    await refused(['tenant', 'update', '--set', 'default_directory=nowhere']),
    /default_directory: nowhere is no connection of this file or of the tenant; these can: corp/,
  );
  await line.succeed(['tenant', 'update', '--set', 'default_directory=corp']);
  assert.match(await refused(['connection', 'delete', 'corp']), /is the default_directory of the tenant/);
});

test('a connection whose server is not there is told step by step, with times, and fails', async () => {
  for (const [args, input] of [
    [[], ''],
    [['--username', 'ada'], 'typed'],
    [['--username', 'ada', '--env', 'USER_PASSWORD'], ''],
  ] as const) {
    const { code, stdout } = await line.run(['connection', 'test', 'corp', ...args], input);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /^FAIL +\d+ ms +\S/m);
    for (const secret of [SECRET, 'typed']) assert.ok(!stdout.includes(secret));
  }
});

test('a connection is not tried with an empty password, or with a password of nobody', async () => {
  assert.match(await refused(['connection', 'test', 'corp', '--username', 'ada'], ''), /password is empty/);
  assert.match(await refused(['connection', 'test', 'corp', '--env', 'USER_PASSWORD']), /say whose it is/);
  assert.match(await refused(['connection', 'test', 'corp', '--username', 'a', '--env', 'NONE']), /has no NONE/);
  assert.match(await refused(['connection', 'test', 'nowhere']), /There is no connection nowhere.*There are: corp/);
});

test('a database connection needs no server', async () => {
  await line.succeed(['connection', 'create', 'Users']);
  assert.match((await line.succeed(['connection', 'test', 'Users'])).stdout, /^ok +0 ms +auth0 +its users/m);
});

test('doctor looks at every directory', async () => {
  const { code, stdout } = await line.run(['doctor', '--json']);
  assert.equal(code, 1);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; passed: boolean; words: string }[] };
  const failed = checks.filter(({ passed }) => !passed);
  assert.deepEqual(
    failed.map(({ name }) => name),
    ['connection acme/corp'],
  );
  assert.match(failed[0]?.words ?? '', /`gatehouse connection test corp` tells more/);
  assert.ok(!stdout.includes(SECRET));
});
