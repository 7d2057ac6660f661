// `export` and `apply` are each other's opposite, and a dry run tells without doing.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { FIXED_CLIENT_MEMBERS } from '../../src/client/client.ts';
import { TenantFileSchema } from '../../src/declaration/tenant-file.ts';
import { FIXED_RESOURCE_SERVER_MEMBERS } from '../../src/resource-server/resource-server.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { BACKEND_SECRET, HS256_SECRET } from '../support/sample-tenant.ts';
import { EVERY_NOUN } from './every-noun.ts';

let line: CommandLine;
before(async () => {
  line = await openCommandLine();
  await line.succeed(['apply', line.write('every.yaml', EVERY_NOUN)]);
});
after(() => line.close());

test('what is exported with secrets makes the same tenant in an empty database', async () => {
  const exported = await line.succeed(['export', '--with-secrets']);
  assert.equal(exported.stderr, '');
  const file = line.write('exported.yaml', exported.stdout);

  const again = await line.succeed(['apply', file, '--dry-run', '--json']);
  const { changes } = again.json<{ changes: { action: string }[] }>();
  assert.deepEqual(
    changes.filter((change) => change.action !== 'unchanged'),
    [],
  );

  const other = await openCommandLine();
  try {
    await other.succeed(['apply', file]);
    assert.equal((await other.succeed(['export', '--with-secrets'])).stdout, exported.stdout);
  } finally {
    await other.close();
  }
});

test('every member that was applied is exported', async () => {
  const content = parse((await line.succeed(['export', '--with-secrets'])).stdout) as typeof EVERY_NOUN;
  for (const noun of ['resourceServers', 'clients', 'databases', 'connections', 'rules', 'actions', 'users'] as const) {
    assert.equal(content[noun].length, EVERY_NOUN[noun].length, noun);
  }
  assert.equal(content.clientGrants.length, 3);
  assert.deepEqual(content.roles, EVERY_NOUN.roles);
  assert.deepEqual(content.tenant, EVERY_NOUN.tenant);
  assert.deepEqual(content.attackProtection, EVERY_NOUN.attackProtection);
  const databases = content.databases as object[] as { options?: Record<string, unknown> }[];
  assert.deepEqual(
    databases.map((database) => database.options?.['brute_force_protection']),
    [false, undefined],
  );
  const imported = content.users.find((user) => user.email === 'imported@example.com');
  assert.deepEqual(
    { ...imported, email_verified: undefined, name: undefined },
    { ...EVERY_NOUN.users.at(-2), email_verified: undefined, name: undefined },
  );
  const elsewhere = content.users.find((user) => user.email === 'from-elsewhere@example.com');
  assert.deepEqual(
    (elsewhere as { custom_password_hash?: object }).custom_password_hash,
    (EVERY_NOUN.users.at(-1) as { custom_password_hash?: object }).custom_password_hash,
  );
});

test('no member that apply reads is forgotten by export', async () => {
  const content = parse((await line.succeed(['export', '--with-secrets'])).stdout) as Record<string, object[]>;
  // A password is exported as its hash, and what can be only one thing need not be said.
  const never = [
    'users.password',
    ...['rules.stage', 'actions.status'],
    ...Object.keys(FIXED_CLIENT_MEMBERS).map((name) => `clients.${name}`),
    ...Object.keys(FIXED_RESOURCE_SERVER_MEMBERS).map((name) => `resourceServers.${name}`),
  ];
  for (const [section, schema] of Object.entries(TenantFileSchema.properties)) {
    const { properties } = 'items' in schema ? schema.items : schema;
    const written = new Set([content[section] ?? []].flat().flatMap((entry) => Object.keys(entry)));
    const missing = Object.keys(properties).filter(
      (name) => !written.has(name) && !never.includes(`${section}.${name}`),
    );
    assert.deepEqual(missing, [], `members of ${section}`);
  }
});

test('secrets and hashes are left out unless they are asked for', async () => {
  const { stdout } = await line.succeed(['export']);
  for (const secret of [BACKEND_SECRET, HS256_SECRET, '$argon2id$', '$2b$'])
    assert.ok(!stdout.includes(secret), secret);
  assert.match(stdout, /# client_secret is left out/);
  const changes = (await line.succeed(['apply', line.write('bare.yaml', stdout), '--dry-run', '--json'])).json<{
    changes: { action: string }[];
  }>();
  assert.ok(changes.changes.every((change) => change.action === 'unchanged'));
});

test('an output file is readable by its owner only', async () => {
  const path = join(line.folder, 'out.yaml');
  await line.succeed(['export', '--output', path]);
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.match(readFileSync(path, 'utf8'), /^# The tenant acme/);
});

test('a dry run names members with old and new values, of secrets only that they change, and writes nothing', async () => {
  const changed = {
    tenant: EVERY_NOUN.tenant,
    resourceServers: [
      EVERY_NOUN.resourceServers[0],
      { ...EVERY_NOUN.resourceServers[1], token_lifetime: 60, signing_secret: `${HS256_SECRET}-other` },
    ],
    clients: [{ ...EVERY_NOUN.clients[1], client_secret: 'another-secret-0123456789', callbacks: [] }],
    databases: [EVERY_NOUN.databases[0], { name: 'Third', options: { passwordPolicy: 'excellent' } }],
    users: [{ ...EVERY_NOUN.users[0], password: 'another password', blocked: true }],
  };
  const earlier = (await line.succeed(['export', '--with-secrets'])).stdout;
  const { stdout } = await line.succeed(['apply', line.write('changed.yaml', changed), '--dry-run']);
  assert.equal((await line.succeed(['export', '--with-secrets'])).stdout, earlier);
  assert.match(
    stdout,
    /^updated {3}resource server https:\/\/legacy\.example\.com\/api\n {12}signing_secret: changed \(secret\)\n {12}token_lifetime: 3600 -> 60$/m,
  );
  assert.match(stdout, /^ {12}callbacks: \["https:\/\/backend\.example\.test\/callback"\] -> \[\]$/m);
  assert.match(stdout, /^created {3}database Third$/m);
  assert.match(stdout, /^ {12}options\.passwordPolicy: "excellent"$/m);
  assert.match(stdout, /^ {12}password: changed \(secret\)$/m);
  assert.match(stdout, /^ {12}blocked: false -> true$/m);
  assert.match(stdout, /Nothing was written/);
  for (const secret of ['another', 'argon2', HS256_SECRET, BACKEND_SECRET]) assert.ok(!stdout.includes(secret), secret);
});

test('a dry run of a tenant that does not exist makes no tenant', async () => {
  const file = line.write('new.yaml', { tenant: { name: 'new', domains: ['new.example.test'] } });
  const { stdout } = await line.succeed(['apply', file, '--dry-run']);
  assert.match(stdout, /^created {3}tenant new$/m);
  const { code, stderr } = await line.run(['export', '--tenant', 'new']);
  assert.equal(code, 1);
  assert.equal(stderr, 'gatehouse: There is no tenant new. There are: acme.\n');
});

test('what is left out of the file is told, not forgotten', async () => {
  const { stderr } = await line.succeed(['export']);
  assert.match(stderr, /1 values that are kept for rules are left out: they are secrets\./);
});
