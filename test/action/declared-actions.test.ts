// Actions in the tenant file and on the command line: with their code in the file or beside it, applied again they change
// nothing, exported they come back, and bindings say what runs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';
import { SAMPLE_TENANT, USER } from '../support/sample-tenant.ts';

const CODE = `exports.onExecutePostLogin = async (event, api) => {
  api.accessToken.setCustomClaim('https://example.com/plan', event.secrets.PLAN);
  api.user.setAppMetadata('tried', true);
  console.log('for', event.client.name || 'nobody');
};
`;
const DENY = `exports.onExecutePostLogin = async (event, api) => api.access.deny('Closed \\u001b[2J');`;

let line: CommandLine;
before(async () => {
  // With somebody to ask a run has five seconds, and not one: a slow machine is no reason to end it.
  line = await openCommandLine({ GATEHOUSE_SANDBOX_HOSTS: 'nobody.example.test' });
  line.write('plan.js', CODE);
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

const ACTIONS = [
  { name: 'plan', code: './plan.js', secrets: [{ name: 'PLAN', value: 'gold-of-the-action' }] },
  { name: 'deny', code: DENY, deployed: false },
];
const TRIGGERS = { 'post-login': [{ action_name: 'plan', display_name: 'The plan' }] };

test('actions of a file are made, deployed and bound, and applying it again changes nothing', async () => {
  await changesOf({});
  assert.deepEqual(await changesOf({ actions: ACTIONS, triggers: TRIGGERS }), [
    'created action plan: name,code,dependencies,runtime,trigger.id,trigger.version,secrets,deployed',
    'created action deny: name,code,dependencies,runtime,trigger.id,trigger.version,secrets,deployed',
    'updated trigger post-login: bindings',
  ]);
  assert.deepEqual(await changesOf({ actions: ACTIONS, triggers: TRIGGERS }), []);
  assert.deepEqual(await changesOf({}), [], 'what the file does not name stays');
});

test('a changed code is deployed, and a secret without a value keeps the one it has', async () => {
  const [plan, deny] = ACTIONS;
  const changed = { ...plan, code: `${CODE}// changed`, secrets: [{ name: 'PLAN' }] };
  assert.deepEqual(await changesOf({ actions: [changed] }), ['updated action plan: code']);
  assert.deepEqual(await changesOf({ actions: [plan, { ...deny, deployed: true }] }), [
    'updated action plan: code',
    'updated action deny: deployed',
  ]);
  assert.deepEqual(await changesOf({ actions: [{ ...deny, deployed: false }] }), [], 'what runs stays');
  const other = { ...plan, secrets: [{ name: 'PLAN', value: 'another-plan' }] };
  const { stdout } = await line.succeed(['apply', fileWith({ actions: [other] })]);
  assert.ok(!/another-plan|gold-of-the-action/.test(stdout), stdout);
  await changesOf({ actions: [plan] });
});

test('an action that cannot run is refused with its line', async () => {
  const at = (words: RegExp, action: Json, more: Json = {}) =>
    problemOf({ actions: [{ name: 'a', code: DENY, ...action }], ...more }).then((told) => assert.match(told, words));
  await at(/tenant\.yaml:\d+: .*cannot be read \(ENOENT\)/, { code: './none.js' });
  await at(/tenant\.yaml:\d+: Unexpected/, { code: '(' });
  await at(/no module axios/, { code: `require('axios')` });
  await at(/no package lodash/, { dependencies: [{ name: 'lodash', version: '1' }] });
  await at(/api\.cache\.get in line 1 is not in this version/, { code: `(api) => api.cache.get('x')` });
  await at(/secret KEY is new and needs a value/, { secrets: [{ name: 'KEY' }] });
  await at(/There is no trigger post-login v9/, { supported_triggers: [{ id: 'post-login', version: 'v9' }] });
  await at(
    /action a cannot be bound\. It was never deployed/,
    { deployed: false },
    {
      triggers: { 'post-login': [{ action_name: 'a' }] },
    },
  );
  await at(/action a is bound twice/, {}, { triggers: { 'post-login': [{ action_name: 'a' }, { action_name: 'a' }] } });
  await at(/credentials-exchange/, {}, { triggers: { 'credentials-exchange': [] } });
});

test('an export has actions and bindings, and secrets only when they are asked for', async () => {
  const { stdout, stderr } = await line.succeed(['export']);
  assert.ok(!stdout.includes('gold-of-the-action'));
  assert.match(stderr, /1 values of secrets of actions are left out/);
  const { actions, triggers } = parse(stdout) as { actions: Json[]; triggers: Json };
  assert.deepEqual(actions[1], {
    ...{ name: 'plan', code: CODE, supported_triggers: [{ id: 'post-login', version: 'v3' }], dependencies: [] },
    ...{ runtime: 'node22', secrets: [{ name: 'PLAN' }], deployed: true },
  });
  assert.deepEqual(triggers, TRIGGERS);
  const whole = parse((await line.succeed(['export', '--with-secrets'])).stdout) as Json;
  const file = line.write('exported.yaml', whole);
  assert.doesNotMatch((await line.succeed(['apply', file])).stdout, /^(created|updated)/m);
  assert.ok(JSON.stringify(whole['actions']).includes('gold-of-the-action'));
});

test('an action is made, bound, changed and removed on the command line', async () => {
  line.write('deny.js', DENY);
  await line.succeed(['action', 'create', 'shut', '--set', `code=${line.folder}/deny.js`]);
  assert.equal((await line.succeed(['action', 'show', 'shut', '--json'])).json()['code'], DENY);
  assert.match((await line.succeed(['action', 'bind', 'shut,plan'])).stdout, /^updated trigger post-login$/m);
  assert.match((await line.run(['action', 'delete', 'shut'])).stderr, /bound to logins: unbind it first/);
  await line.succeed(['action', 'bind', 'plan']);
  assert.deepEqual((parse((await line.succeed(['export'])).stdout) as Json)['triggers'], TRIGGERS, 'it keeps its name');
  await line.succeed(['action', 'update', 'shut', '--set', 'runtime=node18']);
  assert.match((await line.succeed(['action', 'list'])).stdout, /^plan +true +node22$/m);
  await line.succeed(['action', 'delete', 'shut']);
  await line.succeed(['action', 'bind', '-']);
  assert.match((await line.run(['action', 'bind', 'none'])).stderr, /There is no action none/);
});

test('an action is tried on a user, and nothing is stored', async () => {
  const args = ['action', 'try', `${line.folder}/plan.js`, '--user', USER, '--client', 'CLI', '--set', 'PLAN=silver'];
  const { stdout } = await line.succeed(args);
  assert.match(stdout, /^PASSED {2}\(/);
  assert.match(stdout, /^access token {2}\{"https:\/\/example\.com\/plan":"silver"\}$/m);
  assert.match(stdout, /^app_metadata {2}\{"tried":true\} \(not stored\)$/m);
  assert.match(stdout, /^console\.log: for CLI$/m);
  const denied = await line.run(['action', 'try', `${line.folder}/deny.js`, '--user', USER]);
  assert.equal(denied.code, 1);
  assert.match(denied.stdout, /^DENIED {2}Closed \[2J {2}\(/);
  assert.equal((await line.succeed(['user', 'show', USER, '--json'])).json()['app_metadata'], undefined);
});
