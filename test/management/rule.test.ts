// Management: rules and the values that are kept for them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';

interface Rule {
  readonly id: string;
  readonly name: string;
  readonly script: string;
  readonly order: number;
  readonly enabled: boolean;
  readonly stage: string;
}

const SCRIPT = 'function (user, context, callback) {\n  callback(null, user, context);\n}';
const CANARY = 'canary-3f9c1b7e';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

async function create(body: object): Promise<Rule> {
  const { status, json } = await server.api('POST', '/rules', { script: SCRIPT, ...body });
  assert.equal(status, 201, JSON.stringify(json));
  return json;
}

async function refusal(method: string, path: string, body?: unknown) {
  const { status, json } = await server.api(method, path, body);
  const { message, errorCode } = json as { message: string; errorCode: string };
  return { status, message, errorCode };
}

async function deleteAll(): Promise<void> {
  for (const { id } of (await server.api('GET', '/rules')).json as Rule[]) await server.api('DELETE', `/rules/${id}`);
}

test('a rule is created enabled, behind the others', async () => {
  const first = await create({ name: 'Add roles', stage: 'login_success' });
  assert.match(first.id, /^rul_[A-Za-z0-9]{16}$/);
  const { id: _, ...rest } = first;
  assert.deepEqual(rest, {
    name: 'Add roles',
    script: SCRIPT,
    order: 1,
    enabled: true,
    stage: 'login_success',
  });
  assert.equal((await create({ name: 'Ninth', order: 9 })).order, 9);
  assert.equal((await create({ name: 'After it', order: null })).order, 10);
  await deleteAll();
});

test('a rule can be read, and of it the members that are wanted', async () => {
  const { id } = await create({ name: 'Add roles' });
  assert.equal(((await server.api('GET', `/rules/${id}`)).json as Rule).script, SCRIPT);
  assert.deepEqual((await server.api('GET', `/rules/${id}?fields=name,order`)).json, { name: 'Add roles', order: 1 });
  const { script, ...others } = (await server.api('GET', `/rules/${id}`)).json as Rule;
  const without = await server.api('GET', `/rules/${id}?fields=script&include_fields=false`);
  assert.deepEqual(without.json, others);
  assert.ok(script);
  await deleteAll();
});

test('rules are listed in their order, by page, with and without totals', async () => {
  for (const [name, order] of [
    ['Third', 3],
    ['First', 1],
    ['Second', 2],
  ] as const) {
    await create({ name, order });
  }
  const names = (list: unknown) => (list as Rule[]).map(({ name }) => name);
  assert.deepEqual(names((await server.api('GET', '/rules')).json), ['First', 'Second', 'Third']);
  assert.deepEqual(names((await server.api('GET', '/rules?page=1&per_page=2')).json), ['Third']);
  const { rules, ...totals } = (await server.api('GET', '/rules?page=0&per_page=2&include_totals=true')).json as {
    rules: Rule[];
  };
  assert.deepEqual(names(rules), ['First', 'Second']);
  assert.deepEqual(totals, { start: 0, limit: 2, length: 2, total: 3 });
  assert.deepEqual((await server.api('GET', '/rules?enabled=false')).json, []);
  assert.deepEqual((await server.api('GET', '/rules?enabled=true&fields=name&per_page=1')).json, [{ name: 'First' }]);
  assert.equal((await refusal('GET', '/rules?from=abc')).errorCode, 'invalid_query_string');
  await deleteAll();
});

test('a change leaves out what stays; stage and id are not among its members', async () => {
  const { id } = await create({ name: 'Add roles', order: 4 });
  const script = '(user, context, callback) => callback(null, user, context);';
  const changed = await server.api('PATCH', `/rules/${id}`, { script, order: null, enabled: false });
  assert.deepEqual(
    [changed.status, changed.json],
    [200, { id, name: 'Add roles', script, order: 4, enabled: false, stage: 'login_success' }],
  );
  assert.deepEqual((await server.api('GET', `/rules/${id}`)).json, changed.json);
  for (const body of [{}, { stage: 'login_success' }, { id }, { name: null }]) {
    assert.equal((await refusal('PATCH', `/rules/${id}`, body)).errorCode, 'invalid_body');
  }
  await deleteAll();
});

test('a deleted rule is gone', async () => {
  const { id } = await create({ name: 'Add roles' });
  assert.equal((await server.api('DELETE', `/rules/${id}`)).status, 204);
  const gone = { status: 404, message: 'The rule does not exist', errorCode: 'inexistent_rule' };
  assert.deepEqual(await refusal('GET', `/rules/${id}`), gone);
  assert.deepEqual(await refusal('PATCH', `/rules/${id}`, { order: 1 }), gone);
  assert.deepEqual(await refusal('DELETE', `/rules/${id}`), gone);
});

test('a rule that is enabled runs at the next login, and one that is disabled no more', async () => {
  const deny = "(user, context, callback) => callback(new UnauthorizedError('Closed'))";
  const statusOfLogin = async () => (await server.token({ ...SEED_REQUEST })).statusCode;
  const { id } = await create({ name: 'Closed', script: deny, enabled: false });
  assert.equal(await statusOfLogin(), 200);
  assert.equal((await server.api('PATCH', `/rules/${id}`, { enabled: true })).status, 200);
  assert.equal(await statusOfLogin(), 403);
  await server.api('PATCH', `/rules/${id}`, { enabled: false });
  assert.equal(await statusOfLogin(), 200);
  await deleteAll();
});

test('a module that is not there is refused by name when the script is saved', async () => {
  const words = (name: string, line: number) =>
    `Payload validation error: 'There is no module ${name} to require in line ${line}: there are crypto and bcrypt' on property script.`;
  for (const [script, message] of [
    ["function (user, context, callback) {\n  const request = require('request');\n}", words('request', 2)],
    ['() => require ( "lodash@4.17" )', words('lodash@4.17', 1)],
    ["/* require('a') */ () => `${require(`node:fs`)}`", words('node:fs', 1)],
  ] as const) {
    assert.deepEqual(await refusal('POST', '/rules', { name: 'Requires', script }), {
      status: 400,
      message,
      errorCode: 'invalid_body',
    });
  }
  for (const script of [
    "() => { /* const x = require('request'); */ // require('lodash')\n require('crypto'); require(`bcrypt`); }",
    `() => 'require("fs")'`,
    "() => module.require + 'it\\'s' + required('fs')",
  ]) {
    await create({ name: 'Requires', script, enabled: false });
    await deleteAll();
  }
});

test('name and order are taken once', async () => {
  await create({ name: 'Add roles', order: 1 });
  const { id } = await create({ name: 'Other', order: 2 });
  const conflict = (member: string) => ({
    status: 409,
    message: `A rule with the same ${member} already exists`,
    errorCode: 'rule_conflict',
  });
  assert.deepEqual(await refusal('POST', '/rules', { name: 'Add roles', script: SCRIPT }), conflict('name'));
  assert.deepEqual(await refusal('POST', '/rules', { name: 'Third', script: SCRIPT, order: 2 }), conflict('order'));
  assert.deepEqual(await refusal('PATCH', `/rules/${id}`, { name: 'Add roles' }), conflict('name'));
  assert.deepEqual(await refusal('PATCH', `/rules/${id}`, { order: 1 }), conflict('order'));
  await deleteAll();
});

test('a script must be JavaScript; it is compiled and never run', async () => {
  for (const [script, words] of [
    ['function (user, context, callback) {', 'Unexpected end of input in line 1'],
    [`function (user) {\n  const key = '${CANARY}\n}`, 'Invalid or unexpected token in line 2'],
    [`function (user) {\n  call ${CANARY.replace('-', '_')};\n}`, 'Unexpected identifier in line 2'],
    ['('.repeat(50_000), 'The code is nested too deeply'],
  ] as const) {
    const refused = await refusal('POST', '/rules', { name: 'Broken', script });
    assert.equal(refused.errorCode, 'invalid_body');
    assert.equal(refused.message, `Payload validation error: '${words}' on property script.`);
  }
  for (const script of [
    '(() => process.exit(1))()',
    'async function named(user) { await user; };',
    '// Note\nx => x',
  ]) {
    await create({ name: 'Odd', script });
    await deleteAll();
  }
});

test('a rule of another form is refused', async () => {
  for (const body of [
    { script: SCRIPT },
    { name: 'Add roles' },
    { name: '-Add roles', script: SCRIPT },
    { name: 'Add roles ', script: SCRIPT },
    { name: 'Add roles', script: '' },
    { name: 'Add roles', script: `() => '${'x'.repeat(102_400)}'` },
    { name: 'Add roles', script: SCRIPT, order: -1 },
    { name: 'Add roles', script: SCRIPT, stage: 'login_failure' },
    { name: 'Add roles', script: SCRIPT, priority: 1 },
  ]) {
    assert.equal((await refusal('POST', '/rules', body)).errorCode, 'invalid_body', JSON.stringify(body).slice(0, 80));
  }
});

test('a value is kept for rules under a key, and only the key is shown [T-45]', async () => {
  const put = await server.api('PUT', '/rules-configs/API_KEY', { value: CANARY });
  assert.deepEqual([put.status, put.json], [200, { key: 'API_KEY', value: CANARY }]);
  await server.api('PUT', '/rules-configs/BASE_URL', { value: 'other' });
  await server.api('PUT', '/rules-configs/API_KEY', { value: `${CANARY}-2` });
  assert.deepEqual((await server.api('GET', '/rules-configs')).json, [{ key: 'API_KEY' }, { key: 'BASE_URL' }]);
  const rows = await server.ground.database.sql.selectFrom('rule_configs').selectAll().execute();
  assert.ok(!JSON.stringify(rows).includes(CANARY));
  assert.ok(!JSON.stringify(await server.logs()).includes(CANARY));
  assert.equal((await server.api('DELETE', '/rules-configs/API_KEY')).status, 204);
  assert.deepEqual((await server.api('GET', '/rules-configs')).json, [{ key: 'BASE_URL' }]);
  const gone = await refusal('DELETE', '/rules-configs/API_KEY');
  assert.deepEqual([gone.status, gone.errorCode], [404, 'inexistent_rules_config']);
});

test('a key or value of another form is refused', async () => {
  for (const key of ['with%20space', 'a%2Fb', 'x'.repeat(128)]) {
    assert.equal((await refusal('PUT', `/rules-configs/${key}`, { value: 'x' })).errorCode, 'invalid_uri', key);
  }
  for (const body of [{}, { value: '' }, { value: 1 }, { value: 'x', key: 'A' }]) {
    assert.equal((await refusal('PUT', '/rules-configs/A', body)).errorCode, 'invalid_body');
  }
});

test('changes are told of, without scripts and values', async () => {
  const { id } = await create({ name: 'Told of' });
  await server.api('PATCH', `/rules/${id}`, { order: 7 });
  await server.api('PUT', '/rules-configs/TOLD', { value: CANARY });
  await server.api('DELETE', `/rules/${id}`);
  const told = (await server.logs()).slice(0, 4).map(({ description, details }) => {
    const { target, changed } = details as unknown as { target: { name: string }; changed: string[] };
    return [description, target.name, changed.join()];
  });
  assert.deepEqual(told, [
    ['rule deleted', 'Told of', ''],
    ['rule configuration created', 'TOLD', 'value'],
    ['rule updated', 'Told of', 'order'],
    ['rule created', 'Told of', 'script,name'],
  ]);
});

test('every endpoint needs its scope', async () => {
  const token = await server.managementToken('read:clients');
  for (const [method, path] of [
    ['GET', '/rules'],
    ['POST', '/rules'],
    ['GET', '/rules/rul_1'],
    ['PATCH', '/rules/rul_1'],
    ['DELETE', '/rules/rul_1'],
    ['GET', '/rules-configs'],
    ['PUT', '/rules-configs/A'],
    ['DELETE', '/rules-configs/A'],
  ] as const) {
    const { status } = await server.api(method, path, method === 'GET' ? undefined : {}, token);
    assert.equal(status, 403, `${method} ${path}`);
  }
});
