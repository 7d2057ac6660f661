// `gatehouse connection test` with a real domain controller: every step by itself, and what the domain does about wrong
// passwords compared with what the connection passes on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { domainTenant } from '../support/domain-server.ts';
import { AD_BASE, AD_PASSWORD, LOCKOUT_THRESHOLD, needsSamba, type Samba, startSamba } from '../support/samba.ts';

const skip = needsSamba();
const WRONG_PASSWORD = 'Wr0ng-Passw0rd!';

let samba: Samba;
let line: CommandLine;
before(async () => {
  if (skip !== false) return;
  samba = await startSamba();
  line = await openCommandLine({ ADA: AD_PASSWORD });
});
after(async () => {
  if (skip !== false) return;
  await Promise.all([line.close(), samba.stop()]);
});

interface Step {
  readonly name: string;
  readonly passed: boolean | null;
  readonly tookMs: number;
  readonly words: string;
}

/** The steps with these options of the connection; the exit code is 1 exactly when one failed. */
async function tried(options: object, args: readonly string[] = [], input = ''): Promise<readonly Step[]> {
  await line.succeed(['apply', line.write('tenant.yaml', domainTenant({ ...samba.options, ...options }))]);
  const command = ['connection', 'test', 'corp', ...args];
  const { code, stdout, stderr } = await line.run([...command, '--json'], input);
  for (const secret of [samba.options.bind_password, AD_PASSWORD, WRONG_PASSWORD]) {
    assert.ok(!(stdout + stderr).includes(secret), 'no secret is printed');
  }
  const { steps } = JSON.parse(stdout) as { steps: Step[] };
  assert.equal(code, steps.some(({ passed }) => passed === false) ? 1 : 0);
  return steps;
}

const POLICY = 'read the lockout policy of the domain';
const policyOf = (steps: readonly Step[]) => steps.find(({ name }) => name === POLICY)?.words ?? '';
const passedOf = (steps: readonly Step[]) => steps.map(({ passed }) => passed);

test('with a name and a password every step is taken, and told with its time', { skip }, async () => {
  const steps = await tried({}, ['--username', 'ada', '--env', 'ADA']);
  assert.deepEqual(
    steps.map(({ name, passed }) => [name, passed]),
    [
      ['resolve localhost', true],
      ['connect to ldaps://localhost', true],
      ['connect with TLS', true],
      ['bind as svc-gatehouse@corp.example.test', true],
      [POLICY, true],
      [`search in ${AD_BASE}`, true],
      ['bind as the user', true],
      ['read profile and groups', true],
    ],
  );
  for (const { tookMs } of steps) assert.ok(Number.isInteger(tookMs) && tookMs >= 0);
  assert.equal(steps[5]?.words, `The user is CN=Ada Lovelace,CN=Users,${AD_BASE}.`);
  assert.match(steps[6]?.words ?? '', /^The password is right\. The id is [0-9a-f-]{36}\.$/);
  assert.match(steps[7]?.words ?? '', /^Groups: .*staff.*\. The e-mail address is ada@corp\.example\.test\.$/);
  const { code, stdout } = await line.run(['connection', 'test', 'corp', '--username', 'CORP\\ada'], AD_PASSWORD);
  assert.equal(code, 0, stdout);
  assert.equal(stdout.match(/^ok +\d+ ms +\S/gm)?.length, 8);
});

test('without a name the connection itself is tried, and the rest is left out', { skip }, async () => {
  assert.deepEqual(passedOf(await tried({})), [true, true, true, true, true, null, null, null]);
});

for (const [port, urls] of [
  ['the domain’s own port', ['ldaps://localhost']],
  ['the port of the Global Catalog', ['ldaps://localhost:3269']],
] as const) {
  test(`at ${port}, what the domain does about wrong passwords is compared with what is passed on`, {
    skip,
  }, async () => {
    const domain = `The domain locks an account at ${LOCKOUT_THRESHOLD} wrong passwords within 30 minutes`;
    const said = async (options: object) => policyOf(await tried({ urls, ...options }));
    assert.equal(await said({}), `${domain}; max_bad_binds passes on 4 within 30.`);
    assert.equal(
      await said({ max_bad_binds: LOCKOUT_THRESHOLD - 1 }),
      `${domain}; max_bad_binds passes on 5 within 30.`,
    );
    for (const max of [LOCKOUT_THRESHOLD, 100]) {
      const words = await said({ max_bad_binds: max });
      assert.ok(words.startsWith(`WARNING: ${domain}, and max_bad_binds passes on ${max}`), words);
      assert.match(words, /Set it to 5 or less/);
    }
    const short = await said({ bad_bind_window_minutes: 29 });
    assert.ok(short.startsWith(`WARNING: ${domain}, and bad_bind_window_minutes is only 29`), short);
    assert.match(await said({ bad_bind_window_minutes: 31 }), /passes on 4 within 31\.$/);
  });
}

test('a refusal of the user is told in words, after everything that worked', { skip }, async () => {
  for (const [name, password, reason] of [
    ['bob', WRONG_PASSWORD, 'wrong-password'],
    ['disabled', AD_PASSWORD, 'disabled'],
    ['must-change', AD_PASSWORD, 'must-change-password'],
  ] as const) {
    const steps = await tried({}, ['--username', name], password);
    assert.deepEqual(passedOf(steps), [true, true, true, true, true, true, false, null]);
    assert.equal(steps[6]?.words, `The directory refuses the user: ${reason}.`);
  }
  const nobody = await tried({}, ['--username', 'nobody'], AD_PASSWORD);
  assert.deepEqual(passedOf(nobody), [true, true, true, true, true, false, null, null]);
  assert.match(nobody[5]?.words ?? '', /^Nobody is found: look at the name/);
});

test('what is wrong with the connection is told where it is wrong, and the rest is left out', { skip }, async () => {
  const account = await tried({ bind_password: WRONG_PASSWORD }, ['--username', 'ada'], AD_PASSWORD);
  assert.deepEqual(passedOf(account).slice(0, 4), [true, true, true, false]);
  assert.match(account[3]?.words ?? '', /bind_dn or bind_password is refused, with result 49 \(data 52e\)/);
  const untrusted = await tried({ ca: undefined });
  assert.deepEqual(passedOf(untrusted).slice(0, 3), [true, true, false]);
  assert.match(untrusted[2]?.words ?? '', /certificate is not trusted/);
  const plain = await tried({ urls: ['ldap://localhost'], ca: undefined, allow_insecure: true });
  assert.match(plain[3]?.words ?? '', /wants TLS/);
  const elsewhere = await tried({ base: 'DC=elsewhere,DC=test' }, ['--username', 'ada'], AD_PASSWORD);
  assert.equal(elsewhere[5]?.passed, false);
  // Of two servers that which works is enough for the rest, and the other one is told all the same.
  const half = await tried({ urls: ['ldaps://localhost:1', 'ldaps://localhost'] }, ['--username', 'ada'], AD_PASSWORD);
  assert.deepEqual(passedOf(half), [true, false, null, null, true, true, true, true, true, true, true, true]);
  await samba.kill();
  const gone = await tried({});
  assert.deepEqual(passedOf(gone), [true, false, null, null]);
  assert.match(gone[1]?.words ?? '', /Nobody answers there/);
  await samba.restart();
});
