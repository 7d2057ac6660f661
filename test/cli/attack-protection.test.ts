// Attack protection on the command line, and the setting by which a client may name its users' addresses.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { SAMPLE_TENANT } from '../support/sample-tenant.ts';

let line: CommandLine;
before(async () => {
  line = await openCommandLine();
  await line.succeed(['apply', line.write('tenant.yaml', { ...SAMPLE_TENANT, attackProtection: {} })]);
});
after(() => line.close());

async function refused(args: readonly string[]): Promise<string> {
  const { code, stderr, stdout } = await line.run(args);
  assert.equal(code, 1, stdout);
  return stderr;
}

const update = (...members: string[]) => [
  'attack-protection',
  'update',
  ...members.flatMap((member) => ['--set', member]),
];

async function settings() {
  return (await line.succeed(['attack-protection', 'show', '--json'])).json();
}

const DEFAULTS = {
  bruteForceProtection: {
    enabled: true,
    shields: ['block'],
    mode: 'count_per_identifier_and_ip',
    max_attempts: 10,
    allowlist: [],
    account_ceiling: 100,
  },
  suspiciousIpThrottling: {
    enabled: true,
    shields: ['block'],
    allowlist: [],
    stage: {
      'pre-login': { max_attempts: 100, rate: 864_000 },
      'pre-user-registration': { max_attempts: 50, rate: 1200 },
    },
  },
  breachedPasswordDetection: {
    ...{ enabled: false, shields: [], admin_notification_frequency: [], method: 'standard' },
    stage: { 'pre-user-registration': { shields: [] }, 'pre-change-password': { shields: [] } },
  },
  sameUserRateLimit: { enabled: true },
};

test('all settings are shown, changed one by one, and brought back to their defaults', async () => {
  assert.deepEqual(await settings(), DEFAULTS);
  assert.match((await line.succeed(['attack-protection', 'show'])).stdout, /^ {2}max_attempts: 10$/m);

  const { stdout } = await line.succeed(
    update(
      'bruteForceProtection.max_attempts=5',
      'bruteForceProtection.allowlist=203.0.113.9, 2001:db8::/32',
      'suspiciousIpThrottling.stage.pre-login.rate=60000',
    ),
  );
  assert.equal(
    stdout,
    [
      'updated attack protection acme',
      '  bruteForceProtection.max_attempts: 10 -> 5',
      '  bruteForceProtection.allowlist: [] -> ["203.0.113.9","2001:db8::/32"]',
      '  suspiciousIpThrottling.stage.pre-login.rate: 864000 -> 60000',
      '',
    ].join('\n'),
  );
  const { bruteForceProtection, suspiciousIpThrottling, ...others } = DEFAULTS;
  assert.deepEqual(await settings(), {
    bruteForceProtection: { ...bruteForceProtection, max_attempts: 5, allowlist: ['203.0.113.9', '2001:db8::/32'] },
    suspiciousIpThrottling: {
      ...suspiciousIpThrottling,
      stage: { ...DEFAULTS.suspiciousIpThrottling.stage, 'pre-login': { max_attempts: 100, rate: 60_000 } },
    },
    ...others,
  });

  const members = ['bruteForceProtection.max_attempts=', 'bruteForceProtection.allowlist=', 'suspiciousIpThrottling='];
  const back = await line.succeed([...update(...members), '--json']);
  assert.deepEqual(back.json<{ entry: unknown }>().entry, DEFAULTS);
  assert.equal((await line.succeed(update('sameUserRateLimit.enabled=true'))).stdout, 'Nothing to change.\n');
});

test('what is wrong is refused by name, and nothing is written', async () => {
  assert.match(await refused(update()), /Say what to change/);
  assert.match(
    await refused(update('bruteForceProtection.max_attempts=0')),
    /bruteForceProtection\.max_attempts must be >= 1/,
  );
  assert.match(
    await refused(update('suspiciousIpThrottling.allowlist=10.0.0.0/8,localhost')),
    /suspiciousIpThrottling\.allowlist\[1\] is no address such as 203\.0\.113\.9/,
  );
  const enhanced = 'breachedPasswordDetection.method=enhanced';
  assert.match(await refused(update(enhanced)), /does not support; it can be: standard/);
  assert.deepEqual(await settings(), DEFAULTS);
});

test('who detects breached passwords without a list of them is warned', async () => {
  const { stderr } = await line.succeed(update('breachedPasswordDetection.enabled=true'));
  assert.match(stderr, /^warning: breached passwords are detected .* breached_passwords_file/m);
  assert.equal((await line.succeed(update('breachedPasswordDetection='))).stderr, '');
});

test('a dry run names each setting that would change, and changes none', async () => {
  const file = line.write('changed.yaml', {
    tenant: SAMPLE_TENANT.tenant,
    clients: [{ ...SAMPLE_TENANT.clients[1], is_token_endpoint_ip_header_trusted: true }],
    databases: [{ ...SAMPLE_TENANT.databases[1], options: { passwordPolicy: 'none', brute_force_protection: false } }],
    attackProtection: { bruteForceProtection: { mode: 'count_per_identifier' } },
  });
  const { stdout } = await line.succeed(['apply', file, '--dry-run']);
  assert.match(stdout, /^ {12}is_token_endpoint_ip_header_trusted: false -> true$/m);
  assert.match(stdout, /^ {12}options\.brute_force_protection: true -> false$/m);
  assert.match(
    stdout,
    /^updated {3}attack protection acme\n {12}bruteForceProtection\.mode: "count_per_identifier_and_ip" -> "count_per_identifier"$/m,
  );
  assert.deepEqual(await settings(), DEFAULTS);
});

test('only a client that proves itself can be trusted with the addresses of its users', async () => {
  const trust = 'is_token_endpoint_ip_header_trusted=true';
  await line.succeed(['client', 'update', 'Backend', '--set', trust]);
  assert.match((await line.succeed(['client', 'show', 'Backend'])).stdout, /is_token_endpoint_ip_header_trusted: true/);
  const words = /is_token_endpoint_ip_header_trusted needs a client with a secret or key/;
  assert.match(await refused(['client', 'update', 'CLI', '--set', trust]), words);
  assert.match(await refused(['client', 'update', 'Backend', '--set', 'token_endpoint_auth_method=none']), words);

  const file = line.write(
    'public.yaml',
    [
      'tenant: { name: acme }',
      'clients:',
      '  - name: CLI',
      '    app_type: native',
      '    is_token_endpoint_ip_header_trusted: true',
    ].join('\n'),
  );
  assert.match(await refused(['apply', file]), /public\.yaml:5: is_token_endpoint_ip_header_trusted needs a client/);
  await line.succeed(['client', 'update', 'CLI', '--set', 'is_token_endpoint_ip_header_trusted=false']);
});
