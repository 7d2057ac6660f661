// Management: log streams, as Auth0 has its custom webhooks.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { assertApiRefused, jsonOf } from '../support/api-answer.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';

type Json = Record<string, unknown>;

let server: ManagementServer;
beforeEach(async () => {
  server = await startManagementServer();
});
afterEach(() => server.close());

const HEADERS = [{ header: 'X-Api-Key', value: 'a-secret-key' }];
const SINK = {
  httpEndpoint: 'https://logs.example.com/in',
  httpAuthorization: 'Bearer a-secret',
  httpCustomHeaders: HEADERS,
};
const STREAM = { name: 'Alerts', type: 'http', sink: SINK };
const SHOWN_SINK = {
  httpEndpoint: SINK.httpEndpoint,
  httpContentType: 'application/json',
  httpContentFormat: 'JSONLINES',
  httpCustomHeaders: [{ header: 'X-Api-Key' }],
};

const create = (body: Json = STREAM) => server.api('POST', '/log-streams', body);

test('a stream is made, shown, listed, changed and ended, and its secrets are told once or never', async () => {
  const filters = [{ type: 'category', name: 'auth.login.fail' }];
  const { signing_secret: secret, ...made } = jsonOf<Json>(await create({ ...STREAM, filters }), 201);
  const { id } = made as { id: string };
  assert.match(String(secret), /^whsec_/);
  assert.match(id, /^lst_\w{16}$/);
  assert.deepEqual(made, { id, name: 'Alerts', type: 'http', status: 'active', filters, sink: SHOWN_SINK });
  assert.deepEqual(jsonOf(await server.api('GET', `/log-streams/${id}`), 200), made);
  assert.deepEqual(jsonOf(await server.api('GET', '/log-streams'), 200), [made]);
  assertApiRefused(await create(), [409, 'log_stream_conflict', /already/]);
  const change = { name: 'Other', status: 'paused', filters: [], sink: { httpContentFormat: 'JSONARRAY' } };
  const changed = jsonOf(await server.api('PATCH', `/log-streams/${id}`, change), 200);
  const sink = { ...SHOWN_SINK, httpContentFormat: 'JSONARRAY' };
  assert.deepEqual(changed, { ...made, name: 'Other', status: 'paused', filters: [], sink });
  assert.equal((await server.api('DELETE', `/log-streams/${id}`)).status, 204);
  assert.equal((await server.api('DELETE', `/log-streams/${id}`)).status, 204);
  const missing = [404, 'inexistent_log_stream', 'The log stream does not exist'] as const;
  assertApiRefused(await server.api('GET', `/log-streams/${id}`), missing);
  assertApiRefused(await server.api('PATCH', `/log-streams/${id}`, { status: 'paused' }), missing);
  assert.equal((await server.ground.database.sql.selectFrom('log_cursors').selectAll().execute()).length, 0);
});

test('secrets go to the host that they were given for, and to no other one [T-34]', async () => {
  const { id } = jsonOf<{ id: string }>(await create(), 201);
  const change = (sink: Json) => server.api('PATCH', `/log-streams/${id}`, { sink });
  assert.equal((await change({ httpEndpoint: 'https://logs.example.com/other' })).status, 200);
  for (const httpEndpoint of ['https://evil.example/in', 'https://logs.example.com:8443/in']) {
    assertApiRefused(await change({ httpEndpoint }), [400, 'invalid_body', /httpAuthorization/]);
    const half = { httpEndpoint, httpAuthorization: 'Bearer a-secret' };
    assertApiRefused(await change(half), [400, 'invalid_body', /httpCustomHeaders/]);
  }
  const whole = { httpEndpoint: 'https://other.example/in', httpAuthorization: '', httpCustomHeaders: [] };
  assert.equal((await change(whole)).status, 200);
  const tenant = await server.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  const stored = await server.app.stores.logStreams.findById(tenant.id, id);
  assert.deepEqual([stored?.authorization, stored?.headers], [null, []]);
});

test('nothing of a stream that is secret lies in the database as it is [T-45]', async () => {
  const { signing_secret: secret } = jsonOf<Json>(await create(), 201);
  const rows = await server.ground.database.sql.selectFrom('log_streams').selectAll().execute();
  const events = await server.ground.database.sql.selectFrom('log_events').select('event').execute();
  const text = JSON.stringify([rows, events]);
  for (const one of ['a-secret', String(secret), String(secret).slice(6)]) assert.ok(!text.includes(one), one);
});

test('other types, and what would have no effect, are refused by name', async () => {
  const datadog = await create({
    name: 'x',
    type: 'datadog',
    sink: { datadogApiKey: 'a-secret', datadogRegion: 'eu' },
  });
  assertApiRefused(datadog, [400, 'operation_not_supported', /not of type datadog/]);
  assert.ok(!datadog.raw.body.includes('a-secret'));
  const header = (name: string, value = 'x') => ({ ...SINK, httpCustomHeaders: [{ header: name, value }] });
  for (const [body, words] of [
    [{ ...STREAM, isPriority: true }, /isPriority/],
    [{ ...STREAM, status: 'active' }, /status/],
    [{ ...STREAM, filters: [{ type: 'category', name: 'auth.everything' }] }, /filters/],
    [{ ...STREAM, startFrom: 'yesterday' }, /startFrom/],
    [{ ...STREAM, sink: { httpContentFormat: 'JSONLINES' } }, /httpEndpoint/],
    [{ ...STREAM, sink: { ...SINK, splunkPort: '1' } }, /splunkPort/],
    [{ ...STREAM, sink: { ...SINK, httpContentFormat: 'XML' } }, /httpContentFormat/],
    [{ ...STREAM, sink: { ...SINK, httpContentType: 'text' } }, /httpContentType/],
    [{ ...STREAM, sink: { ...SINK, httpAuthorization: 'ü' } }, /httpAuthorization/],
    ...['http://logs.example.com/', 'https://a:b@logs.example.com/', 'https://logs.example.com/#x', 'logs'].map(
      (httpEndpoint) => [{ ...STREAM, sink: { ...SINK, httpEndpoint } }, /httpEndpoint/] as const,
    ),
    ...['Host', 'content-length', 'Authorization', 'webhook-signature', 'a b'].map(
      (name) => [{ ...STREAM, sink: header(name) }, /httpCustomHeaders/] as const,
    ),
    ...['ü', 'a\r\nx: b'].map((value) => [{ ...STREAM, sink: header('x', value) }, /httpCustomHeaders/] as const),
    [{ ...STREAM, sink: { ...SINK, httpCustomHeaders: [...HEADERS, ...HEADERS] } }, /httpCustomHeaders/],
  ] as const) {
    assertApiRefused(await create(body), [400, 'invalid_body', words]);
  }
  const { id } = jsonOf<{ id: string }>(await create(), 201);
  assertApiRefused(await server.api('PATCH', `/log-streams/${id}`, { status: 'suspended' }), [
    400,
    'invalid_body',
    /status/,
  ]);
});

test('every change is written down with the members that changed, and never what stands in them [L-08]', async () => {
  const { id } = jsonOf<{ id: string }>(await create(), 201);
  const httpCustomHeaders = [{ header: 'X-Other', value: 'another-secret' }];
  await server.api('PATCH', `/log-streams/${id}`, { status: 'paused', sink: { httpCustomHeaders } });
  await server.api('DELETE', `/log-streams/${id}`);
  const events = (await server.logs()).filter(({ type }) => type === 'sapi').toReversed();
  assert.deepEqual(
    events.map(({ details }) => [details['action'], details['target'], details['changed']]),
    [
      ['created', ['name', 'type', 'sink.httpEndpoint', 'sink.httpAuthorization', 'sink.httpCustomHeaders']],
      ['updated', ['status', 'sink.httpCustomHeaders']],
      ['deleted', []],
    ].map(([action, changed]) => [action, { type: 'log stream', name: 'Alerts' }, changed]),
  );
  assert.ok(!JSON.stringify(events).includes('secret'));
});
