// The settings of attack protection: read from the tenant file, refused with their line where they are wrong or cannot be
// done, stored for one tenant, and written by export.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { parse } from 'yaml';
import { AttackProtectionWire, DEFAULT_ATTACK_PROTECTION } from '../../src/attack-protection/attack-protection-wire.ts';
import { exportTenant } from '../../src/declaration/export.ts';
import { readTenantFile, TenantFileError } from '../../src/declaration/tenant-file.ts';
import { readConfigurationVersion } from '../../src/storage/configuration-version.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { DATABASE, SAMPLE_TENANT } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
beforeEach(() => apply({}));
after(() => server.close());

/** Applies the section to the sample tenant. */
async function apply(attackProtection: object): Promise<void> {
  await server.apply({ tenant: SAMPLE_TENANT.tenant, attackProtection });
}

async function settings() {
  return server.app.stores.attackProtection.find((await sampleTenantOf(server)).id);
}

async function exported(): Promise<Record<string, unknown>> {
  const { text, warnings } = await exportTenant(server.app.stores, await sampleTenantOf(server), false);
  assert.deepEqual(warnings, []);
  return parse(text) as Record<string, unknown>;
}

/** A section with each member away from its default. */
const EVERYTHING = {
  bruteForceProtection: {
    enabled: false,
    shields: ['block', 'user_notification'],
    mode: 'count_per_identifier',
    allowlist: ['203.0.113.9', '10.0.0.0/8', '2001:db8::/32'],
    max_attempts: 3,
    account_ceiling: 50,
  },
  suspiciousIpThrottling: {
    enabled: false,
    shields: ['admin_notification', 'block'],
    allowlist: ['127.0.0.1/32'],
    stage: {
      'pre-login': { max_attempts: 7, rate: 60_000 },
      'pre-user-registration': { max_attempts: 8, rate: 2000 },
    },
  },
  breachedPasswordDetection: {
    enabled: true,
    shields: ['block', 'user_notification', 'admin_notification'],
    admin_notification_frequency: ['immediately'],
    method: 'standard',
    stage: { 'pre-user-registration': { shields: ['block'] }, 'pre-change-password': { shields: ['block'] } },
  },
  sameUserRateLimit: { enabled: false },
};

test('a tenant that says nothing has Auth0’s defaults', async () => {
  assert.deepEqual(await settings(), DEFAULT_ATTACK_PROTECTION);
  assert.deepEqual(DEFAULT_ATTACK_PROTECTION, {
    bruteForce: {
      enabled: true,
      shields: ['block'],
      mode: 'count_per_identifier_and_ip',
      maxAttempts: 10,
      allowlist: [],
      accountCeiling: 100,
    },
    suspiciousIp: {
      ...{ enabled: true, shields: ['block'], allowlist: [], maxAttempts: 100, rateMs: 864_000 },
      signUps: { maxAttempts: 50, rateMs: 1200 },
    },
    breachedPasswords: { enabled: false, shields: { login: [], signUp: [], passwordChange: [] } },
    sameUser: { enabled: true },
  });
  assert.equal((await exported())['attackProtection'], undefined);
});

test('every member of the section is stored and exported', async () => {
  await apply(EVERYTHING);
  const { allowlist } = EVERYTHING.bruteForceProtection;
  assert.deepEqual(await settings(), {
    bruteForce: {
      ...{ enabled: false, shields: ['block', 'user_notification'], mode: 'count_per_identifier' },
      ...{ maxAttempts: 3, allowlist, accountCeiling: 50 },
    },
    suspiciousIp: {
      ...{
        enabled: false,
        shields: ['admin_notification', 'block'],
        allowlist: ['127.0.0.1/32'],
        maxAttempts: 7,
        rateMs: 60_000,
      },
      signUps: { maxAttempts: 8, rateMs: 2000 },
    },
    breachedPasswords: {
      enabled: true,
      shields: {
        ...{ login: ['block', 'user_notification', 'admin_notification'] },
        ...{ signUp: ['block'], passwordChange: ['block'] },
      },
    },
    sameUser: { enabled: false },
  });
  const { method: _only, ...breachedPasswordDetection } = EVERYTHING.breachedPasswordDetection;
  assert.deepEqual((await exported())['attackProtection'], {
    ...EVERYTHING,
    breachedPasswordDetection,
  });
  assert.deepEqual(memberPaths(EVERYTHING), schemaPaths(AttackProtectionWire));
});

/** Names of all members, nested ones by dotted name. */
function memberPaths(value: object, prefix = ''): string[] {
  return Object.entries(value)
    .flatMap(([name, member]: [string, unknown]) =>
      typeof member === 'object' && member !== null && !Array.isArray(member)
        ? memberPaths(member, `${prefix}${name}.`)
        : [prefix + name],
    )
    .toSorted();
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
}

function schemaPaths(schema: object, prefix = ''): string[] {
  return Object.entries((schema as Schema).properties ?? {})
    .flatMap(([name, member]) => (member.properties ? schemaPaths(member, `${prefix}${name}.`) : [prefix + name]))
    .toSorted();
}

test('what the section leaves out goes back to its default, and a file without it changes nothing', async () => {
  await apply(EVERYTHING);
  await server.apply({ tenant: SAMPLE_TENANT.tenant });
  assert.equal((await settings()).bruteForce.maxAttempts, 3);
  await apply({ bruteForceProtection: { max_attempts: 4 } });
  const { bruteForce, ...others } = DEFAULT_ATTACK_PROTECTION;
  assert.deepEqual(await settings(), { bruteForce: { ...bruteForce, maxAttempts: 4 }, ...others });
  assert.deepEqual((await exported())['attackProtection'], { bruteForceProtection: { max_attempts: 4 } });
});

test('a change is a change of configuration, and none is none', async () => {
  const version = () => readConfigurationVersion(server.ground.database.sql);
  const first = await version();
  await apply({ bruteForceProtection: { enabled: true, shields: ['block'], max_attempts: 10 } });
  assert.equal(await version(), first);
  await apply({ sameUserRateLimit: { enabled: false } });
  assert.ok((await version()) > first);
});

test('the settings of one tenant are not those of another, and go with it', async () => {
  const other = { name: 'other', domains: ['other.example.test'] };
  await server.apply({ tenant: other, attackProtection: { bruteForceProtection: { max_attempts: 2 } } });
  assert.deepEqual(await settings(), DEFAULT_ATTACK_PROTECTION);
  const { stores } = server.app;
  const { sql } = server.ground.database;
  const tenant = await stores.tenants.findByName('other');
  assert.ok(tenant);
  assert.equal((await stores.attackProtection.find(tenant.id)).bruteForce.maxAttempts, 2);
  await stores.tenants.delete(tenant.id, sql);
  const rows = await sql.selectFrom('attack_protection').selectAll().where('tenant_id', '=', tenant.id).execute();
  assert.deepEqual(rows, []);
});

test('brute-force protection can be switched off for one database', async () => {
  const bruteForceOf = async () => {
    const connections = await server.app.stores.connections.list((await sampleTenantOf(server)).id);
    return connections.map(({ name, options }) => [name, options['brute_force_protection']]);
  };
  assert.deepEqual(await bruteForceOf(), [
    ['Second', true],
    [DATABASE, true],
  ]);
  const [database] = SAMPLE_TENANT.databases;
  const options = { ...database?.options, brute_force_protection: false };
  await server.apply({ tenant: SAMPLE_TENANT.tenant, databases: [{ ...database, options }] });
  assert.deepEqual((await bruteForceOf())[1], [DATABASE, false]);
  const databases = (await exported())['databases'] as { options: Record<string, unknown> }[];
  assert.deepEqual(
    databases.map((one) => one.options['brute_force_protection']),
    [undefined, false],
  );
  await server.apply({ tenant: SAMPLE_TENANT.tenant, databases: [database] });
  assert.deepEqual((await bruteForceOf())[1], [DATABASE, true]);
});

/** What is said of a file with this section in its third line. */
function problemsOf(section: object): readonly string[] {
  const text = `tenant: { name: acme }\nattackProtection:\n  ${JSON.stringify(section)}\n`;
  try {
    readTenantFile('acme.yaml', text, {});
    return [];
  } catch (error) {
    if (error instanceof TenantFileError) return error.problems;
    throw error;
  }
}

const brute = (member: object) => ({ bruteForceProtection: member });
const breached = (member: object) => ({ breachedPasswordDetection: member });
const throttling = (member: object) => ({ suspiciousIpThrottling: member });
const preLogin = (member: object) => throttling({ stage: { 'pre-login': member } });
const NO_ADDRESS = 'is no address such as 203.0.113.9 and no network such as 10.0.0.0/8.';
const UNSUPPORTED = 'is not supported by this version of Gatehouse; leave it out.';
const MUST_BLOCK = 'must have block; set enabled to false for nothing.';
const BOTH = 'needs both: admin_notification among its shields, and admin_notification_frequency: [immediately].';
const canBe = (...values: string[]) =>
  `has a value that this version does not support; it can be: ${values.join(', ')}.`;

const REFUSED: ReadonlyArray<readonly [section: object, member: string, words: string]> = [
  [brute({ max_attempts: 0 }), 'bruteForceProtection.max_attempts', 'must be >= 1.'],
  [brute({ max_attempts: 101 }), 'bruteForceProtection.max_attempts', 'must be <= 100.'],
  [brute({ max_attempts: 1.5 }), 'bruteForceProtection.max_attempts', 'must be integer.'],
  [brute({ max_attempts: '10' }), 'bruteForceProtection.max_attempts', 'must be integer.'],
  [brute({ account_ceiling: 9 }), 'bruteForceProtection.account_ceiling', 'must be >= 10.'],
  [brute({ enabled: 'yes' }), 'bruteForceProtection.enabled', 'must be boolean.'],
  [
    brute({ mode: 'count_per_ip' }),
    'bruteForceProtection.mode',
    'has a value that this version does not support; it can be: count_per_identifier_and_ip, count_per_identifier.',
  ],
  [brute({ shields: ['user_notification'] }), 'bruteForceProtection.shields', MUST_BLOCK],
  [brute({ shields: [] }), 'bruteForceProtection.shields', MUST_BLOCK],
  [
    brute({ shields: ['block', 'admin_notification'] }),
    'bruteForceProtection.shields[1]',
    canBe('block', 'user_notification'),
  ],
  [brute({ allowlist: ['10.0.0.0/8', '10.0.0.0/33'] }), 'bruteForceProtection.allowlist[1]', NO_ADDRESS],
  [brute({ allowlist: ['localhost'] }), 'bruteForceProtection.allowlist[0]', NO_ADDRESS],
  [brute({ allowlist: [''] }), 'bruteForceProtection.allowlist[0]', NO_ADDRESS],
  [throttling({ allowlist: ['fe80::1%eth0'] }), 'suspiciousIpThrottling.allowlist[0]', NO_ADDRESS],
  [throttling({ shields: ['admin_notification'] }), 'suspiciousIpThrottling.shields', MUST_BLOCK],
  [breached({ shields: ['admin_notification'] }), 'breachedPasswordDetection', BOTH],
  [breached({ admin_notification_frequency: ['immediately'] }), 'breachedPasswordDetection', BOTH],
  [
    breached({ shields: ['admin_notification'], admin_notification_frequency: ['weekly'] }),
    'breachedPasswordDetection.admin_notification_frequency[0]',
    canBe('immediately'),
  ],
  [preLogin({ max_attempts: 0 }), 'suspiciousIpThrottling.stage.pre-login.max_attempts', 'must be >= 1.'],
  [preLogin({ rate: 0 }), 'suspiciousIpThrottling.stage.pre-login.rate', 'must be >= 1000.'],
  [
    throttling({ stage: { 'pre-user-registration': { max_attempts: 0 } } }),
    'suspiciousIpThrottling.stage.pre-user-registration.max_attempts',
    'must be >= 1.',
  ],
  [
    throttling({ stage: { 'pre-custom-token-exchange': { max_attempts: 10, rate: 600_000 } } }),
    'suspiciousIpThrottling.stage.pre-custom-token-exchange',
    UNSUPPORTED,
  ],
  [{ sameUserRateLimit: { max_attempts: 20 } }, 'sameUserRateLimit.max_attempts', UNSUPPORTED],
];

for (const [section, member, words] of REFUSED) {
  test(`${JSON.stringify(section)} is refused with its line`, () => {
    assert.deepEqual(problemsOf(section), [`acme.yaml:3: attackProtection.${member} ${words}`]);
  });
}

test('the whole section as Auth0’s tools write it is told every member that cannot be done', () => {
  const problems = problemsOf({
    ...brute({ enabled: true, shields: ['block', 'block_more'], allowlist: [], max_attempts: 10 }),
    ...throttling({
      enabled: true,
      shields: ['user_notification', 'block'],
      stage: { 'pre-login': { max_attempts: 100, rate: 864_000 }, 'pre-change-password': { max_attempts: 50 } },
    }),
    breachedPasswordDetection: { enabled: false, shields: [], method: 'enhanced' },
  });
  const members = problems.map((problem) => problem.split(' ')[1]?.replace('attackProtection.', ''));
  for (const member of [
    'bruteForceProtection.shields[1]',
    'suspiciousIpThrottling.shields[0]',
    'suspiciousIpThrottling.stage.pre-change-password',
    'breachedPasswordDetection.method',
  ])
    assert.ok(members.includes(member), member);
});
