// Numbers that are read when somebody scrapes: signing keys, hash slots, the event loop, the version.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { createPrometheusMetrics } from '../../src/metrics/prometheus-metrics.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { scrape } from '../support/scrape.ts';
import { startServer } from '../support/start-server.ts';
import { createTestClock } from '../support/test-clock.ts';

const SCRAPES_APART_MS = 61_000;

/** The test clock for the time of day, with waits of a minute for a second: a read is given time to come back. */
function patientClock() {
  const clock = createTestClock();
  const sleep = (milliseconds: number, signal?: AbortSignal) => systemClock.sleep(60 * milliseconds, signal);
  return { ...clock, sleep };
}

function countsOfKeys(statements: readonly string[]): number {
  return statements.filter((text) => /count\(\*\).*signing_keys/.test(text)).length;
}

test('the signing keys are counted by algorithm and status, and the current one has its age', async () => {
  const clock = patientClock();
  const metrics = createPrometheusMetrics('0.0.0', clock);
  const server = await startServer({ metrics });
  const tenant = await server.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  const algorithm = 'RS256';
  const first = await scrape(metrics);
  assert.equal(first.value('gatehouse_signing_keys', { alg: algorithm, status: 'current' }), 1);
  assert.equal(first.value('gatehouse_signing_key_age_seconds', { alg: algorithm }), 0);

  await server.apply({ ...SAMPLE_TENANT, tenant: { ...SAMPLE_TENANT.tenant, name: 'second', domains: ['b.example'] } });
  clock.advance(SCRAPES_APART_MS);
  const second = await scrape(metrics);
  await server.close();
  assert.equal(second.value('gatehouse_signing_keys', { alg: algorithm, status: 'current' }), 2);
  assert.equal(second.value('gatehouse_signing_key_age_seconds', { alg: algorithm }), SCRAPES_APART_MS / 1000);
});

test('the keys are read from the database at most once a minute, and never for a token', async () => {
  const clock = patientClock();
  const metrics = createPrometheusMetrics('0.0.0', clock);
  const server = await startServer({ metrics });
  await server.token(SEED_REQUEST);
  assert.equal(countsOfKeys(server.statements), 0);
  await Promise.all([scrape(metrics), scrape(metrics)]);
  clock.advance(30_000);
  await scrape(metrics);
  assert.equal(countsOfKeys(server.statements), 1);
  clock.advance(SCRAPES_APART_MS);
  await scrape(metrics);
  await server.close();
  assert.equal(countsOfKeys(server.statements), 2);
});

test('keys that cannot be read are left out of a scrape that says everything else', async () => {
  const metrics = createPrometheusMetrics('0.0.0', systemClock);
  metrics.watch({ signingKeys: () => Promise.reject(new Error('no database')) });
  metrics.tokenRequest('password', 'success', 0.02);
  const { value } = await scrape(metrics);
  assert.equal(value('gatehouse_signing_keys'), null);
  assert.equal(value('gatehouse_signing_key_age_seconds'), null);
  assert.equal(value('gatehouse_token_requests_total'), 1);
});

test('a database that never answers holds a scrape up for a second at most', async () => {
  const clock = createTestClock();
  const metrics = createPrometheusMetrics('0.0.0', clock);
  metrics.watch({ signingKeys: () => new Promise(() => {}), logStreams: () => new Promise(() => {}) });
  const { value } = await scrape(metrics);
  assert.deepEqual(clock.slept, [1000, 1000], 'side by side');
  assert.equal(value('gatehouse_signing_keys'), null);
  assert.equal(value('gatehouse_build_info'), 1);
});

test('the line of the hashes is shown as it is at that moment', async () => {
  const metrics = createPrometheusMetrics('0.0.0', systemClock);
  let waiting = 0;
  metrics.watch({ hashLine: () => ({ slots: 4, busy: 3, waiting }) });
  waiting = 17;
  const { value } = await scrape(metrics);
  assert.deepEqual(
    ['gatehouse_hash_slots', 'gatehouse_hash_slots_busy', 'gatehouse_hash_waiting'].map((name) => value(name)),
    [4, 3, 17],
  );
});

test('a blocked event loop shows as delay, once', async () => {
  const metrics = createPrometheusMetrics('0.0.0', systemClock);
  const clock: Clock = systemClock;
  // The monitor needs a tick before and after what it measures.
  await clock.sleep(30);
  const blockedAt = clock.monotonic();
  // So long that nothing else that holds the loop up meanwhile is taken for it.
  while (clock.monotonic() - blockedAt < 1000);
  await clock.sleep(30);
  const worst = { quantile: '1' };
  const first = (await scrape(metrics)).value('gatehouse_event_loop_delay_seconds', worst);
  assert.ok(first !== null && first > 0.9, `${first} s`);
  await nextTurn();
  const second = (await scrape(metrics)).value('gatehouse_event_loop_delay_seconds', worst);
  assert.ok(second !== null && second < first, `${second} s`);
});

test('the version and the Node.js it runs on are labels of a constant', async () => {
  const { value } = await scrape(createPrometheusMetrics('1.2.3', systemClock));
  assert.equal(value('gatehouse_build_info', { version: '1.2.3', node: process.versions.node }), 1);
});
