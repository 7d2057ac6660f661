// `gatehouse migrate-from-auth0`: the plan of a tenant that Auth0's Deploy CLI exported, and the tenant it becomes.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { startUpstreamTenant, type UpstreamTenantServer } from '../support/upstream-tenant.ts';

const EXPORTED = {
  tenant: { friendly_name: 'Acme', default_directory: 'Old-Users', session_lifetime: 168 },
  clients: [
    { name: 'Web', app_type: 'regular_web', oidc_conformant: true, grant_types: ['password', 'refresh_token'] },
    { name: 'Native', app_type: 'native', token_endpoint_auth_method: 'none', grant_types: ['password'] },
  ],
  databases: [
    {
      name: 'Old-Users',
      strategy: 'auth0',
      enabled_clients: ['Web', 'Native'],
      options: {
        import_mode: false,
        enabledDatabaseCustomization: true,
        customScripts: { login: "function login() { require('mysql'); }", get_user: './get_user.js' },
        configuration: { URL: '2.0$0123456789abcdef0123456789abcdef$0123456789abcdef' },
        requires_username: true,
        mfa: { active: true, return_enroll_settings: true },
      },
    },
  ],
};

let line: CommandLine;
let old: UpstreamTenantServer;
let folder: string;
before(async () => {
  old = await startUpstreamTenant();
  line = await openCommandLine({ MOVER_SECRET: String(old.upstream['client_secret']) });
  folder = join(line.folder, 'auth0');
  mkdirSync(folder);
  line.write('auth0/tenant.yaml', EXPORTED);
});
after(async () => {
  await line.close();
  await old.close();
});

const here = () => ['migrate-from-auth0', folder, '--tenant', 'acme', '--domain', 'login.example.com'];
const lazy = () => [
  ...here(),
  ...[
    '--lazy',
    'Old-Users',
    '--upstream',
    old.standIn.origin,
    '--upstream-client-id',
    String(old.upstream['client_id']),
  ],
  ...['--env', 'MOVER_SECRET'],
];

test('the plan says what is taken over, what is not and why, and writes nothing', async () => {
  const { stdout, stderr } = await line.succeed(lazy());
  assert.match(stderr, /1 of 4[^]*2 of 4[^]*3 of 4[^]*4 of 4/);
  assert.match(stderr, /no client_id of Web, Native: they get new ones/);
  assert.match(stdout, /Not taken over, and why:\n[^]*session_lifetime is not supported/);
  assert.match(stdout, /The scripts of Old-Users stay behind/);
  assert.match(stdout, /What would be done:\n[^]*created {3}client Web [^]*created {3}database Old-Users/);
  assert.match(stdout, /Nothing was written\. Run the same command with --yes to do it\.\n?$/);
  assert.match((await line.run(['tenant', 'list'])).stdout, /There is no|^$/);
});

test('with --yes it is done, and a second run changes nothing', async () => {
  const { stdout } = await line.succeed([...lazy(), '--yes']);
  assert.match(stdout, /What was done:/);
  assert.match(stdout, /secret of .*Web/);
  assert.match(stdout, /Users still move in at their logins: Old-Users\./);
  assert.match(stdout, /gatehouse connection test Old-Users/);
  assert.equal(stdout.includes(String(old.upstream['client_secret'])), false);
  const again = await line.succeed([...lazy(), '--yes', '--json']);
  const { changes } = again.json<{ changes: { action: string }[] }>();
  assert.ok(changes.length > 3 && changes.every(({ action }) => action === 'unchanged'), again.stdout);
  const { stdout: shown } = await line.succeed(['connection', 'show', 'Old-Users']);
  assert.match(shown, /import_mode: true/);
  assert.match(shown, /realm: Old-Users/);
});

for (const [name, flags, words] of [
  ['a database that the file has not', ['--lazy', 'Nobody'], /The file has no database Nobody\. It has: Old-Users\./],
  ['--upstream without --lazy', [], /Name the databases whose users are to move in/],
] as const) {
  test(`${name} is refused`, async () => {
    const upstream = ['--upstream', old.standIn.origin, '--upstream-client-id', 'x'];
    const { code, stderr } = await line.run([...here(), ...flags, ...upstream]);
    assert.equal(code, 1);
    assert.match(stderr, words);
  });
}

test('a tenant that cannot be reached is said before anything is written', async () => {
  const flags = ['--lazy', 'Old-Users', '--upstream', 'https://127.0.0.1:1/', '--upstream-client-id', 'x', '--yes'];
  const { code, stderr } = await line.run([...here(), ...flags]);
  assert.equal(code, 1);
  assert.match(stderr, /cannot be asked about passwords\. Nobody answers there/);
});

test('without --lazy the scripts of the file must run here, and the line of one that cannot is named', async () => {
  line.write('auth0/get_user.js', 'function getUser(name, callback) { callback(null); }');
  const { code, stderr } = await line.run(here());
  assert.equal(code, 1);
  assert.match(stderr, /customScripts\.login: There is no module mysql to require/);
});

test('a folder without tenant.yaml is told how it is exported', async () => {
  const empty = join(line.folder, 'empty');
  mkdirSync(empty);
  const { code, stderr } = await line.run(['migrate-from-auth0', empty, '--tenant', 'acme', '--domain', 'a.example']);
  assert.equal(code, 1);
  assert.match(stderr, /a0deploy export --format yaml/);
});
