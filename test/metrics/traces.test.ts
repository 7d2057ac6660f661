// What an SDK that the operator registers sees of a token request: its phases in their order, and nobody's name.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SpanKind } from '@opentelemetry/api';
import { createCountedHasher } from '../support/counted-hasher.ts';
import { type RecordedSpan, registerMemoryTracer } from '../support/memory-tracer.ts';
import {
  API,
  BACKEND_CLIENT,
  BACKEND_SECRET,
  PASSWORD,
  PUBLIC_CLIENT,
  SEED_REQUEST,
  USER,
  USER_ID,
} from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

const REQUEST = 'POST /oauth/token';

/** Where each phase belongs. */
const PARENTS: Readonly<Record<string, readonly (string | null)[]>> = {
  [REQUEST]: [null],
  read: [REQUEST],
  'client authentication': [REQUEST],
  login: [REQUEST],
  guard: ['login'],
  directory: ['login'],
  target: [REQUEST],
  sign: [REQUEST],
  commit: [REQUEST],
};

const spans = registerMemoryTracer();
let server: TestServer;
before(async () => {
  server = await startServer({ options: { trusted_proxies: ['127.0.0.1'] } });
});
after(() => server.close());

/** The spans of one request. */
async function spansOf(body: Record<string, unknown>, headers: Record<string, string> = {}): Promise<RecordedSpan[]> {
  spans.length = 0;
  await server.token(body, headers);
  return [...spans];
}

function assertWellFormed(recorded: readonly RecordedSpan[]): void {
  const byId = new Map(recorded.map((span) => [span.spanId, span]));
  for (const span of recorded) {
    assert.ok(span.ended, `${span.name} has ended`);
    const parent = span.parentId === null ? null : (byId.get(span.parentId)?.name ?? 'somebody else');
    assert.ok(PARENTS[span.name]?.includes(parent), `${span.name} stands under ${parent}`);
    assert.equal(span.traceId, recorded[0]?.traceId);
  }
}

function namesOf(recorded: readonly RecordedSpan[]): string[] {
  return recorded.map(({ name }) => name);
}

test('a login is one trace: the phases in their order, under the request', async () => {
  const recorded = await spansOf(SEED_REQUEST);
  assertWellFormed(recorded);
  const phases = ['read', 'client authentication', 'login', 'guard', 'directory', 'target', 'sign', 'commit'];
  assert.deepEqual(namesOf(recorded), [REQUEST, ...phases]);
  const [request] = recorded;
  assert.equal(request?.kind, SpanKind.SERVER);
  assert.deepEqual(request?.attributes, { 'gatehouse.grant': 'password', 'gatehouse.outcome': 'success' });
  assert.deepEqual(recorded.find(({ name }) => name === 'directory')?.attributes, { 'gatehouse.strategy': 'auth0' });
  assert.ok(recorded.every(({ isError }) => !isError));
});

test('a refusal is the last phase before it is written down, with the code of the answer and not as a fault', async () => {
  const recorded = await spansOf({ ...SEED_REQUEST, password: 'wrong' });
  assertWellFormed(recorded);
  assert.deepEqual(namesOf(recorded).slice(-2), ['directory', 'commit']);
  assert.equal(recorded[0]?.attributes['gatehouse.outcome'], 'invalid_grant');
  assert.equal(recorded.find(({ name }) => name === 'login')?.attributes['gatehouse.outcome'], 'invalid_grant');
  assert.ok(recorded.every(({ isError }) => !isError));
});

test('a request that cannot be read has a trace too', async () => {
  const recorded = await spansOf({ client_id: PUBLIC_CLIENT });
  assertWellFormed(recorded);
  assert.deepEqual(recorded[0]?.attributes, { 'gatehouse.grant': 'other', 'gatehouse.outcome': 'invalid_request' });
  assert.equal(recorded.find(({ name }) => name === 'read')?.attributes['gatehouse.outcome'], 'invalid_request');
});

test('requests at the same time have traces of their own', async () => {
  spans.length = 0;
  await Promise.all(Array.from({ length: 5 }, () => server.token(SEED_REQUEST)));
  const traces = new Set(spans.map(({ traceId }) => traceId));
  assert.equal(traces.size, 5);
  for (const traceId of traces) assertWellFormed(spans.filter((span) => span.traceId === traceId));
});

test('a fault of our own marks the request and its phase, without its words [L-11]', async () => {
  const { wrap } = createCountedHasher({ fail: () => new Error('the inside story') });
  const failing = await startServer({ wrapHasher: wrap });
  spans.length = 0;
  await failing.token(SEED_REQUEST);
  await failing.close();
  assertWellFormed(spans);
  assert.ok(spans[0]?.isError);
  assert.ok(spans.find(({ name }) => name === 'login')?.isError);
  assert.equal(JSON.stringify(spans).includes('inside story'), false);
});

test('no span holds a name, an address, a secret or a text of the caller’s [L-11]', async () => {
  const headers = { 'x-forwarded-for': '198.51.100.7', 'user-agent': 'agent-of-the-caller' };
  const recorded = [
    ...(await spansOf({ ...SEED_REQUEST, realm: 'realm-of-the-caller' }, headers)),
    ...(await spansOf({ ...SEED_REQUEST, username: 'nobody@example.org', password: 'wrong-password' }, headers)),
    ...(await spansOf({ ...SEED_REQUEST, audience: 'audience-of-the-caller' }, headers)),
    ...(await spansOf({ ...SEED_REQUEST, grant_type: 'grant-of-the-caller' }, headers)),
    ...(await spansOf({ ...SEED_REQUEST, client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET }, headers)),
  ];
  const everything = JSON.stringify(recorded);
  for (const text of [
    ...[USER, PASSWORD, USER_ID, PUBLIC_CLIENT, BACKEND_CLIENT, BACKEND_SECRET, API, HOST, 'acme', '198.51.100'],
    ...['nobody', 'wrong-password', 'of-the-caller'],
  ]) {
    assert.equal(everything.includes(text), false, text);
  }
  const known = new Set(['gatehouse.grant', 'gatehouse.outcome', 'gatehouse.strategy']);
  for (const { attributes, written } of recorded) {
    for (const attribute of Object.keys(attributes)) assert.ok(known.has(attribute), attribute);
    assert.ok(written.every((text) => text === ''));
  }
});

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';
const TRACEPARENT = { traceparent: `00-${TRACE}-${PARENT}-01` };

test('a trace is continued for a proxy that is trusted', async () => {
  const [request] = await spansOf(SEED_REQUEST, { ...TRACEPARENT, 'x-forwarded-for': '198.51.100.7' });
  assert.deepEqual([request?.traceId, request?.parentId], [TRACE, PARENT]);
});

test('a trace that somebody else names is not continued', async () => {
  const stranger = await startServer();
  spans.length = 0;
  await stranger.token(SEED_REQUEST, { ...TRACEPARENT, 'x-forwarded-for': '198.51.100.7' });
  await stranger.close();
  assert.notEqual(spans[0]?.traceId, TRACE);
  assert.equal(spans[0]?.parentId, null);
});
