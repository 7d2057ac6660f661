// The ManagementClient of Auth0's library, of today and of 4.x, on rules, actions, jobs, and what this version has not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ManagementClient } from 'auth0';
import type * as v4 from 'auth0-v4';
import { all, assertRefused, DATABASE, type Managed, membersOf, startManaged } from './managed.ts';

let managed: Managed;
let management: ManagementClient;
let management4: v4.ManagementClient;
let connectionId: string;
before(async () => {
  managed = await startManaged();
  ({ management, management4 } = managed);
  const connections = await all(management.connections.list());
  connectionId = connections.find(({ name }) => name === DATABASE)?.id ?? '';
});
after(() => managed.server.stop());

const SCRIPT = 'function (user, context, callback) { callback(null, user, context); }';
const CODE = 'exports.onExecutePostLogin = async (event, api) => {};';
const TRIGGERS = [{ id: 'post-login', version: 'v3' }] as const;

test('auth0 7 makes, shows, lists, changes and enables and deletes rules', async () => {
  const rule = (name: string) => management.rules.create({ name, script: SCRIPT, enabled: false });
  const made = [await rule('One'), await rule('Two'), await rule('Three')];
  const ids = membersOf(made, 'id');
  assert.deepEqual(membersOf(await all(management.rules.list()), 'id'), ids);
  assert.deepEqual(membersOf(await all(management.rules.list({ per_page: 2 })), 'id'), ids);
  const [id = ''] = ids;
  assert.equal((await management.rules.update(id, { name: 'Changed' })).name, 'Changed');
  assert.equal((await management.rules.get(id, { fields: 'name' })).name, 'Changed');
  assert.equal((await management.rules.update(id, { enabled: true })).enabled, true);
  await assertRefused(rule('Changed'), 409, 'rule_conflict');
  for (const one of ids) await management.rules.delete(one);
  await assertRefused(management.rules.get(id), 404, 'inexistent_rule');
});

test('auth0 7 sets, lists and deletes what rules are configured by', async () => {
  await management.rulesConfigs.set('API_KEY', { value: 'secret' });
  assert.deepEqual(await management.rulesConfigs.list(), [{ key: 'API_KEY' }]);
  await management.rulesConfigs.delete('API_KEY');
  assert.deepEqual(await management.rulesConfigs.list(), []);
});

test('auth0 7 makes, shows, lists, changes, deploys, binds, tries and deletes actions', async () => {
  const { id = '' } = await management.actions.create({ name: 'One', code: CODE, supported_triggers: [...TRIGGERS] });
  assert.deepEqual(membersOf(await all(management.actions.list()), 'id'), [id]);
  assert.equal((await management.actions.update(id, { name: 'Changed' })).name, 'Changed');
  const { id: version = '' } = await management.actions.deploy(id);
  assert.deepEqual(membersOf(await all(management.actions.versions.list(id)), 'id'), [version]);
  assert.equal((await management.actions.versions.get(id, version)).code, CODE);
  assert.equal((await management.actions.get(id)).all_changes_deployed, true);
  const { triggers = [] } = await management.actions.triggers.list();
  assert.ok(triggers.some((trigger) => trigger.id === 'post-login'));
  assert.deepEqual(await all(management.actions.triggers.bindings.list('post-login')), []);
  const bindings = [{ ref: { type: 'action_id', value: id }, display_name: 'Changed' }] as const;
  await management.actions.triggers.bindings.updateMany('post-login', { bindings: [...bindings] });
  const bound = await all(management.actions.triggers.bindings.list('post-login'));
  assert.deepEqual(
    bound.map(({ action, display_name: name }) => [action?.id, name]),
    [[id, 'Changed']],
  );
  assert.partialDeepStrictEqual(
    await management.actions.test(id, { payload: { user: { user_id: 'auth0|made-up' } } }),
    {
      outcome: 'passed',
    },
  );
  await assertRefused(
    management.actions.triggers.bindings.updateMany('credentials-exchange', { bindings: [...bindings] }),
    400,
    'operation_not_supported',
  );
  await assertRefused(management.actions.delete(id), 409, 'action_bound');
  await management.actions.delete(id, { force: true });
  await assertRefused(management.actions.get(id), 404, null);
});

test('auth0 7 imports users, waits for the end, and exports them', async () => {
  const users = new Blob([JSON.stringify([{ email: 'seven@example.com' }, { email: 'none' }])], {
    type: 'application/json',
  });
  const { id } = await management.jobs.usersImports.create({
    users,
    connection_id: connectionId,
    external_id: 'seven',
  });
  await ended(async () => (await management.jobs.get(id)).status);
  const job = await management.jobs.get(id);
  assert.deepEqual([job.status, job['external_id']], ['completed', 'seven']);
  const errors = (await management.jobs.errors.get(id)) as unknown[];
  assert.equal(errors.length, 1);
  assert.equal((await management.users.listUsersByEmail({ email: 'seven@example.com' })).length, 1);
  const exported = await management.jobs.usersExports.create({ connection_id: connectionId, format: 'csv', limit: 5 });
  await ended(async () => (await management.jobs.get(exported.id)).status);
  assert.match(
    (await management.jobs.get(exported.id)).location ?? '',
    /^https:\/\/localhost:\d+\/api\/v2\/exported-users\//,
  );
  await assertRefused(management.jobs.get('job_nothing'), 404, 'inexistent_job');
  await assertRefused(management.jobs.verificationEmail.create({ user_id: 'auth0|x' }), 404, 'inexistent_user');
});

test('auth0 7 is told what this version has not: factors', async () => {
  const factors = await management.guardian.factors.list();
  assert.ok(factors.length > 5 && factors.every(({ enabled }) => !enabled));
  assert.equal((await management.guardian.factors.set('otp', { enabled: false })).enabled, false);
  await assertRefused(management.guardian.factors.set('otp', { enabled: true }), 400, 'operation_not_supported');
  assert.deepEqual(await management.guardian.policies.list(), []);
  assert.deepEqual(await management.guardian.policies.set([]), []);
  await assertRefused(management.guardian.policies.set(['all-applications']), 400, 'invalid_body');
  assert.deepEqual(await all(management.userGrants.list()), []);
  assert.deepEqual(await all(management.deviceCredentials.list({ user_id: 'auth0|x' })), []);
});

test('auth0 4 makes, lists, changes and deletes rules and actions', async () => {
  const { data: rule } = await management4.rules.create({ name: 'Four', script: SCRIPT, enabled: false });
  assert.equal((await management4.rules.getAll({ include_totals: true })).data.rules.length, 1);
  assert.equal((await management4.rules.update({ id: rule.id }, { name: 'Other' })).data.name, 'Other');
  await management4.rules.delete({ id: rule.id });
  await assertRefused(management4.rules.get({ id: rule.id }), 404, 'inexistent_rule');
  await management4.rulesConfigs.set({ key: 'KEY' }, { value: 'v' });
  assert.deepEqual((await management4.rulesConfigs.getAll()).data, [{ key: 'KEY' }]);
  await management4.rulesConfigs.delete({ key: 'KEY' });
  const { data: action } = await management4.actions.create({
    name: 'Four',
    code: CODE,
    supported_triggers: [...TRIGGERS],
  });
  await management4.actions.deploy({ id: action.id });
  assert.equal((await management4.actions.getVersions({ actionId: action.id })).data.versions.length, 1);
  assert.equal((await management4.actions.getAll()).data.actions.length, 1);
  assert.ok((await management4.actions.getAllTriggers()).data.triggers.length > 0);
  await management4.actions.delete({ id: action.id });
});

test('auth0 4 imports and exports users', async () => {
  const users = new Blob([JSON.stringify([{ email: 'four@example.com' }])], { type: 'application/json' });
  const { data: job } = await management4.jobs.importUsers({ users, connection_id: connectionId });
  await ended(async () => (await management4.jobs.get({ id: job.id })).data.status);
  assert.equal((await management4.jobs.get({ id: job.id })).data.status, 'completed');
  assert.equal((await management4.usersByEmail.getByEmail({ email: 'four@example.com' })).data.length, 1);
  const { data: exported } = await management4.jobs.exportUsers({ connection_id: connectionId, format: 'json' });
  await ended(async () => (await management4.jobs.get({ id: exported.id })).data.status);
  assert.equal((await management4.jobs.get({ id: exported.id })).data.status, 'completed');
});

test('auth0 4 is told what this version has not', async () => {
  assert.deepEqual((await management4.guardian.getPolicies()).data, []);
  await assertRefused(management4.guardian.updatePolicies(['all-applications']), 400, 'invalid_body');
  assert.deepEqual((await management4.deviceCredentials.getAll({})).data, []);
});

/** Asks until the job has ended, as a client would. */
async function ended(statusOf: () => Promise<string>): Promise<void> {
  for (let asked = 0; asked < 300; asked += 1) {
    if (['completed', 'failed'].includes(await statusOf())) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
  }
  assert.fail('the job has not ended');
}
