// `gatehouse user import`, `export` and `hashes`: users move from one installation to another with their passwords.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { bcryptHash } from '../support/tenant-of-causes.ts';

const TENANT = {
  tenant: { name: 'acme', domains: ['login.example.com'] },
  databases: [{ name: 'Users', options: { requires_username: true } }, { name: 'Other' }],
};

const MD5 = {
  algorithm: 'md5',
  hash: { value: '5ebe2294ecd0e0f08eab7690d2a6ee69', encoding: 'hex' },
  salt: { value: 'abc', position: 'suffix' },
};
const RECORDS = [
  {
    user_id: 'ada',
    email: 'ada@example.com',
    username: 'ada',
    password_hash: bcryptHash('pw'),
    email_verified: true,
    phone_number: '+15550111',
    blocked: true,
    name: 'Ada, "Countess"',
    nickname: 'ada',
    picture: 'https://example.com/a.png',
    user_metadata: { theme: 'dark' },
    app_metadata: { plan: 'gold' },
  },
  {
    user_id: 'bob',
    email: 'bob@example.com',
    custom_password_hash: MD5,
    email_verified: false,
    name: '=1+1',
    nickname: 'bob',
    picture: 'https://example.com/b.png',
  },
];

let line: CommandLine;
before(async () => {
  line = await openCommandLine();
  await line.succeed(['apply', line.write('tenant.yaml', TENANT)]);
});
after(() => line.close());

const importInto = (connection: string, content: unknown, ...flags: string[]) =>
  line.run(['user', 'import', line.write('users.json', JSON.stringify(content)), '--connection', connection, ...flags]);

test('a dry run counts and writes nothing', async () => {
  const { code, stdout } = await importInto('Users', RECORDS, '--dry-run');
  assert.equal(code, 0);
  assert.match(stdout, /2 users: 2 added, 0 changed, 0 failed\nNothing was written/);
  assert.deepEqual((await line.succeed(['user', 'list', '--json'])).json(), []);
});

test('what was imported and exported is what was imported, hashes included', async () => {
  assert.equal((await importInto('Users', RECORDS)).code, 0);
  const output = join(line.folder, 'out.json');
  const { stderr } = await line.succeed([
    'user',
    'export',
    '--connection',
    'Users',
    '--with-hashes',
    '--output',
    output,
  ]);
  assert.match(stderr, /2 users in /);
  assert.equal(statSync(output).mode & 0o777, 0o600);
  assert.deepEqual(JSON.parse(readFileSync(output, 'utf8')), RECORDS);

  const other = await openCommandLine();
  try {
    await other.succeed(['apply', other.write('tenant.yaml', TENANT)]);
    await other.succeed(['user', 'import', output, '--connection', 'Users']);
    const again = await other.succeed([
      'user',
      'export',
      '--connection',
      'Users',
      '--with-hashes',
      '--format',
      'ndjson',
    ]);
    const lines = again.stdout.trimEnd().split('\n');
    assert.deepEqual(
      lines.map((text) => JSON.parse(text) as object),
      RECORDS,
    );
  } finally {
    await other.close();
  }
});

test('hashes are left out unless they are asked for', async () => {
  for (const format of ['json', 'ndjson', 'csv']) {
    const { stdout } = await line.succeed(['user', 'export', '--connection', 'Users', '--format', format]);
    assert.doesNotMatch(stdout, /hash|\$2b\$|5ebe2294/);
    assert.match(stdout, /ada@example\.com/);
  }
});

test('a table is safe to open in a spreadsheet', async () => {
  const { stdout } = await line.succeed(['user', 'export', '--connection', 'Users', '--format', 'csv']);
  assert.match(stdout, /^"email","username","user_id"/);
  assert.match(stdout, /'=1\+1/);
  assert.match(stdout, /"'Ada, ""Countess"""/);
});

test('hashes are counted by their kinds', async () => {
  const { stdout } = await line.succeed(['user', 'hashes']);
  assert.match(stdout, /^connection {2}hash {7}users\nUsers {7}bcrypt\$04 {2}1\nUsers {7}md5 {8}1\n$/);
});

test('records that fail are told, the exit code is 1, and the errors stand in a file', async () => {
  const errorsPath = join(line.folder, 'errors.json');
  const { code, stdout, stderr } = await importInto(
    'Users',
    [...RECORDS, { email: 'new@example.com' }],
    '--errors',
    errorsPath,
  );
  assert.equal(code, 1);
  assert.match(stdout, /3 users: 1 added, 0 changed, 2 failed/);
  assert.match(stderr, /stands in .*errors\.json/);
  const errors = JSON.parse(readFileSync(errorsPath, 'utf8')) as { errors: { code: string }[] }[];
  assert.deepEqual(
    errors.map((error) => error.errors[0]?.code),
    ['DUPLICATED_USER', 'DUPLICATED_USER'],
  );
  assert.equal(statSync(errorsPath).mode & 0o777, 0o600);
  const told = await importInto('Users', RECORDS);
  assert.match(told.stderr, /user 1: The user exists already\.\nuser 2: /);
});

test('an upsert changes users who are there', async () => {
  const { code, stdout } = await importInto(
    'Users',
    [{ email: 'ada@example.com', given_name: 'Ada' }],
    '--upsert',
    '--json',
  );
  assert.equal(code, 0);
  assert.deepEqual(JSON.parse(stdout), {
    dry_run: false,
    continued_after: 0,
    summary: { total: 1, inserted: 0, updated: 1, failed: 0 },
  });
});

test('what an import did stands in the log of the tenant', async () => {
  const events = (await line.succeed(['log', 'list', '--json'])).json<
    { type: string; details: { target: { name: string } } }[]
  >();
  const event = events.find(({ type }) => type === 'sui');
  assert.match(event?.details.target.name ?? '', /added and .* changed in Users/);
});

test('a command that cannot be meant is refused in one sentence', async () => {
  const refusals: ReadonlyArray<readonly [args: readonly string[], words: RegExp]> = [
    [['user', 'import', 'none.json', '--connection', 'Users'], /cannot be read/],
    [['user', 'import', line.write('bad.json', '{"a":'), '--connection', 'Users'], /middle of a record/],
    [['user', 'import', line.write('one.json', '[]')], /several databases: choose one with --connection/],
    [['user', 'export', '--connection', 'None'], /There is no database None\. There are: Users, Other|Other, Users/],
    [['user', 'export', '--connection', 'Users', '--format', 'xml'], /--format is one of/],
  ];
  for (const [args, words] of refusals) {
    const { code, stderr } = await line.run(args);
    assert.equal(code, 1);
    assert.match(stderr, words);
  }
});

test('a hash in the tenant file that cannot be checked is refused with its place [T-17]', async () => {
  const bad = { algorithm: 'pbkdf2', hash: { value: '$pbkdf2-sha512$i=99999999,l=64$c2FsdA$c2FsdA' } };
  const file = line.write('bad.yaml', {
    ...TENANT,
    users: [{ connection: 'Users', email: 'x@example.com', custom_password_hash: bad }],
  });
  const { code, stderr } = await line.run(['apply', file]);
  assert.equal(code, 1);
  assert.match(stderr, /bad\.yaml:\d+: custom_password_hash cannot be checked\. hash\.value /);
  assert.doesNotMatch(stderr, /c2FsdA/);
});
