// Management: actions, their versions, and the bindings of triggers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  ACTION_CODE,
  type ActionVersionWire,
  type ActionWire,
  actionCalls,
  NOWHERE,
  POST_LOGIN,
} from '../support/action-calls.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';

const CANARY = 'canary-8d0a44c1';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const { create, get, deploy, refusal, deleteAll } = actionCalls(() => server);

test('an action is created as a draft that is not deployed', async () => {
  const action = await create({ name: 'Deny', secrets: [{ name: 'KEY', value: CANARY }] });
  assert.match(action.id, /^[0-9a-f]{8}-/);
  const { id: _, ...rest } = action;
  const time = new Date(server.clock.now()).toISOString();
  assert.deepEqual(rest, {
    name: 'Deny',
    ...{ created_at: time, updated_at: time, status: 'built', code: ACTION_CODE, dependencies: [], runtime: 'node22' },
    ...{ supported_triggers: POST_LOGIN, secrets: [{ name: 'KEY', updated_at: time }], all_changes_deployed: false },
  });
  assert.deepEqual(await get(`/actions/actions/${action.id}`), action);
  await deleteAll();
});

test('actions are listed by page, and by name, trigger and whether they are deployed', async () => {
  assert.deepEqual(await get('/actions/actions?page=0&per_page=100'), {
    ...{ actions: [], total: 0, page: 0, per_page: 100 },
  });
  const [first] = [await create({ name: 'A' }), await create({ name: 'B' })];
  await create({ name: 'C', supported_triggers: [{ id: 'credentials-exchange', version: 'v2' }] });
  await deploy(first.id);
  const names = async (query: string) => {
    const { actions, total } = await get<{ actions: ActionWire[]; total: number }>(`/actions/actions?${query}`);
    return [actions.map(({ name }) => name).join(''), total];
  };
  assert.deepEqual(await names('page=0&per_page=2'), ['AB', 3]);
  assert.deepEqual(await names('page=1&per_page=2'), ['C', 3]);
  assert.deepEqual(await names('actionName=B'), ['B', 1]);
  assert.deepEqual(await names('triggerId=post-login'), ['AB', 2]);
  assert.deepEqual(await names('deployed=true'), ['A', 1]);
  assert.deepEqual(await names('deployed=false'), ['BC', 2]);
  assert.deepEqual(await names('installed=true'), ['', 0]);
  assert.equal((await refusal('GET', '/actions/actions?include_totals=true')).errorCode, 'invalid_query_string');
  await deleteAll();
});

test('a change is one of the draft, and a secret without a value keeps the one it has', async () => {
  const { id } = await create({
    ...{ name: 'Deny', dependencies: [{ name: 'bcrypt', version: '5.1.1' }], runtime: 'node18' },
    secrets: [
      { name: 'OLD', value: 'old' },
      { name: 'KEPT', value: CANARY },
    ],
  });
  const made = server.clock.now();
  server.clock.advance(60_000);
  const { status, json } = await server.api('PATCH', `/actions/actions/${id}`, {
    name: 'Deny some',
    secrets: [{ name: 'KEPT' }, { name: 'NEW', value: 'new' }],
  });
  const changed = json as ActionWire;
  assert.equal(status, 200);
  assert.deepEqual([changed.name, changed.runtime, changed.code], ['Deny some', 'node18', ACTION_CODE]);
  assert.deepEqual(
    changed.secrets.map(({ name, updated_at: at }) => [name, Date.parse(at)]),
    [
      ['KEPT', made],
      ['NEW', server.clock.now()],
    ],
  );
  assert.deepEqual([Date.parse(changed.created_at), Date.parse(changed.updated_at)], [made, server.clock.now()]);
  const tenant = await server.app.stores.tenants.findByName('acme');
  const stored = tenant && (await server.app.stores.actions.findById(tenant.id, id));
  assert.deepEqual(
    stored?.draft.secrets.map(({ value }) => value.reveal()),
    [CANARY, 'new'],
  );
  await deleteAll();
});

test('deploying makes a version that later changes leave alone', async () => {
  const { id } = await create({ name: 'Deny', secrets: [{ name: 'KEY', value: 'one' }] });
  const first = await deploy(id);
  assert.deepEqual([first.number, first.deployed, first.code], [1, true, ACTION_CODE]);
  assert.equal((await get<ActionWire>(`/actions/actions/${id}`)).all_changes_deployed, true);

  const code = 'exports.onExecutePostLogin = async () => {};';
  await server.api('PATCH', `/actions/actions/${id}`, { code });
  const edited = await get<ActionWire>(`/actions/actions/${id}`);
  assert.equal(edited.all_changes_deployed, false);
  assert.deepEqual([edited.code, edited.deployed_version?.code], [code, ACTION_CODE]);

  const second = await deploy(id);
  assert.equal(second.number, 2);
  const { versions, ...totals } = await get<{ versions: ActionVersionWire[] }>(`/actions/actions/${id}/versions`);
  assert.deepEqual(totals, { total: 2, page: 0, per_page: 50 });
  assert.deepEqual(
    versions.map(({ number, deployed, code: of }) => [number, deployed, of]),
    [
      [2, true, code],
      [1, false, ACTION_CODE],
    ],
  );
  const shown = await get<ActionVersionWire>(`/actions/actions/${id}/versions/${first.id}`);
  assert.deepEqual([shown.number, shown.deployed, shown.secrets.map(({ name }) => name)], [1, false, ['KEY']]);
  await deleteAll();
});

test('a changed secret is a change that is not deployed', async () => {
  const { id } = await create({ name: 'Deny', secrets: [{ name: 'KEY', value: 'one' }] });
  await deploy(id);
  await server.api('PATCH', `/actions/actions/${id}`, { secrets: [{ name: 'KEY' }] });
  assert.equal((await get<ActionWire>(`/actions/actions/${id}`)).all_changes_deployed, true);
  await server.api('PATCH', `/actions/actions/${id}`, { secrets: [{ name: 'KEY', value: 'two' }] });
  assert.equal((await get<ActionWire>(`/actions/actions/${id}`)).all_changes_deployed, false);
  await deleteAll();
});

test('going back to a version makes a new one like it, and the draft where that is wanted', async () => {
  const { id } = await create({ name: 'Deny' });
  const first = await deploy(id);
  const code = 'exports.onExecutePostLogin = async () => {};';
  await server.api('PATCH', `/actions/actions/${id}`, { code });
  await deploy(id);
  const path = `/actions/actions/${id}/versions/${first.id}/deploy`;
  const third = await server.api('POST', path);
  assert.deepEqual(
    [third.status, (third.json as ActionVersionWire).number, (third.json as ActionVersionWire).code],
    [200, 3, ACTION_CODE],
  );
  let action = await get<ActionWire>(`/actions/actions/${id}`);
  assert.deepEqual([action.code, action.all_changes_deployed], [code, false]);
  await server.api('POST', path, { update_draft: true });
  action = await get<ActionWire>(`/actions/actions/${id}`);
  assert.deepEqual([action.code, action.all_changes_deployed], [ACTION_CODE, true]);
  await deleteAll();
});

test('a deleted action is gone with its versions', async () => {
  const { id } = await create({ name: 'Deny' });
  const version = await deploy(id);
  assert.equal((await server.api('DELETE', `/actions/actions/${id}`)).status, 204);
  const gone = { status: 404, message: 'That action does not exist.', errorCode: null };
  for (const [method, path] of [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/deploy'],
    ['GET', '/versions'],
    ['GET', `/versions/${version.id}`],
  ] as const) {
    const body = method === 'PATCH' ? { name: 'Other' } : undefined;
    assert.deepEqual(await refusal(method, `/actions/actions/${id}${path}`, body), gone);
  }
  const left = await server.ground.database.sql.selectFrom('action_versions').selectAll().execute();
  assert.deepEqual(left, []);
});

test('a version or an execution that is not there is not found', async () => {
  const { id } = await create({ name: 'Deny' });
  const missing = await refusal('GET', `/actions/actions/${id}/versions/${NOWHERE}`);
  assert.deepEqual([missing.status, missing.message], [404, 'That action version does not exist.']);
  assert.equal((await refusal('GET', `/actions/executions/${NOWHERE}`)).status, 404);
  await deleteAll();
});

test('an action of another form is refused', async () => {
  await create({ name: 'Taken' });
  const base = { name: 'Deny', supported_triggers: POST_LOGIN, code: ACTION_CODE };
  for (const body of [
    { ...base, name: '' },
    { ...base, supported_triggers: [] },
    { ...base, supported_triggers: [{ id: 'post-login', version: 'v9' }] },
    { ...base, supported_triggers: [{ id: 'pre-login', version: 'v1' }] },
    { ...base, supported_triggers: [{ ...POST_LOGIN[0], status: 'CURRENT' }] },
    { ...base, supported_triggers: [...POST_LOGIN, ...POST_LOGIN] },
    { ...base, code: 'exports.onExecutePostLogin = async (' },
    { ...base, code: '} {' },
    { ...base, code: `'${'x'.repeat(102_400)}'` },
    { ...base, runtime: 'node23' },
    { ...base, dependencies: [{ name: 'lodash' }] },
    { ...base, secrets: [{ name: 'KEY' }] },
    {
      ...base,
      secrets: [
        { name: 'KEY', value: 'a' },
        { name: 'KEY', value: 'b' },
      ],
    },
    { ...base, deployed: true },
    { ...base, status: 'built' },
  ]) {
    const refused = await refusal('POST', '/actions/actions', body);
    assert.equal(refused.errorCode, 'invalid_body', JSON.stringify(body).slice(0, 120));
  }
  const taken = await refusal('POST', '/actions/actions', { ...base, name: 'Taken' });
  assert.deepEqual([taken.status, taken.errorCode], [409, 'action_conflict']);
  await deleteAll();
});

test('code that does not compile is refused by its line, without what stands there', async () => {
  const code = `exports.onExecutePostLogin = async () => {\n  send ${CANARY.replace('-', '_')};\n};`;
  const refused = await refusal('POST', '/actions/actions', { name: 'Deny', supported_triggers: POST_LOGIN, code });
  assert.equal(refused.message, "Payload validation error: 'Unexpected identifier in line 2' on property code.");
});

test('secrets are sealed and never shown again [T-45]', async () => {
  const { id } = await create({ name: 'Deny', secrets: [{ name: 'KEY', value: CANARY }] });
  await deploy(id);
  const { sql } = server.ground.database;
  const rows = await Promise.all([
    sql.selectFrom('actions').selectAll().execute(),
    sql.selectFrom('action_versions').selectAll().execute(),
    server.logs(),
    get(`/actions/actions/${id}`),
    get(`/actions/actions/${id}/versions`),
    get('/actions/actions'),
  ]);
  assert.ok(!JSON.stringify(rows).includes(CANARY));
  await deleteAll();
});

test('triggers are listed as Auth0 lists them, and none has actions at first', async () => {
  const { triggers } = await get<{ triggers: Record<string, unknown>[] }>('/actions/triggers');
  assert.equal(triggers.length, 22);
  assert.deepEqual(triggers[0], {
    ...{ id: 'post-login', version: 'v3', status: 'CURRENT', runtimes: ['node18-actions', 'node22'] },
    ...{ default_runtime: 'node22', binding_policy: 'trigger-bound' },
    compatible_triggers: [{ id: 'post-login', version: 'v2' }],
  });
  for (const { id } of triggers) {
    assert.deepEqual(await get(`/actions/triggers/${id as string}/bindings?page=0&per_page=50`), {
      ...{ bindings: [], total: 0, page: 0, per_page: 50 },
    });
  }
  const missing = await refusal('GET', '/actions/triggers/pre-login/bindings');
  assert.deepEqual([missing.status, missing.message], [404, 'That trigger does not exist.']);
});

test('every endpoint needs its scope', async () => {
  const token = await server.managementToken('read:rules');
  for (const [method, path] of [
    ['GET', '/actions/actions'],
    ['POST', '/actions/actions'],
    ['GET', `/actions/actions/${NOWHERE}`],
    ['PATCH', `/actions/actions/${NOWHERE}`],
    ['DELETE', `/actions/actions/${NOWHERE}`],
    ['POST', `/actions/actions/${NOWHERE}/deploy`],
    ['POST', `/actions/actions/${NOWHERE}/test`],
    ['GET', `/actions/actions/${NOWHERE}/versions`],
    ['GET', `/actions/actions/${NOWHERE}/versions/${NOWHERE}`],
    ['POST', `/actions/actions/${NOWHERE}/versions/${NOWHERE}/deploy`],
    ['GET', '/actions/triggers'],
    ['GET', '/actions/triggers/post-login/bindings'],
    ['PATCH', '/actions/triggers/post-login/bindings'],
  ] as const) {
    const { status } = await server.api(method, path, method === 'GET' ? undefined : {}, token);
    assert.equal(status, 403, `${method} ${path}`);
  }
});
