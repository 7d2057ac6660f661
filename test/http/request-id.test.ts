// Every answer says by which id its request is found in the logs, whatever went wrong and however early.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

interface Injected {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Record<string, string>;
  readonly payload?: string;
}

const JSON_BODY = { 'content-type': 'application/json' };
const REQUESTS: ReadonlyArray<readonly [name: string, status: number, request: Injected]> = [
  ['discovery', 200, { method: 'GET', url: '/.well-known/openid-configuration' }],
  ['a path that is not there', 404, { method: 'GET', url: '/nothing' }],
  ['a host that is no tenant', 404, { method: 'POST', url: '/oauth/token', headers: { host: 'nobody.example.test' } }],
  ['an address that is none', 400, { method: 'GET', url: '/%zz' }],
  ['another method', 405, { method: 'GET', url: '/oauth/token' }],
  [
    'a body of another kind',
    415,
    { method: 'POST', url: '/oauth/token', headers: { 'content-type': 'text/xml' }, payload: 'x' },
  ],
  ['a body that is no JSON', 400, { method: 'POST', url: '/oauth/token', headers: JSON_BODY, payload: '{' }],
  [
    'a body that is too large',
    400,
    { method: 'POST', url: '/oauth/token', headers: JSON_BODY, payload: 'x'.repeat(300_000) },
  ],
  [
    'a broken transfer encoding',
    400,
    { method: 'POST', url: '/oauth/token', headers: { 'transfer-encoding': 'gzip, chunked' } },
  ],
  ['userinfo without a token', 401, { method: 'GET', url: '/userinfo' }],
  ['userinfo with a wrong token', 401, { method: 'GET', url: '/userinfo', headers: { authorization: 'Bearer x' } }],
  ['the Management API without a token', 401, { method: 'GET', url: '/api/v2/clients' }],
  ['a path of the Management API that is not there', 404, { method: 'GET', url: '/api/v2/nothing' }],
  ['a browser flow', 400, { method: 'GET', url: '/authorize' }],
];

for (const [name, status, request] of REQUESTS) {
  test(`the answer to ${name} carries the id of its request`, async () => {
    const headers = { host: HOST, 'x-auth0-requestid': 'chosen', 'x-request-id': 'chosen', ...request.headers };
    const answer = await server.app.server.inject({ ...request, headers });
    assert.equal(answer.statusCode, status, answer.body);
    assert.match(String(answer.headers['x-auth0-requestid']), /^[0-9a-f]{20}$/);
  });
}

test('ids begin with the time, and no two are alike', async () => {
  const ask = async () => (await server.app.server.inject({ url: '/nothing' })).headers['x-auth0-requestid'];
  const ids = await Promise.all(Array.from({ length: 20 }, ask));
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.equal(Number.parseInt(String(id).slice(0, 11), 16), server.clock.now());
});

test('a fault inside and an outage of the database carry it too', async () => {
  const broken = await startServer();
  await broken.ground.database.close();
  const answer = await broken.token({ grant_type: 'password' });
  assert.ok(answer.statusCode >= 500, answer.body);
  assert.match(String(answer.headers['x-auth0-requestid']), /^[0-9a-f]{20}$/);
  await broken.app.server.close();
});
