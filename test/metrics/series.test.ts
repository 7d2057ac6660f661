// Whoever calls cannot make series, nor leave a word of his own in a scrape.
import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { createPrometheusMetrics } from '../../src/metrics/prometheus-metrics.ts';
import { PUBLIC_CLIENT, REALM_GRANT, SEED_REQUEST, USER } from '../support/sample-tenant.ts';
import { type Scrape, scrape } from '../support/scrape.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

/** With waits that take a minute for a second: numbers of the database are in every scrape, however slow it is. */
const PATIENT: Clock = {
  ...systemClock,
  sleep: (milliseconds, signal) => systemClock.sleep(60 * milliseconds, signal),
};

/** In every text that is made up here, so that a scrape can be searched for it. */
const MARK = 'c4n4ry';

function made(): string {
  return `${MARK}${randomBytes(6).toString('hex')}"\n\\{}`;
}

function one<T>(...choices: readonly T[]): T {
  return choices[randomInt(choices.length)] as T;
}

/** A request of which every part may be somebody's own invention. */
async function sendRandom(server: TestServer): Promise<void> {
  const body = {
    ...SEED_REQUEST,
    grant_type: one('password', REALM_GRANT, 'client_credentials', made()),
    username: `${made()}@example.com`,
    password: made(),
    client_id: one(PUBLIC_CLIENT, made()),
    audience: one(SEED_REQUEST.audience, made()),
    realm: made(),
    scope: made(),
  };
  await server.token(body, {
    'x-forwarded-for': `2001:db8:${randomBytes(2).toString('hex')}::${randomInt(1, 10)}`,
    'user-agent': `${MARK}-agent`,
    traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
  });
}

/** Names with labels; what the process says of itself comes and goes with its timers and sockets. */
function series({ samples }: Scrape): string[] {
  return samples
    .filter(({ name }) => name.startsWith('gatehouse_'))
    .map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`)
    .toSorted();
}

test('1,000 requests with made-up names, clients, grants and addresses leave the series as they were [L-11]', async () => {
  const metrics = createPrometheusMetrics('0.0.0', PATIENT);
  const server = await startServer({ metrics, options: { trusted_proxies: ['127.0.0.1'] } });
  await server.token(SEED_REQUEST);
  for (let sent = 0; sent < 200; sent += 1) await sendRandom(server);
  const before = series(await scrape(metrics));
  for (let sent = 0; sent < 1000; sent += 1) await sendRandom(server);
  const scraped = await scrape(metrics);
  await server.close();

  assert.deepEqual(series(scraped), before);
  assert.equal(scraped.value('gatehouse_token_requests_total'), 1201);
  for (const text of [MARK, '2001:db8', 'example.com', USER, PUBLIC_CLIENT, 'acme']) {
    assert.equal(scraped.text.includes(text), false, text);
  }
});

test('labels hold what stands in closed lists [L-11]', async () => {
  const metrics = createPrometheusMetrics('0.0.0', PATIENT);
  const server = await startServer({ metrics });
  for (let sent = 0; sent < 50; sent += 1) await sendRandom(server);
  const { samples } = await scrape(metrics);
  await server.close();
  const values = new Map<string, Set<string>>();
  for (const { name, labels } of samples) {
    if (!name.startsWith('gatehouse_token_')) continue;
    for (const [label, value] of Object.entries(labels)) {
      values.set(label, (values.get(label) ?? new Set()).add(value));
    }
  }
  assert.deepEqual([...values.keys()].toSorted(), ['grant', 'le', 'outcome']);
  const grants = new Set(['password', 'password-realm', 'client_credentials', 'refresh_token', 'other']);
  assert.deepEqual(values.get('grant'), grants);
  for (const outcome of values.get('outcome') ?? []) assert.match(outcome, /^[a-z]+(_[a-z]+)*$/);
});
