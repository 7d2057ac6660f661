// Servers of breached passwords, and what happens when none can say anything of a password.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BreachSource, createBreachCheck } from '../../src/attack-protection/breach-check.ts';
import { createBreachedRange } from '../../src/attack-protection/breached-range.ts';
import { createOutgoingAddresses } from '../../src/directory/outgoing-address.ts';
import { createOutgoingHttp } from '../../src/directory/outgoing-http.ts';
import { Secret } from '../../src/lib/secret.ts';
import { noMetrics } from '../../src/metrics/metrics.ts';
import { sha1Of } from '../support/breached-list.ts';
import { type HttpsStandIn, sendJson, startHttpsStandIn } from '../support/https-stand-in.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { assertRefused } from '../support/refusal.ts';
import { PASSWORD, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer } from '../support/start-server.ts';
import { createTestClock } from '../support/test-clock.ts';

const HOUR_MS = 3_600_000;
const digits = sha1Of('leaked').toString('hex').toUpperCase();
const padding = `${'0'.repeat(35)}:0`;

/** A server that gives this answer, and the addresses that it was asked at. */
function rangeOf(answer: () => { status: number; body: string }) {
  const clock = createTestClock();
  const asked: { url: string; headers: unknown }[] = [];
  const http = {
    async send({ url, headers }: { url: string; headers?: unknown }) {
      asked.push({ url, headers });
      return { ...answer(), headers: {}, retryAfterSeconds: null };
    },
  };
  return { clock, asked, ask: createBreachedRange({ http, baseUrl: 'https://hibp.example/api', clock }) };
}

test('a server is told five digits of forty, asks for padding, and its answer is kept for an hour', async () => {
  const body = `${padding}\r\n${digits.slice(5).toLowerCase()}:42\r\n${'F'.repeat(35)}:1`;
  const { ask, asked, clock } = rangeOf(() => ({ status: 200, body }));
  assert.equal(await ask(sha1Of('leaked')), true);
  const [{ url, headers } = { url: '', headers: {} }] = asked;
  assert.equal(url, `https://hibp.example/api/range/${digits.slice(0, 5)}`);
  assert.equal((headers as Record<string, string>)['add-padding'], 'true');
  assert.equal(await ask(Buffer.concat([sha1Of('leaked').subarray(0, 19), Buffer.of(0)])), false);
  clock.advance(HOUR_MS);
  await ask(sha1Of('leaked'));
  assert.equal(asked.length, 1);
  clock.advance(1);
  await ask(sha1Of('leaked'));
  assert.equal(asked.length, 2);
});

test('a line that only makes the answer longer is no breached password', async () => {
  const { ask } = rangeOf(() => ({ status: 200, body: `${digits.slice(5)}:0` }));
  assert.equal(await ask(sha1Of('leaked')), false);
});

test('an answer that is none is an error, and is not kept', async () => {
  let answer = { status: 503, body: '' };
  const { ask, asked } = rangeOf(() => answer);
  await assert.rejects(ask(sha1Of('leaked')), /answered 503/);
  answer = { status: 200, body: '<html>a portal that wants a login</html>' };
  await assert.rejects(ask(sha1Of('leaked')), /no list/);
  answer = { status: 200, body: '' };
  assert.equal(await ask(sha1Of('leaked')), false);
  assert.equal(asked.length, 3);
});

/** A check over one source, with what it logged and counted. */
function checkOf(has: BreachSource['has'] | null) {
  const clock = createTestClock();
  const memory = createMemoryLog();
  const outcomes: string[] = [];
  const isBreached = createBreachCheck({
    sources: has ? [{ name: 'range', has }] : [],
    ...{ clock, logger: memory.logger },
    metrics: { ...noMetrics, breachCheck: (outcome) => outcomes.push(outcome) },
  });
  return { clock, outcomes, memory, check: () => isBreached(new Secret('leaked')) };
}

test('an outage never refuses a password, is told once, and after three failures nobody is asked for half a minute', async () => {
  let isOut = true;
  let asked = 0;
  const { check, clock, outcomes, memory } = checkOf(async () => {
    asked += 1;
    if (isOut) throw new Error('no answer');
    return true;
  });
  for (let made = 0; made < 10; made += 1) assert.equal(await check(), false);
  assert.equal(asked, 3);
  assert.equal(memory.lines().length, 1);
  assert.ok(outcomes.every((outcome) => outcome === 'unknown'));
  isOut = false;
  clock.advance(30_000);
  assert.equal(await check(), true);
  assert.equal(outcomes.at(-1), 'breached');
  assert.equal(memory.lines().length, 2);
});

test('without a source a password is unknown, and that is told once', async () => {
  const { check, outcomes, memory } = checkOf(null);
  assert.deepEqual([await check(), await check()], [false, false]);
  assert.deepEqual(outcomes, ['unknown', 'unknown']);
  assert.equal(memory.lines().length, 1);
});

/** The first connection of a process reads every certificate that it trusts, for which a login may be too impatient. */
async function connectBefore({ origin, seen }: HttpsStandIn): Promise<void> {
  const addresses = createOutgoingAddresses({ clock: createTestClock(), networks: [] });
  const http = createOutgoingHttp({ addresses, trusted: true, ca: null, limits: { connectMs: 60_000 } });
  await http.send({ method: 'GET', url: origin, timeoutMs: 60_000 });
  http.close();
  seen.splice(0);
}

test('a login asks the server of the configuration, and goes on when that one fails', async () => {
  const right = sha1Of(PASSWORD).toString('hex').toUpperCase();
  const standIn = await startHttpsStandIn(({ path }, response) => {
    response.end(path === `/range/${right.slice(0, 5)}` ? `${right.slice(5)}:3` : '');
  });
  const server = await startServer({
    tenant: {
      ...SAMPLE_TENANT,
      attackProtection: { breachedPasswordDetection: { enabled: true, shields: ['block'] } },
    },
    options: { breached_passwords_url: standIn.origin },
  });
  await connectBefore(standIn);
  assertRefused(await server.token({ ...SEED_REQUEST, password: 'wrong' }), [
    403,
    'invalid_grant',
    'Wrong email or password.',
  ]);
  assert.equal(standIn.seen.length, 0);
  assert.equal((await server.token(SEED_REQUEST)).statusCode, 401);
  assert.equal(standIn.seen.length, 1);
  server.clock.advance(HOUR_MS + 1);
  standIn.instead = (_request, response) => sendJson(response, 500, {});
  assert.equal((await server.token(SEED_REQUEST)).statusCode, 200);
  await server.close();
  await standIn.close();
});
