// The commands about what is in the database: made, listed, shown, changed and deleted by name.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readConfigurationVersion } from '../../src/storage/configuration-version.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';

const API = 'https://orders.example.com';

let line: CommandLine;
before(async () => {
  line = await openCommandLine({ NEW_PASSWORD: 'from the environment' });
});
after(() => line.close());

async function version(): Promise<number> {
  const database = await openDatabase(line.databaseUrl);
  try {
    return await readConfigurationVersion(database.sql);
  } finally {
    await database.close();
  }
}

async function refused(args: readonly string[], input?: string): Promise<string> {
  const { code, stderr, stdout } = await line.run(args, input);
  assert.equal(code, 1, stdout);
  return stderr;
}

test('a whole tenant is made without a file', async () => {
  assert.match(await refused(['client', 'list']), /There is no tenant yet. Make one with `gatehouse tenant create`/);
  assert.match(await refused(['tenant', 'create', 'acme']), /domains is missing/);
  await line.succeed(['tenant', 'create', 'acme', '--set', 'domains=login.example.com,www.example.com']);
  await line.succeed(['api', 'create', API, '--set', 'name=Orders', '--set', 'scopes=read:orders,write:orders']);
  const made = await line.succeed(['client', 'create', 'Backend', '--set', 'app_type=regular_web', '--json']);
  const { made_secrets: secrets, entry } = made.json<{
    made_secrets: { secret: string }[];
    entry: { client_id: string };
  }>();
  assert.equal(secrets.length, 1);
  assert.match(entry.client_id, /^[A-Za-z0-9]{32}$/);
  assert.ok(!JSON.stringify(entry).includes(secrets[0]?.secret ?? '?'));
  await line.succeed([
    'connection',
    'create',
    'Users',
    '--set',
    'enabled_clients=Backend',
    '--set',
    'options.passwordPolicy=none',
  ]);
  await line.succeed([
    'role',
    'create',
    'reader',
    '--set',
    `permissions=[{"resource_server_identifier":"${API}","permission_name":"read:orders"}]`,
  ]);
  await line.succeed(
    ['user', 'create', 'ada@example.com', '--set', 'connection=Users', '--stdin', 'password'],
    'a password',
  );
  await line.succeed(['tenant', 'update', '--set', 'default_directory=Users', '--set', `default_audience=${API}`]);

  assert.match(
    (await line.succeed(['tenant', 'list'])).stdout,
    /^acme +login\.example\.com, www\.example\.com +Users$/m,
  );
  assert.match(
    (await line.succeed(['api', 'list'])).stdout,
    /^https:\/\/orders\.example\.com +Orders +RS256 +86400 +read:orders, write:orders$/m,
  );
  assert.match((await line.succeed(['client', 'list'])).stdout, /Backend +regular_web +client_secret_post$/m);
  assert.match((await line.succeed(['connection', 'list'])).stdout, /^Users +auth0 +Backend$/m);
  assert.match((await line.succeed(['role', 'list'])).stdout, /^reader +read:orders$/m);
  assert.match((await line.succeed(['user', 'list'])).stdout, /^auth0\|[0-9a-f]{24} +Users +ada@example\.com/m);
  assert.match((await line.succeed(['client', 'show', 'Backend'])).stdout, /^client_id: /m);
});

test('creating what is there is refused, and so is naming what is not', async () => {
  assert.match(
    await refused(['api', 'create', API]),
    /The api https:\S+ exists already. Change it with `gatehouse api update`/,
  );
  assert.match(await refused(['user', 'create', 'ADA@example.com', '--set', 'connection=Users']), /already/);
  assert.match(
    await refused(['client', 'show', 'Nobody']),
    /There is no client Nobody in the tenant acme. See them with `gatehouse client list`/,
  );
  assert.match(await refused(['client', 'list', '--tenant', 'other']), /There is no tenant other. There are: acme\./);
});

test('a change keeps the other members, and running servers hear of it', async () => {
  const earlier = await version();
  const { stdout } = await line.succeed([
    'client',
    'update',
    'Backend',
    '--set',
    'grant_types=password',
    '--set',
    'web_origins=https://a.example.com',
  ]);
  assert.match(stdout, /^updated client Backend/);
  assert.match(stdout, /^ {2}grant_types: \[\] -> \["password"\]$/m);
  assert.ok((await version()) > earlier);
  const client = (await line.succeed(['client', 'show', 'Backend', '--json'])).json();
  assert.deepEqual([client['app_type'], client['web_origins']], ['regular_web', ['https://a.example.com']]);
  await line.succeed(['client', 'update', 'Backend', '--set', 'web_origins=']);
  assert.equal((await line.succeed(['client', 'show', 'Backend', '--json'])).json()['web_origins'], undefined);
  assert.match(await refused(['client', 'update', 'Backend']), /Say what to change/);
});

test('what a member may be is what the schema of the tenant file says', async () => {
  assert.match(
    await refused(['client', 'update', 'Backend', '--set', 'grant_types=anything']),
    /grant_types: .*it can be: password/,
  );
  assert.match(await refused(['client', 'update', 'Backend', '--set', 'colour=blue']), /colour: .*is not supported/);
  assert.match(await refused(['api', 'update', API, '--set', 'token_lifetime=long']), /token_lifetime/);
  assert.match(await refused(['api', 'update', API, '--set', 'token_lifetime']), /Write --set member=value/);
});

test('secrets are never taken from the command line', async () => {
  assert.match(
    await refused(['user', 'update', 'ada@example.com', '--set', 'password=x']),
    /is a secret.*--stdin password.*--env password=NAME/,
  );
  assert.match(await refused(['client', 'update', 'Backend', '--set', 'client_secret=x']), /is a secret/);
  await line.succeed(['client', 'update', 'Backend', '--stdin', 'client_secret'], 'a secret ##LIKE## this one');
  assert.match(
    await refused(['user', 'update', 'ada@example.com', '--env', 'password=NOT_THERE']),
    /The environment has no NOT_THERE/,
  );
});

test('passwords, blocks and roles of a user', async () => {
  const { stdout } = await line.succeed(['user', 'set-password', 'ada@example.com'], 'another password');
  assert.match(stdout, /^ {2}password: changed \(secret\)$/m);
  assert.match(
    (await line.succeed(['user', 'set-password', 'ada@example.com'], 'another password')).stdout,
    /Nothing to change/,
  );
  assert.match(
    (await line.succeed(['user', 'set-password', 'ada@example.com', '--env', 'NEW_PASSWORD'])).stdout,
    /changed/,
  );
  assert.match(await refused(['user', 'set-password', 'ada@example.com']), /password is empty/);

  await line.succeed(['user', 'block', 'ada@example.com']);
  assert.equal((await line.succeed(['user', 'show', 'ada@example.com', '--json'])).json()['blocked'], true);
  await line.succeed(['user', 'unblock', 'ada@example.com']);
  assert.match(
    (await line.succeed(['user', 'assign-role', 'ada@example.com', 'reader'])).stdout,
    /^roles of ada@example\.com: reader$/m,
  );
  await line.succeed([
    'user',
    'update',
    'ada@example.com',
    '--set',
    'app_metadata.plan=gold',
    '--set',
    'name=Ada Lovelace',
  ]);
  const ada = (await line.succeed(['user', 'show', 'ada@example.com', '--json'])).json();
  assert.deepEqual(
    [ada['name'], ada['app_metadata'], ada['roles'], ada['blocked']],
    ['Ada Lovelace', { plan: 'gold' }, ['reader'], undefined],
  );
  assert.match((await line.succeed(['user', 'remove-role', 'ada@example.com', 'reader'])).stdout, /: none$/m);
  assert.match(
    await refused(['user', 'assign-role', 'ada@example.com', 'writer']),
    /There is no role writer. There are: reader/,
  );
});

test('a user of two connections is called by id', async () => {
  await line.succeed([
    'connection',
    'create',
    'Second',
    '--set',
    'options.passwordPolicy=none',
    '--set',
    'options.requires_username=true',
  ]);
  await line.succeed(
    ['user', 'create', 'ada@example.com', '--set', 'connection=Second', '--set', 'user_id=two', '--stdin', 'password'],
    'pw',
  );
  await line.succeed(['user', 'create', 'grace', '--set', 'connection=Second', '--stdin', 'password'], 'pw');
  assert.match(
    await refused(['user', 'show', 'ada@example.com']),
    /Several users go by ada@example\.com: give the user_id, one of .*auth0\|two/,
  );
  assert.equal((await line.succeed(['user', 'show', 'grace', '--json'])).json()['username'], 'grace');
  await line.succeed(['user', 'delete', 'auth0|two']);
  await line.succeed(['user', 'show', 'ada@example.com']);
});

test('a client gets a new secret, and the old one its time', async () => {
  const { client_secret: secret, previous_secret_expires_at: until } = (
    await line.succeed(['client', 'rotate-secret', 'Backend', '--keep-old-for', '3600', '--json'])
  ).json<{ client_secret: string; previous_secret_expires_at: string }>();
  assert.ok(secret.length >= 64);
  assert.ok(Date.parse(until) > Date.now());
  assert.match(await refused(['client', 'rotate-secret', 'Backend', '--keep-old-for', 'ever']), /seconds/);
});

test('signing keys are listed, rotated and revoked', async () => {
  const list = async () => (await line.succeed(['key', 'list', '--json'])).json<{ kid: string; status: string }[]>();
  const kid = (keys: { kid: string; status: string }[], status: string) =>
    keys.find((key) => key.status === status)?.kid;
  const earlier = await list();
  assert.match(await refused(['key', 'rotate']), /rotate after 20.*--immediately/);
  await line.succeed(['key', 'rotate', '--immediately']);
  const rotated = await list();
  assert.equal(kid(rotated, 'current'), kid(earlier, 'next'));
  assert.equal(kid(rotated, 'previous'), kid(earlier, 'current'));
  assert.match((await line.succeed(['key', 'revoke', kid(rotated, 'current') ?? ''])).stdout, /^revoked /);
  assert.match(await refused(['key', 'revoke', 'nothing']), /There is no key nothing/);
  assert.match(await refused(['key', 'rotate', '--algorithm', 'HS256']), /can be: RS256/);
});

test('what the tenant needs is not deleted, and the rest is, with what belongs to it', async () => {
  assert.match(await refused(['api', 'delete', API]), /is the default_audience of the tenant/);
  assert.match(await refused(['connection', 'delete', 'Users']), /is the default_directory of the tenant/);
  await line.succeed(['tenant', 'update', '--set', 'default_directory=', '--set', 'default_audience=']);
  const earlier = await version();
  await line.succeed(['connection', 'delete', 'Users']);
  assert.ok((await version()) > earlier);
  assert.deepEqual(
    (await line.succeed(['user', 'list', '--json'])).json<{ connection: string }[]>().map((user) => user.connection),
    ['Second'],
  );
  for (const args of [
    ['api', 'delete', API],
    ['client', 'delete', 'Backend'],
    ['role', 'delete', 'reader'],
  ])
    await line.succeed(args);
  assert.match(await refused(['tenant', 'delete', 'acme']), /add --yes/);
  await line.succeed(['tenant', 'delete', 'acme', '--yes']);
  assert.equal((await line.succeed(['tenant', 'list'])).stdout, 'There is no tenant.\n');
});

test('a user whom a script deletes is not deleted at the command line, where no script runs', async () => {
  const script = '(a, callback) => callback(null)';
  const scripts = { login: '(name, password, callback) => callback(null, { user_id: name })', delete: script };
  const databases = (options: object) => [{ name: 'Accounts', enabled_clients: [], options }];
  const apply = (content: object) =>
    line.succeed([
      'apply',
      line.write('accounts.yaml', { tenant: { name: 'acme', domains: ['login.example.com'] }, ...content }),
    ]);
  const users = [{ connection: 'Accounts', user_id: 'kept', email: 'kept@example.com', password: 'Passw0rd!' }];
  await apply({ databases: databases({}), users });
  await apply({ databases: databases({ enabledDatabaseCustomization: true, customScripts: scripts }) });
  const { code, stderr } = await line.run(['user', 'delete', 'auth0|kept']);
  assert.equal(code, 1);
  assert.match(stderr, /Accounts has a script that deletes its users: delete auth0\|kept over the Management API/);
  await apply({
    databases: databases({ enabledDatabaseCustomization: true, customScripts: { login: scripts.login } }),
  });
  await line.succeed(['user', 'delete', 'auth0|kept']);
});
