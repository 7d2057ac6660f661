// How requests to the Management API are read, whatever endpoint they are for: strictly, and answered in one shape.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { assertApiRefused, invalidBody, jsonOf } from '../support/api-answer.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { HOST } from '../support/start-server.ts';

let server: ManagementServer;
before(async () => {
  server = await startManagementServer();
});
after(() => server.close());

const JSON_TYPE = 'application/json';

async function send(payload: string | Buffer, headers: Record<string, string>, url = '/api/v2/roles') {
  const raw = await server.app.server.inject({
    method: 'POST',
    url,
    headers: { host: HOST, authorization: `Bearer ${await server.managementToken()}`, ...headers },
    payload,
  });
  return { status: raw.statusCode, json: JSON.parse(raw.body) as never, raw };
}
const sendJson = (payload: string | Buffer) => send(payload, { 'content-type': JSON_TYPE });

test('a body is JSON in UTF-8, by its media type too', async () => {
  const body = '{"name":"Media"}';
  const refused = [415, 'unsupported_media_type', 'The body must be application/json'] as const;
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json2', 'application/jsonp']) {
    assertApiRefused(await send(body, { 'content-type': type }), refused);
  }
  assertApiRefused(await send(body, {}), refused);
  const zipped = await send(gzipSync(body), { 'content-type': JSON_TYPE, 'content-encoding': 'gzip' });
  assertApiRefused(zipped, refused);
  jsonOf(await send(body, { 'content-type': 'Application/JSON; charset=utf-8' }), 200);
});

test('a body that could be read in two ways is refused [T-28]', async () => {
  for (const [body, words] of [
    ['', "'The body is not valid JSON'."],
    ['{', "'The body is not valid JSON'."],
    ['{"name":"a",}', "'The body is not valid JSON'."],
    ['{"name":"a"} {}', "'The body is not valid JSON'."],
    ['{"name":"a","name":"b"}', "'A member is given twice'."],
    ['{"name":"a","n\\u0061me":"b"}', "'A member is given twice'."],
    ['{"name":"a","__proto__":{"x":1}}', "'Additional properties not allowed: __proto__'."],
    ['{"name":"a","constructor":{}}', "'Additional properties not allowed: constructor'."],
  ] as const) {
    assertApiRefused(await sendJson(body), invalidBody(words));
  }
  assertApiRefused(
    await sendJson(Buffer.from('{"name":"\xff"}', 'latin1')),
    invalidBody("'The body is not valid UTF-8'."),
  );
});

test('a body has its limits [T-49]', async () => {
  const deep = `{"name":${'['.repeat(33)}${']'.repeat(33)}}`;
  assertApiRefused(await sendJson(deep), invalidBody("'The body is nested too deeply'."));
  const many = JSON.stringify(Object.fromEntries(Array.from({ length: 20_001 }, (_, index) => [index, 1])));
  assertApiRefused(await sendJson(many), invalidBody("'The body has too many members'."));
  const large = await sendJson(`{"name":"${'x'.repeat(256 * 1024)}"}`);
  assertApiRefused(large, [413, 'body_too_large', 'The body is too large']);
});

test('an address that is not there is answered 404, with any method and token', async () => {
  for (const [method, path, token] of [
    ['GET', '/nothing', null],
    ['GET', '', undefined],
    ['PUT', '/clients', undefined],
    ['GET', '/clients/x/y', undefined],
    ['GET', '/organizations/x/nothing', undefined],
  ] as const) {
    const { status, raw } = await server.api(method, path, undefined, token);
    assert.deepEqual([status, raw.json()], [404, { statusCode: 404, error: 'Not Found', message: 'Not Found' }]);
  }
});

test('an address that is no address is answered like any malformed request', async () => {
  for (const path of ['/clients/%zz', '/clients/%c3%28']) {
    const { status, raw } = await server.api('GET', path);
    const body = { statusCode: 400, error: 'Bad Request', message: 'Malformed request' };
    assert.deepEqual([status, raw.json()], [400, body]);
  }
});

test('a parameter is given once and in its own type', async () => {
  for (const query of [
    'page=1&page=1',
    'page=1.5',
    'page=0x1',
    'page=',
    'page[]=1',
    'per_page=1e1',
    'include_totals=1',
  ]) {
    const answer = await server.api('GET', `/roles?${query}`);
    assertApiRefused(answer, [400, 'invalid_query_string', /^Query validation error: '/]);
  }
  const polluted = await server.api('GET', '/roles?__proto__=1');
  assertApiRefused(polluted, [400, 'invalid_query_string', /Additional properties not allowed: __proto__/]);
});
