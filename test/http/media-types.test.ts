// Exactly two media types are read, and only as they are declared: what a browser can send without asking first
// (text/plain) is refused, and so is every encoding.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { postRaw } from '../support/injected-request.ts';
import { assertRefused, type Refusal } from '../support/refusal.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const JSON_BODY = JSON.stringify(SEED_REQUEST);
const FORM_BODY = new URLSearchParams(SEED_REQUEST).toString();
const UNSUPPORTED: Refusal = [
  415,
  'invalid_request',
  'The body must be application/json or application/x-www-form-urlencoded',
];

const ACCEPTED_JSON = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=utf-8',
  'application/json; charset=UTF-8',
  'application/json; charset="utf-8"',
  'application/json ; charset=utf-8',
  'APPLICATION/JSON',
];
for (const type of ACCEPTED_JSON) {
  test(`a JSON body declared as ${type} is read [T-29]`, async () => {
    assert.equal((await postRaw(server, JSON_BODY, { 'content-type': type })).statusCode, 200);
  });
}

for (const type of ['application/x-www-form-urlencoded', 'application/x-www-form-urlencoded; charset=UTF-8']) {
  test(`a form declared as ${type} is read [T-29]`, async () => {
    assert.equal((await postRaw(server, FORM_BODY, { 'content-type': type })).statusCode, 200);
  });
}

const REFUSED = [
  'text/plain',
  'text/plain; charset=utf-8',
  'text/json',
  'text/html',
  'application/jsonp',
  'application/jsonx',
  'application/json2',
  'application/vnd.api+json',
  'application/json-patch+json',
  'application/ld+json',
  'application/x-json',
  'application/octet-stream',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded2',
  'xapplication/json',
  'application /json',
  'application/ json',
  'application/json\ttext/plain',
  'application/json\t; charset=utf-8',
  'application/json;\tcharset=utf-8',
  'application/json, text/plain',
  'text/plain, application/json',
  'text/plain; application/json',
  'application/json; charset=utf-16',
  'application/json; charset=latin1',
  'application/json; charset=utf-7',
  'application/json; charset=utf-8; charset=utf-7',
  'application/json; boundary=x',
  'application/json; charset=utf-8 trailing',
  'application/json; charset=',
  'application/json;',
  'application/json;;',
  'application',
  'application/',
  '/json',
  '/',
  '*/*',
  ' ',
];
for (const type of REFUSED) {
  test(`a body declared as ${JSON.stringify(type)} is refused, whatever is in it [T-29]`, async () => {
    for (const body of [JSON_BODY, FORM_BODY]) {
      assertRefused(await postRaw(server, body, { 'content-type': type }), UNSUPPORTED);
    }
  });
}

test('a body without a media type is refused, and so is no body at all [T-29]', async () => {
  for (const payload of [Buffer.from(JSON_BODY), Buffer.from(FORM_BODY), undefined]) {
    const answer = await server.app.server.inject({
      method: 'POST',
      url: '/oauth/token',
      headers: { host: 'tenant.example.test' },
      ...(payload === undefined ? {} : { payload }),
    });
    assertRefused(answer, UNSUPPORTED);
  }
});

test('one format under the name of the other is not guessed [T-29]', async () => {
  const asJson = await postRaw(server, FORM_BODY, { 'content-type': 'application/json' });
  assertRefused(asJson, [400, 'invalid_request', 'The body is not valid JSON']);
  const asForm = await postRaw(server, JSON_BODY, { 'content-type': 'application/x-www-form-urlencoded' });
  assertRefused(asForm, [400, 'invalid_request', 'Missing required parameter: grant_type']);
});

test('a byte order mark before JSON is no fault', async () => {
  assert.equal((await postRaw(server, `\ufeff${JSON_BODY}`, { 'content-type': 'application/json' })).statusCode, 200);
});

const bomb = gzipSync(Buffer.alloc(32 * 1024 * 1024, 0x20));

for (const [encoding, body] of [
  ['gzip', gzipSync(JSON_BODY)],
  ['gzip', bomb],
  ['deflate', deflateSync(JSON_BODY)],
  ['br', Buffer.from(JSON_BODY)],
  ['gzip, identity', Buffer.from(JSON_BODY)],
  ['identity, identity', Buffer.from(JSON_BODY)],
  ['x', Buffer.from(JSON_BODY)],
] as const) {
  test(`content-encoding ${encoding} over ${body.length} bytes is refused unread [T-29]`, async () => {
    const answer = await postRaw(server, body, { 'content-type': 'application/json', 'content-encoding': encoding });
    assertRefused(answer, UNSUPPORTED);
  });
}

test('content-encoding identity is none', async () => {
  const headers = { 'content-type': 'application/json', 'content-encoding': 'identity' };
  assert.equal((await postRaw(server, JSON_BODY, headers)).statusCode, 200);
});

test('a compressed body under the name of JSON is no JSON [T-29]', async () => {
  const answer = await postRaw(server, gzipSync(JSON_BODY), { 'content-type': 'application/json' });
  assertRefused(answer, [400, 'invalid_request', 'The body is not valid UTF-8']);
});
