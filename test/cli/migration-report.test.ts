// `gatehouse migration report`: who has moved in, who came another way, and who of an export is not here.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openDatabase } from '../../src/storage/database.ts';
import { createTenantStore } from '../../src/tenant/tenant-store.ts';
import { createUserMoveStore } from '../../src/user/user-move-store.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';

const TENANT = {
  tenant: { name: 'acme', domains: ['login.example.com'] },
  databases: [{ name: 'Users', options: { passwordPolicy: 'none' } }, { name: 'Others' }],
  users: [
    { connection: 'Users', user_id: 'moved', email: 'moved@example.com', password: 'whatever' },
    { connection: 'Users', user_id: 'imported', email: 'imported@example.com', password: 'whatever' },
    { connection: 'Users', user_id: 'bare', email: 'bare@example.com' },
  ],
};

let line: CommandLine;
before(async () => {
  line = await openCommandLine();
  await line.succeed(['apply', line.write('tenant.yaml', TENANT)]);
  const database = await openDatabase(line.databaseUrl, { mustExist: true });
  const tenant = (await createTenantStore(database.sql).findByName('acme')) ?? assert.fail();
  const [users] = await database.sql.selectFrom('connections').select('id').where('name', '=', 'Users').execute();
  await database.transaction((sql) =>
    createUserMoveStore(database.sql).add(tenant.id, users?.id ?? '', 'moved', Date.UTC(2026, 0, 15), sql),
  );
  await database.close();
});
after(() => line.close());

test('it counts users by how they came', async () => {
  const { stdout } = await line.succeed(['migration', 'report']);
  assert.match(stdout, /^Users +3 +1 +2026-01-15 +2026-01-15 +2 +1$/m);
  assert.match(stdout, /^Others +0 +0 +- +- +0 +0$/m);
  const { connections } = (await line.succeed(['migration', 'report', '--connection', 'Users', '--json'])).json<{
    connections: object[];
  }>();
  assert.deepEqual(connections, [
    {
      name: 'Users',
      import_mode: false,
      users: 3,
      moved_at_login: 1,
      first_moved_at: '2026-01-15T00:00:00.000Z',
      last_moved_at: '2026-01-15T00:00:00.000Z',
      never_logged_in: 2,
      without_password: 1,
    },
  ]);
});

test('it names those of an export who are not here', async () => {
  const users = [
    { user_id: 'auth0|moved', email: 'moved@example.com' },
    { user_id: 'auth0|late', email: 'late@example.com' },
    { user_id: 'google-oauth2|1', email: 'g@example.com' },
    { email: 'without an id' },
  ];
  const file = line.write('auth0-users.json', users.map((user) => JSON.stringify(user)).join('\n'));
  const report = ['migration', 'report', '--connection', 'Users', '--upstream-users', file];
  const { stdout } = await line.succeed(report);
  assert.match(stdout, /Of 4 users in .* 1 are in Users, 1 are not, and 2 are of other connections\./);
  assert.match(stdout, /not here: auth0\|late {2}late@example\.com/);
  const missing = join(line.folder, 'missing.json');
  const json = (await line.succeed([...report, '--missing', missing, '--json'])).json();
  assert.deepEqual(json['upstream_users'], { total: 4, here: 1, missing: 1, others: 2 });
  assert.equal(readFileSync(missing, 'utf8'), '{"user_id":"auth0|late","email":"late@example.com"}\n');
});

test('a file that is not there is said to be so', async () => {
  const { code, stderr } = await line.run([
    'migration',
    'report',
    '--connection',
    'Users',
    '--upstream-users',
    'none.json',
  ]);
  assert.equal(code, 1);
  assert.match(stderr, /none\.json cannot be read/);
});
