// What a scrape says of token requests: each is counted once, by grant and by how it was answered.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../../src/lib/clock.ts';
import { createPrometheusMetrics } from '../../src/metrics/prometheus-metrics.ts';
import { createCountedHasher } from '../support/counted-hasher.ts';
import { get, postForm, postRaw } from '../support/injected-request.ts';
import {
  BACKEND_CLIENT,
  BACKEND_SECRET,
  DATABASE,
  PUBLIC_CLIENT,
  REALM_GRANT,
  SEED_REQUEST,
} from '../support/sample-tenant.ts';
import { scrape } from '../support/scrape.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

const metrics = createPrometheusMetrics('0.0.0', systemClock);
let server: TestServer;
before(async () => {
  server = await startServer({ metrics });
});
after(() => server.close());

type Counts = Record<string, number>;

async function counts(): Promise<Counts> {
  const { samples } = await scrape(metrics);
  return Object.fromEntries(
    samples
      .filter(({ name }) => name === 'gatehouse_token_requests_total')
      .map(({ labels, value }) => [`${labels['grant']} ${labels['outcome']}`, value]),
  );
}

/** What these requests added. */
async function countedBy(work: () => Promise<unknown>): Promise<Counts> {
  const earlier = await counts();
  await work();
  const added = Object.entries(await counts()).map(([key, value]) => [key, value - (earlier[key] ?? 0)] as const);
  return Object.fromEntries(added.filter(([, value]) => value !== 0));
}

const CASES: readonly [string, Record<string, string>, string][] = [
  ['a login', SEED_REQUEST, 'password success'],
  ['a login by realm', { ...SEED_REQUEST, grant_type: REALM_GRANT, realm: DATABASE }, 'password-realm success'],
  ['a wrong password', { ...SEED_REQUEST, password: 'wrong' }, 'password invalid_grant'],
  ['an unknown client', { ...SEED_REQUEST, client_id: 'nobody' }, 'password access_denied'],
  ['a missing user name', { grant_type: 'password', client_id: PUBLIC_CLIENT }, 'password invalid_request'],
  [
    'a client that may not use the grant',
    { grant_type: 'client_credentials', client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET },
    'client_credentials unauthorized_client',
  ],
  ['a grant that does not exist', { ...SEED_REQUEST, grant_type: 'urn:example:mine' }, 'other unsupported_grant_type'],
  ['no grant', { client_id: PUBLIC_CLIENT }, 'other invalid_request'],
];
for (const [what, body, counted] of CASES) {
  test(`${what} is counted as ${counted}`, async () => {
    assert.deepEqual(await countedBy(() => server.token(body)), { [counted]: 1 });
  });
}

test('a form is counted like JSON, and a body that cannot be read as a request of another grant', async () => {
  assert.deepEqual(await countedBy(() => postForm(server, SEED_REQUEST)), { 'password success': 1 });
  const unreadable = () => postRaw(server, '{', { 'content-type': 'application/json' });
  assert.deepEqual(await countedBy(unreadable), { 'other invalid_request': 1 });
});

test('what is no token request is not counted as one', async () => {
  assert.deepEqual(await countedBy(() => get(server, '/.well-known/jwks.json')), {});
});

test('a fault of our own is counted as what it was answered with', async () => {
  const { wrap } = createCountedHasher({ fail: () => new Error('the inside story') });
  const failing = await startServer({ wrapHasher: wrap, metrics: createPrometheusMetrics('0.0.0', systemClock) });
  const answer = await failing.token(SEED_REQUEST);
  await failing.close();
  assert.equal(answer.statusCode, 500);
  const { ground } = failing;
  assert.ok(ground.metrics);
  const { value } = await scrape(ground.metrics);
  assert.equal(value('gatehouse_token_requests_total', { grant: 'password', outcome: 'server_error' }), 1);
});

test('the time of a request is told by grant, in the buckets of the histogram', async () => {
  const clocked = createPrometheusMetrics('0.0.0', systemClock);
  const { wrap } = createCountedHasher();
  const slow = await startServer({
    metrics: clocked,
    wrapHasher: (hasher) => {
      const counted = wrap(hasher);
      return {
        ...counted,
        async verify(passwordHash, password) {
          slow.clock.advance(300);
          return counted.verify(passwordHash, password);
        },
      };
    },
  });
  await slow.token(SEED_REQUEST);
  await slow.close();
  const { value } = await scrape(clocked);
  assert.equal(value('gatehouse_token_request_seconds_sum', { grant: 'password' }), 0.3);
  assert.equal(value('gatehouse_token_request_seconds_bucket', { grant: 'password', le: '0.2' }), 0);
  assert.equal(value('gatehouse_token_request_seconds_bucket', { grant: 'password', le: '0.5' }), 1);
});

test('a counter that an alert looks at is there before its first event, which is seen as a rise', async () => {
  const { value } = await scrape(createPrometheusMetrics('0.0.0', systemClock));
  for (const outcome of ['success', 'invalid_grant', 'server_error', 'temporarily_unavailable']) {
    assert.equal(value('gatehouse_token_requests_total', { grant: 'password', outcome }), 0);
  }
  assert.equal(value('gatehouse_guard_verdicts_total', { verdict: 'too_many_attempts' }), 0);
});
