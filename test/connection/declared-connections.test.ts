// The `connections` section of the tenant file: applied, exported, and refused where something would have no effect or a
// secret would go astray.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { openDatabase } from '../../src/storage/database.ts';
import type { Schema } from '../../src/storage/schema.ts';
import { CERTIFICATE } from '../support/certificate.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { BIND_PASSWORD, CLIENT_SECRET_OF_AZURE, CONNECTIONS, CORPORATE_TENANT } from '../support/corporate-tenant.ts';
import { SAMPLE_TENANT } from '../support/sample-tenant.ts';

const SECRETS = [BIND_PASSWORD, CLIENT_SECRET_OF_AZURE];

let line: CommandLine;
before(async () => {
  line = await openCommandLine();
  await line.succeed(['apply', line.write('corporate.yaml', CORPORATE_TENANT)]);
});
after(() => line.close());

interface Entry {
  readonly name: string;
  readonly strategy: string;
  readonly options: Record<string, unknown>;
}

async function exported(...flags: string[]): Promise<Entry[]> {
  const { stdout } = await line.succeed(['export', ...flags]);
  return (parse(stdout) as { connections: Entry[] }).connections;
}

/** What `apply` says to a file with this connection in the place of `corp`, or beside it. */
async function applied(connection: object, ...flags: string[]) {
  const file = line.write('changed.yaml', { tenant: SAMPLE_TENANT.tenant, connections: [connection] });
  const { code, stdout, stderr } = await line.run(['apply', file, ...flags]);
  return { code, stdout, stderr };
}

test('what is exported with secrets makes the same connections in an empty database', async () => {
  const { stdout, stderr } = await line.succeed(['export', '--with-secrets']);
  assert.equal(stderr, '');
  for (const secret of SECRETS) assert.ok(stdout.includes(secret), secret);
  const file = line.write('exported.yaml', stdout);
  const { changes } = (await line.succeed(['apply', file, '--json'])).json<{ changes: { action: string }[] }>();
  assert.ok(changes.every((change) => change.action === 'unchanged'));
  const other = await openCommandLine();
  try {
    await other.succeed(['apply', file]);
    assert.equal((await other.succeed(['export', '--with-secrets'])).stdout, stdout);
  } finally {
    await other.close();
  }
});

test('every option that was applied is exported', async () => {
  const entries = await exported('--with-secrets');
  assert.deepEqual(
    entries.map(({ name, strategy }) => [name, strategy]),
    [
      ['azure', 'waad'],
      ['corp', 'ldap'],
      ['domain', 'ad'],
      ['federation', 'adfs'],
    ],
  );
  for (const entry of entries) {
    assert.deepEqual(entry.options, CONNECTIONS[entry.name as keyof typeof CONNECTIONS].options);
  }
});

test('an export without secrets leaves them out, and applied again it keeps those that are stored [T-34]', async () => {
  const { stdout } = await line.succeed(['export']);
  for (const secret of SECRETS) assert.ok(!stdout.includes(secret), secret);
  assert.match(stdout, /# bind_password is left out/);
  const { changes } = (await line.succeed(['apply', line.write('bare.yaml', stdout), '--json'])).json<{
    changes: { action: string }[];
  }>();
  assert.ok(changes.every((change) => change.action === 'unchanged'));
  assert.equal(
    (await exported('--with-secrets')).find(({ name }) => name === 'corp')?.options['bind_password'],
    BIND_PASSWORD,
  );
});

test('no secret of a connection lies in the database in the clear, is printed, or is told by a dry run [T-34, T-45]', async () => {
  const database = await openDatabase(line.databaseUrl);
  const tables = await database.sql.introspection.getTables();
  const dump: unknown[] = [];
  for (const { name } of tables)
    dump.push(
      await database.sql
        .selectFrom(name as keyof Schema)
        .selectAll()
        .execute(),
    );
  await database.close();
  assert.ok(JSON.stringify(dump).includes('ldaps://ldap.corp.example.test'));
  const shown = await line.succeed(['connection', 'show', 'corp', '--json']);
  const options = { ...CONNECTIONS.corp.options, bind_password: 'another bind password' };
  const { stdout: told } = await applied({ ...CONNECTIONS.corp, options }, '--dry-run');
  assert.match(told, /options\.bind_password: changed \(secret\)/);
  for (const secret of [...SECRETS, 'another bind password']) {
    for (const text of [JSON.stringify(dump), shown.stdout, told]) assert.equal(text.includes(secret), false, secret);
  }
});

test('another address needs the secret again: the stored one would go to whoever is there [T-34]', async () => {
  const { bind_password: _secret, ...options } = CONNECTIONS.corp.options;
  const moved = { ...options, urls: ['ldaps://elsewhere.example.test'] };
  const { code, stderr } = await applied({ ...CONNECTIONS.corp, options: moved });
  assert.equal(code, 1);
  assert.match(stderr, /^gatehouse: changed\.yaml:\d+: options\.urls changes, so bind_password must be given with it/);
  const { code: bySet, stderr: words } = await line.run([
    ...['connection', 'update', 'corp', '--set', 'options.urls=ldaps://elsewhere.example.test'],
  ]);
  assert.equal(bySet, 1);
  assert.match(words, /options\.bind_password: options\.urls changes/);
  assert.deepEqual(
    (await exported()).find(({ name }) => name === 'corp')?.options['urls'],
    CONNECTIONS.corp.options.urls,
  );

  const { code: azureCode, stderr: azureWords } = await line.run([
    ...['connection', 'update', 'azure', '--set', 'options.tenant_domain=evil.onmicrosoft.test'],
  ]);
  assert.equal(azureCode, 1, azureWords);
  const given = { ...CONNECTIONS.corp, options: { ...moved, bind_password: BIND_PASSWORD } };
  assert.equal((await applied(given)).code, 0);
  assert.equal((await applied(CONNECTIONS.corp)).code, 0);
});

test('a secret that has no use any more is forgotten', async () => {
  const { bind_password: _secret, bind_dn: _dn, ...anonymous } = CONNECTIONS.corp.options;
  assert.equal((await applied({ ...CONNECTIONS.corp, name: 'once', options: CONNECTIONS.corp.options })).code, 0);
  const { code, stderr } = await applied({ ...CONNECTIONS.corp, name: 'once', options: anonymous });
  assert.equal(code, 0, stderr);
  assert.equal(
    (await exported('--with-secrets')).find(({ name }) => name === 'once')?.options['bind_password'],
    undefined,
  );
  await line.succeed(['connection', 'delete', 'once']);
});

test('a CA file is read from beside the tenant file when it is applied, and only its certificates are stored', async () => {
  line.write('corp-ca.pem', `a remark\n${CERTIFICATE}-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n`);
  const withFile = (options: object) => ({
    ...CONNECTIONS.corp,
    options: { ...CONNECTIONS.corp.options, ...options },
  });
  const { code, stderr } = await applied(withFile({ ca_file: 'corp-ca.pem' }));
  assert.equal(code, 0, stderr);
  const stored = (await exported()).find(({ name }) => name === 'corp')?.options;
  assert.deepEqual([stored?.['ca'], stored?.['ca_file']], [CERTIFICATE, undefined]);
  line.write('no-ca.pem', 'nothing');
  for (const [options, words] of [
    [{ ca_file: 'no-ca.pem' }, /no PEM certificates/],
    [{ ca_file: 'missing.pem' }, /missing\.pem cannot be read \(ENOENT\)/],
    [{ ca_file: 'corp-ca.pem', ca: CERTIFICATE }, /not both/],
    [{ ca: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' }, /no PEM certificates/],
  ] as const) {
    const refused = await applied(withFile(options));
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, words);
  }
  assert.equal((await applied(CONNECTIONS.corp)).code, 0);
});

const REFUSED: readonly (readonly [string, object, RegExp])[] = [
  [
    'a strategy that checks no passwords',
    { strategy: 'samlp' },
    /strategy has a value .* can be: ldap, auth0-adldap, ad, waad, adfs\./,
  ],
  [
    'an option of another strategy',
    { options: { adfs_server: 'https://adfs.example.test' } },
    /connections\[0\]\.options\.adfs_server is not supported/,
  ],
  ['an option that is missing', { options: { base: 'dc=x' } }, /connections\[0\]\.options\.urls is missing/],
  [
    'a groups claim that is no name of one’s own',
    { options: { ...CONNECTIONS.corp.options, groups_claim: 'groups' } },
    /groups_claim/,
  ],
  [
    'a bind name without its password',
    { name: 'new', options: { ...CONNECTIONS.corp.options, bind_password: undefined } },
    /bind_password is missing: bind_dn needs it/,
  ],
  [
    'a bind password without its name',
    { options: { ...CONNECTIONS.corp.options, bind_dn: undefined } },
    /bind_password has no effect without bind_dn/,
  ],
  ['the name of a database', { name: 'Second' }, /Second is a connection of the strategy auth0, which never changes/],
  ['the name of a connection of another strategy', { name: 'domain' }, /domain is a connection of the strategy ad/],
  ['a realm that another answers to', { name: 'new', realms: ['domain'] }, /domain answers to this realm already/],
  ['a client that is not there', { enabled_clients: ['Nobody'] }, /There is no client Nobody/],
];
for (const [what, change, words] of REFUSED) {
  test(`${what} is refused with its line`, async () => {
    const { code, stderr } = await applied({ ...CONNECTIONS.corp, ...change });
    assert.equal(code, 1);
    assert.match(stderr, /changed\.yaml:\d+: /);
    assert.match(stderr, words);
  });
}

const PLAIN = ['ldap://ldap.corp.example.test'];
const WITHOUT_EFFECT: readonly (readonly [keyof typeof CONNECTIONS, object, RegExp])[] = [
  ['corp', { base: undefined }, /base is missing: users are searched for there/],
  ['corp', { urls: PLAIN }, /ldap:\/\/ sends passwords in plain text\. Use ldaps:\/\/, or set start_tls: true/],
  ['corp', { urls: [...PLAIN, 'ldaps://two.test'], start_tls: true }, /use ldaps:\/\/ for all of them, or ldap:\/\//],
  ['corp', { start_tls: true }, /start_tls has no effect without `urls with ldap:\/\/`/],
  ['corp', { allow_insecure: true }, /allow_insecure has no effect without `urls with ldap:\/\/`/],
  [
    'corp',
    { urls: PLAIN, start_tls: true, allow_insecure: true },
    /allow_insecure has no effect without `start_tls: false`/,
  ],
  ['corp', { urls: PLAIN, allow_insecure: true, ca: CERTIFICATE }, /ca has no effect without `TLS`/],
  ['corp', { user_dn_template: 'uid={0},dc=x' }, /base has no effect without `a search: user_dn_template makes none`/],
  ['corp', { group_filter: '(member={0})' }, /group_filter has no effect without `group_base`/],
  ['corp', { nested_groups: true }, /nested_groups has no effect without `group_base`/],
  ['corp', { user_filter: '(&(uid={0})' }, /user_filter: the brackets of the filter do not pair/],
  ['corp', { user_filter: '(uid=ada)' }, /user_filter/],
  ['domain', { groups: 'direct', group_base: 'dc=x' }, /group_base has no effect without `groups: nested`/],
  ['azure', { ext_nested_groups: true }, /ext_nested_groups has no effect without `ext_groups: true`/],
  ['azure', { max_groups_to_retrieve: 10 }, /max_groups_to_retrieve has no effect without `ext_groups: true`/],
  ['azure', { second_factor: 'ignored', client_secret: undefined }, /second_factor: ignored needs client_secret/],
  ['federation', { client_id: undefined }, /client_id is missing/],
  ['federation', { entityId: 'urn:x' }, /entityId has no effect without `protocol: ws-trust`/],
  ['federation', { protocol: 'ws-trust' }, /client_id has no effect without `protocol: oauth`/],
];
for (const [name, change, words] of WITHOUT_EFFECT) {
  test(`an option that has no effect is refused: ${words.source}`, async () => {
    const connection = CONNECTIONS[name];
    const { code, stderr } = await applied({
      ...connection,
      name: 'new',
      options: { ...connection.options, ...change },
    });
    assert.equal(code, 1);
    assert.match(stderr, /changed\.yaml:\d+: /);
    assert.match(stderr, words);
  });
}

test('a connection that sends passwords in plain text is warned about [T-14]', async () => {
  const options = { ...CONNECTIONS.corp.options, urls: PLAIN, allow_insecure: true };
  const { code, stderr } = await applied({ ...CONNECTIONS.corp, name: 'plain', options });
  assert.equal(code, 0, stderr);
  assert.match(stderr, /warning: .*changed\.yaml:\d+: plain sends passwords in plain text/);
  await line.succeed(['connection', 'delete', 'plain']);
});

test('a database cannot take the name of a directory', async () => {
  const file = line.write('taken.yaml', { tenant: SAMPLE_TENANT.tenant, databases: [{ name: 'corp' }] });
  const { code, stderr } = await line.run(['apply', file]);
  assert.equal(code, 1);
  assert.match(stderr, /corp is a connection of the strategy ldap/);
});

test('auth0-adldap is another word for ldap', async () => {
  assert.match((await applied({ ...CONNECTIONS.corp, strategy: 'auth0-adldap' })).stdout, /unchanged connection corp/);
});
