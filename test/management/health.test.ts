// What a dashboard is told of this node: its parts now, and the tenant's logins of the last hour.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { LdapConnection } from '../../src/connection/connection.ts';
import type { DirectoryOutcome } from '../../src/directory/directory.ts';
import { createUpstreamDriver, UpstreamOutage } from '../../src/directory/upstream-driver.ts';
import { assertApiRefused, insufficientScope, jsonOf } from '../support/api-answer.ts';
import { accountOf } from '../support/fake-directory.ts';
import { MANAGED_TENANT, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { REALM_GRANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { createTestClock } from '../support/test-clock.ts';

interface Minute {
  readonly at: string;
  readonly logins: number;
  readonly failures: number;
  readonly turned_away: number;
  readonly queue_wait_ms_p50: number | null;
  readonly queue_wait_ms_p99: number | null;
  readonly took_ms_p50: number | null;
}
interface Health {
  readonly node: string;
  readonly version: string;
  readonly started_at: string;
  readonly database: { engine: string; answers_in_ms: number };
  readonly hashing: object;
  readonly directories: readonly (Record<string, unknown> & { last_outage: { reason: string; at: string } | null })[];
  readonly minutes: readonly Minute[];
}

const DIRECTORY = { urls: ['ldaps://127.0.0.1:1'], base: 'dc=example,dc=test' };
const TENANT = {
  ...MANAGED_TENANT,
  connections: [{ name: 'corp', strategy: 'ldap', is_domain_connection: true, options: DIRECTORY }],
};
const ACCEPTED: DirectoryOutcome = { kind: 'accepted', account: accountOf('ada', { email: 'ada@example.com' }) };

const servers: ManagementServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function start(settings: Parameters<typeof startManagementServer>[0] = {}): Promise<ManagementServer> {
  const server = await startManagementServer({ tenant: TENANT, ...settings });
  servers.push(server);
  return server;
}

const healthOf = async (server: ManagementServer) => jsonOf<Health>(await server.api('GET', '/health'), 200);
const lastOf = ({ minutes }: Health) => minutes.at(-1);
const countsOf = ({ logins, failures, turned_away: away }: Minute) => [logins, failures, away];
const askCorp = (server: ManagementServer) =>
  server.token({ ...SEED_REQUEST, grant_type: REALM_GRANT, realm: 'corp', username: 'ada' });

/** A directory that answers, fails or lets people wait as a test says, with everything around it that real ones have. */
function createSteeredDirectory() {
  const clock = createTestClock();
  const steered = { isDown: false, gate: Promise.resolve(), clock };
  const ldap = createUpstreamDriver<LdapConnection>({
    clock,
    open: () => ({
      async check() {
        await steered.gate;
        if (steered.isDown) throw new UpstreamOutage('directory-timeout');
        return ACCEPTED;
      },
      close: () => {},
    }),
  });
  return { steered, directories: { ldap } };
}

test('a node that did nothing yet says who it is, and sixty minutes of nothing', async () => {
  const server = await start();
  const startedAt = new Date(server.clock.now()).toISOString();
  const { node, version, started_at: started, database, hashing, directories, minutes } = await healthOf(server);
  assert.ok(node !== '' && /^\d+\.\d+\.\d+/.test(version));
  assert.equal(started, startedAt);
  assert.deepEqual(database, { engine: server.ground.database.engine, answers_in_ms: 0 });
  const { slots, waitBudgetMs } = server.ground.configuration.hashing;
  assert.deepEqual(hashing, { slots, busy: 0, waiting: 0, budget_ms: waitBudgetMs });
  const [{ connection_id: id, ...corp } = { connection_id: null }, ...others] = directories;
  assert.match(String(id), /^con_/);
  assert.deepEqual(corp, {
    ...{ name: 'corp', strategy: 'ldap', state: 'unknown' },
    ...{ resting_until: null, in_flight: 0, last_outage: null },
  });
  assert.deepEqual(others, []);
  const first = Math.floor(server.clock.now() / 60_000) - 59;
  assert.deepEqual(
    minutes,
    Array.from({ length: 60 }, (_, index) => ({
      at: new Date((first + index) * 60_000).toISOString(),
      ...{ logins: 0, failures: 0, turned_away: 0 },
      ...{ queue_wait_ms_p50: null, queue_wait_ms_p99: null, took_ms_p50: null },
    })),
  );
});

test('logins and refusals are told by the minute, for an hour, and other grants are none', async () => {
  const server = await start({
    wrapHasher: (hasher) => ({
      ...hasher,
      verify(hash, password) {
        server.clock.advance(100);
        return hasher.verify(hash, password);
      },
    }),
  });
  for (const password of [SEED_REQUEST.password, SEED_REQUEST.password, 'wrong']) {
    await server.token({ ...SEED_REQUEST, password });
  }
  await server.token({ ...SEED_REQUEST, grant_type: 'urn:example:mine' });
  const last = lastOf(await healthOf(server));
  assert.deepEqual(last && countsOf(last), [2, 1, 0]);
  assert.ok(last?.took_ms_p50 && last.took_ms_p50 >= 100 && last.took_ms_p50 <= 120, String(last?.took_ms_p50));
  server.clock.advance(59 * 60_000);
  const { minutes } = await healthOf(server);
  assert.deepEqual(minutes.map(countsOf).slice(0, 2), [
    [2, 1, 0],
    [0, 0, 0],
  ]);
  server.clock.advance(60_000);
  assert.ok((await healthOf(server)).minutes.every((minute) => countsOf(minute).every((count) => count === 0)));
});

test('a directory that fails is told with its reason, and rests after failures in a row', async () => {
  const { steered, directories } = createSteeredDirectory();
  const server = await start({ directories });
  const stateNow = async () => (await healthOf(server)).directories[0] ?? assert.fail();
  assert.equal((await askCorp(server)).statusCode, 200);
  assert.equal((await stateNow())['state'], 'working');
  assert.equal((await stateNow()).last_outage, null);

  steered.isDown = true;
  const at = new Date(steered.clock.now()).toISOString();
  assert.equal((await askCorp(server)).statusCode, 503);
  assert.equal((await stateNow())['state'], 'working');
  assert.deepEqual((await stateNow()).last_outage, { reason: 'directory-timeout', at });
  for (let failure = 2; failure <= 5; failure += 1) await askCorp(server);
  const { state, resting_until: until } = await stateNow();
  assert.deepEqual([state, until], ['resting', new Date(server.clock.now() + 10_000).toISOString()]);
  assert.equal((await askCorp(server)).statusCode, 503);
  const last = lastOf(await healthOf(server));
  assert.deepEqual(last && countsOf(last), [1, 0, 6]);

  steered.clock.advance(10_000);
  assert.deepEqual([(await stateNow())['state'], (await stateNow())['resting_until']], ['unknown', null]);
  steered.isDown = false;
  assert.equal((await askCorp(server)).statusCode, 200);
  assert.equal((await stateNow())['state'], 'working');
  assert.deepEqual((await stateNow()).last_outage, { reason: 'directory-timeout', at });

  const options = { ...DIRECTORY, urls: ['ldaps://127.0.0.1:2'] };
  await server.apply({ ...TENANT, connections: [{ ...TENANT.connections[0], options }] });
  assert.equal((await stateNow())['state'], 'unknown');
  assert.equal((await stateNow()).last_outage, null);
});

test('logins that a directory has not answered yet are in flight', async () => {
  const { steered, directories } = createSteeredDirectory();
  const server = await start({ directories });
  const { promise, resolve } = Promise.withResolvers<void>();
  steered.gate = promise;
  const logins = [askCorp(server), askCorp(server)];
  while ((await healthOf(server)).directories[0]?.['in_flight'] !== 2) continue;
  resolve();
  for (const { statusCode } of await Promise.all(logins)) assert.equal(statusCode, 200);
  assert.equal((await healthOf(server)).directories[0]?.['in_flight'], 0);
});

test('the line for hashes is told as it is, and how long people stood in it', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = await start({
    options: { hash_slots: 1 },
    wrapHasher: (hasher) => ({
      ...hasher,
      async verify(hash, password) {
        await promise;
        return hasher.verify(hash, password);
      },
    }),
  });
  const logins = [server.token(SEED_REQUEST), server.token(SEED_REQUEST)];
  const lineNow = async () => (await healthOf(server)).hashing as Record<string, number>;
  while ((await lineNow())['waiting'] !== 1) continue;
  const { slots, busy } = await lineNow();
  assert.deepEqual([slots, busy], [1, 1]);
  server.clock.advance(400);
  resolve();
  await Promise.all(logins);
  const last = lastOf(await healthOf(server));
  assert.equal(last?.queue_wait_ms_p50, 0);
  assert.ok(last.queue_wait_ms_p99 && last.queue_wait_ms_p99 >= 400 && last.queue_wait_ms_p99 <= 480);
});

test('one tenant is not told of another’s directories', async () => {
  const server = await start();
  await server.apply({
    tenant: { name: 'other', domains: ['other.example.test'] },
    connections: [{ name: 'theirs', strategy: 'ldap', options: DIRECTORY }],
  });
  server.app.forgetConfiguration();
  const { directories } = await healthOf(server);
  assert.deepEqual(
    directories.map(({ name }) => name),
    ['corp'],
  );
});

test('health is for who may read statistics', async () => {
  const server = await start();
  const token = await server.managementToken('read:connections');
  assertApiRefused(await server.api('GET', '/health', undefined, token), insufficientScope('read:stats'));
});
