// Connections that are tried over the Management API: saved or not, with somebody's password or without, and what a test is
// not good for.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { assertApiRefused, insufficientScope, invalidBody, jsonOf } from '../support/api-answer.ts';
import { findSecrets } from '../support/canary.ts';
import { MANAGED_TENANT, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { LDAP_PASSWORD, type OpenLdap, startOpenldap } from '../support/openldap.ts';
import { needs } from '../support/required-program.ts';
import { DATABASE, USER_ID } from '../support/sample-tenant.ts';

interface Result {
  readonly passed: boolean;
  readonly strategy: string;
  readonly steps: readonly { name: string; passed: boolean | null; took_ms: number; words: string }[];
}

const skip = needs('slapd');
const NOWHERE = { urls: ['ldaps://127.0.0.1:1'], base: 'dc=example,dc=test' };
const CANARY = 'Xw6pCanaryOfTest2Gh';
const log = createMemoryLog();
let openldap: OpenLdap | null = null;
let server: ManagementServer;
before(async () => {
  if (skip === false) openldap = await startOpenldap();
  const connections = [
    { name: 'nowhere', strategy: 'ldap', options: NOWHERE },
    ...(openldap ? [{ name: 'corp', strategy: 'ldap', options: openldap.options }] : []),
  ];
  server = await startManagementServer({ logger: log.logger, tenant: { ...MANAGED_TENANT, connections } });
});
after(async () => {
  await server.close();
  await openldap?.stop();
});

async function idOf(name: string): Promise<string> {
  const [found] = jsonOf<{ id: string }[]>(await server.api('GET', `/connections?name=${name}`), 200);
  return found?.id ?? '';
}

/** Tries the connection with this body, after a pause in which all tries before are forgotten. */
async function tried(name: string, body?: object): Promise<Result> {
  server.clock.advance(600_000);
  return jsonOf(await server.api('POST', `/connections/${await idOf(name)}/test`, body), 200);
}

/** The first two connections to it. */
function twoSocketsOf(silent: Server): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  return new Promise((resolve) => {
    silent.on('connection', (socket) => {
      if (sockets.push(socket) === 2) resolve(sockets);
    });
  });
}

const failedOf = ({ steps }: Result) => steps.find(({ passed }) => passed === false);

function assertTold({ steps }: Result): void {
  assert.ok(steps.length > 0);
  for (const { name, passed, took_ms: took, words, ...others } of steps) {
    assert.deepEqual(others, {});
    assert.ok(name !== '' && words !== '' && Number.isInteger(took) && took >= 0);
    assert.ok(passed === null || typeof passed === 'boolean');
  }
}

test('a directory that nobody answers for is told step by step, and the test has run all the same', async () => {
  const result = await tried('nowhere', { username: 'ada', password: CANARY });
  assertTold(result);
  assert.equal(result.passed, false);
  assert.equal(result.strategy, 'ldap');
  assert.match(failedOf(result)?.words ?? '', /Nobody answers there/);
});

test('a directory that works passes, with a person or without', { skip }, async () => {
  const alone = await tried('corp');
  assertTold(alone);
  assert.equal(alone.passed, true);
  assert.ok(alone.steps.some(({ passed }) => passed === null));
  const withAda = await tried('corp', { username: 'ada', password: LDAP_PASSWORD });
  assert.equal(withAda.passed, true);
  assert.ok(withAda.steps.every(({ passed }) => passed === true));
});

test('a wrong password is a step that failed, and counts against nobody', { skip }, async () => {
  const result = await tried('corp', { username: 'ada', password: CANARY });
  assertTold(result);
  assert.equal(result.passed, false);
  const events = await server.logs();
  assert.deepEqual([...new Set(events.map(({ type }) => type))], ['sapi', 'seccft']);
  assert.equal((await tried('corp', { username: 'ada', password: LDAP_PASSWORD })).passed, true);
});

test('of a database the password is not tried: that is what a login is for', async () => {
  const result = await tried(DATABASE, { username: USER_ID, password: CANARY });
  assert.deepEqual(
    [result.passed, result.strategy, result.steps.map(({ passed }) => passed)],
    [true, 'auth0', [true, null]],
  );
  assert.match(result.steps[1]?.words ?? '', /tried by a login/);
});

test('a person is a user name and a password, and neither is empty', async () => {
  const path = `/connections/${await idOf('nowhere')}/test`;
  for (const [body, words] of [
    [{ username: 'ada' }, "'Missing required property: password'."],
    [{ password: CANARY }, "'Missing required property: username'."],
    [{ username: 'ada', password: '' }, /on property password/],
    [{ username: '', password: CANARY }, /on property username/],
    [{ user: 'ada' }, "'Additional properties not allowed: user'."],
  ] as const) {
    const answer = await server.api('POST', path, body);
    assertApiRefused(answer, invalidBody(words));
    assert.ok(!answer.raw.body.includes(CANARY));
  }
});

test('a connection that is not saved is tried as one of a stranger', async () => {
  server.clock.advance(600_000);
  const body = { strategy: 'ldap', options: NOWHERE, username: 'ada', password: CANARY };
  const result = jsonOf<Result>(await server.api('POST', '/connections/test', body), 200);
  assertTold(result);
  assert.match(failedOf(result)?.words ?? '', /an address that this server does not connect to/);
  const names = jsonOf<{ name: string }[]>(await server.api('GET', '/connections'), 200).map(({ name }) => name);
  assert.ok(!names.includes('draft'));
  const database = await server.api('POST', '/connections/test', { strategy: 'auth0', options: {} });
  assert.equal(jsonOf<Result>(database, 200).passed, true);
});

test('what would not be saved is not tried either, and is refused in the same words', async () => {
  for (const [strategy, options] of [
    ['ldap', { base: 'dc=example' }],
    ['ldap', { ...NOWHERE, ca_file: '/etc/passwd' }],
    ['ldap', { ...NOWHERE, trusted: true }],
    ['ldap', { ...NOWHERE, bind_dn: 'cn=reader' }],
    ['ldap', { ...NOWHERE, bind_password: CANARY }],
    ['ldap', { ...NOWHERE, urls: ['ldap://127.0.0.1'] }],
    ['auth0', { passwordPolicy: 'none at all' }],
    ['samlp', {}],
  ] as const) {
    const created = await server.api('POST', '/connections', { name: 'Tried', strategy, options });
    const { message } = jsonOf<{ message: string }>(created, 400);
    assertApiRefused(await server.api('POST', '/connections/test', { strategy, options }), [
      400,
      'invalid_body',
      message,
    ]);
  }
});

test('the connection of administrators is not there, and neither is another tenant’s', async () => {
  const { id } = (await server.app.stores.tenants.findByName('acme')) ?? {};
  assert.ok(id);
  const [any] = await server.app.stores.connections.list(id);
  assert.ok(any);
  const hidden = { ...any, id: 'con_administrators' as never, name: 'gatehouse-administrators', realms: ['hidden'] };
  await server.app.stores.connections.save(id, hidden, 0, server.ground.database.sql);
  for (const absent of [hidden.id, 'con_of_nobody']) {
    const answer = await server.api('POST', `/connections/${absent}/test`);
    assertApiRefused(answer, [404, 'inexistent_connection', 'The connection does not exist']);
  }
});

test('who may only read connections, or only create them, does not try a saved one', async () => {
  const path = `/connections/${await idOf('nowhere')}/test`;
  for (const scope of ['read:connections', 'create:connections']) {
    const token = await server.managementToken(scope);
    assertApiRefused(await server.api('POST', path, {}, token), insufficientScope('update:connections'));
  }
});

test('passwords are not guessed by tests: after ten in a row there is one a minute [T-06]', async () => {
  server.clock.advance(600_000);
  const path = `/connections/${await idOf('nowhere')}/test`;
  const guess = () => server.api('POST', path, { username: 'ada', password: 'guess' });
  const statuses: number[] = [];
  for (let made = 0; made < 11; made += 1) statuses.push((await guess()).status);
  assert.deepEqual(statuses, [...Array.from({ length: 10 }, () => 200), 429]);
  assert.equal((await guess()).raw.headers['retry-after'], '60');
  const draft = { strategy: 'ldap', options: NOWHERE, username: 'ada', password: 'guess' };
  assert.equal((await server.api('POST', '/connections/test', draft)).status, 429);
  assert.equal((await server.api('POST', path)).status, 200);
  server.clock.advance(60_000);
  assert.deepEqual([(await guess()).status, (await guess()).status], [200, 429]);
});

test('tests and questions for the status share two places', async () => {
  // It takes connections and says nothing.
  const silent = createServer();
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const { port } = silent.address() as AddressInfo;
  const options = { ...NOWHERE, urls: [`ldaps://127.0.0.1:${port}`] };
  await server.apply({ ...MANAGED_TENANT, connections: [{ name: 'silent', strategy: 'ldap', options }] });
  const path = `/connections/${await idOf('silent')}`;
  const draft = { strategy: 'auth0', options: {} };

  const opened = twoSocketsOf(silent);
  const [waiting, asking] = [server.api('POST', `${path}/test`), server.api('GET', `${path}/status`)];
  const sockets = await opened;
  for (const busy of [
    await server.api('POST', `${path}/test`),
    await server.api('GET', `${path}/status`),
    await server.api('POST', '/connections/test', draft),
  ]) {
    assert.deepEqual([busy.status, busy.raw.headers['retry-after']], [429, '1']);
  }
  for (const socket of sockets) socket.destroy();
  assert.deepEqual([(await waiting).status, (await asking).status], [200, 404]);
  assert.equal((await server.api('POST', '/connections/test', draft)).status, 200);
  silent.close();
});

test('no answer, event or line of the log holds a password that was tried [L-01] [L-08]', async () => {
  const secrets = { canary: CANARY, ldap: LDAP_PASSWORD };
  const bodies = [
    await tried('nowhere', { username: 'ada', password: CANARY }),
    ...(openldap ? [await tried('corp', { username: 'ada', password: CANARY })] : []),
    ...(openldap ? [await tried('corp', { username: 'ada', password: LDAP_PASSWORD })] : []),
  ];
  const events = JSON.stringify(await server.logs());
  assert.ok(events.includes('connection tested'));
  for (const text of [JSON.stringify(bodies), events, log.text()]) assert.deepEqual(findSecrets(text, secrets), []);
});
