// Rules in the tenant file and on the command line: with their script in the file or beside it, applied again they change
// nothing, exported they come back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { SAMPLE_TENANT, USER } from '../support/sample-tenant.ts';

const SCRIPT = `function (user, context, callback) {
  // Nobody is named here.
  context.accessToken['https://example.com/plan'] = configuration.PLAN;
  auth0.users.updateAppMetadata(user.user_id, { tried: true });
  console.log('for', context.clientName || 'nobody');
  callback(null, user, context);
}
`;
const DENY = `(user, context, callback) => callback(new UnauthorizedError('Closed \\u001b[2J'))`;

let line: CommandLine;
before(async () => {
  // With somebody to ask a run has five seconds, and not one: a slow machine is no reason to end it.
  line = await openCommandLine({ GATEHOUSE_SANDBOX_HOSTS: 'nobody.example.test' });
  line.write('plan.js', SCRIPT);
});
after(() => line.close());

type Json = Record<string, unknown>;
const fileWith = (more: Json) => line.write('tenant.yaml', { ...SAMPLE_TENANT, ...more });

async function changesOf(more: Json): Promise<string[]> {
  const { changes } = (await line.succeed(['apply', fileWith(more), '--json'])).json<{
    changes: { action: string; noun: string; name: string; members: { member: string; to: string | null }[] }[];
  }>();
  return changes
    .filter(({ action }) => action !== 'unchanged')
    .map(
      ({ action, noun, name, members }) => `${action} ${noun} ${name}: ${members.map(({ member }) => member).join()}`,
    );
}

async function problemOf(more: Json): Promise<string> {
  const { code, stderr } = await line.run(['apply', fileWith(more)]);
  assert.equal(code, 1);
  return stderr;
}

const RULES = [
  { name: 'Plan', script: './plan.js', order: 2 },
  { name: 'Deny', script: DENY, order: 1, enabled: false },
];
const CONFIGS = [{ key: 'PLAN', value: 'gold-of-the-rules' }];

test('rules of a file are made with their scripts, and applying it again changes nothing', async () => {
  await changesOf({});
  assert.deepEqual(await changesOf({ rules: RULES, rulesConfigs: CONFIGS }), [
    'created rule Plan: id,name,script,order,enabled',
    'created rule Deny: id,name,script,order,enabled',
    'created rule configuration PLAN: value',
  ]);
  assert.deepEqual(await changesOf({ rules: RULES, rulesConfigs: CONFIGS }), []);
});

test('rules change places with each other, and a place is taken once', async () => {
  const [plan, deny] = RULES;
  const swapped = [
    { ...plan, order: 1 },
    { ...deny, order: 2 },
  ];
  assert.deepEqual(await changesOf({ rules: swapped }), ['updated rule Plan: order', 'updated rule Deny: order']);
  assert.match(await problemOf({ rules: [{ ...plan, order: 2 }] }), /The rule Deny has the order 2 already/);
  assert.match(await problemOf({ rules: [plan, plan] }), /has the order 2 already|another rule Plan/);
  assert.deepEqual(await changesOf({ rules: [{ name: 'Last', script: DENY, enabled: false }] }), [
    'created rule Last: id,name,script,order,enabled',
  ]);
  assert.equal((await line.succeed(['rule', 'show', 'Last', '--json'])).json()['order'], 3);
});

test('a rule that cannot run is refused with its line', async () => {
  assert.match(
    await problemOf({ rules: [{ name: 'A', script: './none.js' }] }),
    /tenant\.yaml:\d+: .*cannot be read \(ENOENT\)/,
  );
  assert.match(await problemOf({ rules: [{ name: 'A', script: '(' }] }), /tenant\.yaml:\d+: Unexpected/);
  assert.match(await problemOf({ rules: [{ name: 'A', script: "() => require('request')" }] }), /no module request/);
});

test('an export has rules with their scripts, and values only when secrets are asked for', async () => {
  const exported = (await line.succeed(['export'])).stdout;
  assert.ok(!exported.includes('gold-of-the-rules'));
  const { rules } = parse(exported) as { rules: Json[] };
  assert.deepEqual(rules[0], { name: 'Plan', script: SCRIPT, order: 1, enabled: true });
  const whole = parse((await line.succeed(['export', '--with-secrets'])).stdout) as Json;
  assert.deepEqual(whole['rulesConfigs'], CONFIGS);
  const file = line.write('exported.yaml', whole);
  assert.doesNotMatch((await line.succeed(['apply', file])).stdout, /^(created|updated)/m);
});

test('a rule is made, changed and removed on the command line', async () => {
  line.write('deny.js', DENY);
  await line.succeed(['rule', 'create', 'Shut', '--set', `script=${line.folder}/deny.js`, '--set', 'enabled=false']);
  assert.equal((await line.succeed(['rule', 'show', 'Shut', '--json'])).json()['script'], DENY);
  await line.succeed(['rule', 'update', 'Shut', '--set', 'order=9']);
  assert.match((await line.succeed(['rule', 'list'])).stdout, /^9 +Shut +false$/m);
  await line.succeed(['rule', 'delete', 'Shut']);
  assert.equal((await line.run(['rule', 'show', 'Shut'])).code, 1);
});

test('a rule is tried on a user, and nothing is stored', async () => {
  const args = ['rule', 'try', `${line.folder}/plan.js`, '--user', USER, '--client', 'CLI', '--set', 'PLAN=silver'];
  const { stdout } = await line.succeed(args);
  assert.match(stdout, /^PASSED {2}\(/);
  assert.match(stdout, /^access token {2}\{"https:\/\/example\.com\/plan":"silver"\}$/m);
  assert.match(stdout, /^app_metadata {2}\{"tried":true\} \(not stored\)$/m);
  assert.match(stdout, /^console\.log: for CLI$/m);
  assert.ok(!stdout.includes('gold-of-the-rules'));
  const user = (await line.succeed(['user', 'show', USER, '--json'])).json();
  assert.equal(user['app_metadata'], undefined);
});

test('a tried rule that denies says so, and moves no terminal', async () => {
  const denied = await line.run(['rule', 'try', line.write('deny.js', DENY), '--user', USER]);
  assert.equal(denied.code, 1);
  assert.match(denied.stdout, /^DENIED {2}Closed \[2J {2}\(/);
  const unknown = await line.run(['rule', 'try', `${line.folder}/deny.js`, '--user', 'nobody@example.com']);
  assert.match(unknown.stderr, /There is no user nobody@example\.com/);
  const noApi = await line.run(['rule', 'try', `${line.folder}/deny.js`, '--user', USER, '--audience', 'x']);
  assert.match(noApi.stderr, /There is no such resource server/);
});
