// Bodies that are built to be dear to read: deep nesting, very many members, bracketed names. All of it is bounded, and
// what stays within the bounds is read.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { postForm, postRaw } from '../support/injected-request.ts';
import { assertRefused } from '../support/refusal.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const inside = JSON.stringify(SEED_REQUEST).slice(1, -1);
const MEMBERS = Object.keys(SEED_REQUEST).length;
const postJson = (text: string) => postRaw(server, text, { 'content-type': 'application/json' });

const DEEP = 'The body is nested too deeply';
const MANY = 'The body has too many members';

for (const [name, open, close] of [
  ['arrays', '[', ']'],
  ['objects', '{"a":', '}'],
] as const) {
  const nested = (depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;

  test(`${name} nested 32 deep are read, 33 deep are refused [T-49]`, async () => {
    // The body itself is the first level.
    assert.equal((await postJson(`{${inside},"extra":${nested(31)}}`)).statusCode, 200);
    assertRefused(await postJson(`{${inside},"extra":${nested(32)}}`), [400, 'invalid_request', DEEP]);
  });

  test(`${name} nested as deep as a body can hold are refused [T-49]`, async () => {
    assertRefused(await postJson(nested(10_000)), [400, 'invalid_request', DEEP]);
    assertRefused(await postJson(open.repeat(10_000)), [400, 'invalid_request', DEEP]);
  });
}

test('brackets inside a text are no nesting [T-49]', async () => {
  assert.equal((await postJson(`{${inside},"extra":"${'[{'.repeat(1000)}"}`)).statusCode, 200);
});

test('1000 members are read, 1001 are refused, wherever they are [T-49]', async () => {
  const members = (count: number) => Array.from({ length: count }, (_, i) => `"k${i}":0`).join(',');
  assert.equal((await postJson(`{${inside},${members(1000 - MEMBERS)}}`)).statusCode, 200);
  assertRefused(await postJson(`{${inside},${members(1001 - MEMBERS)}}`), [400, 'invalid_request', MANY]);
  assert.equal((await postJson(`{${inside},"extra":{${members(999 - MEMBERS)}}}`)).statusCode, 200);
  assertRefused(await postJson(`{${inside},"extra":{${members(1000 - MEMBERS)}}}`), [400, 'invalid_request', MANY]);
});

test('100 form parameters are read, 101 are refused [T-49]', async () => {
  const form = new URLSearchParams(SEED_REQUEST).toString();
  const more = (count: number) => Array.from({ length: count }, (_, i) => `&k${i}=0`).join('');
  assert.equal((await postForm(server, form + more(100 - MEMBERS))).statusCode, 200);
  const refused = await postForm(server, form + more(101 - MEMBERS));
  assertRefused(refused, [400, 'invalid_request', 'The body has too many parameters']);
});

test('very many separators are refused too [T-49]', async () => {
  const refused = await postForm(server, '&'.repeat(60_000));
  assertRefused(refused, [400, 'invalid_request', 'The body has too many parameters']);
});

test('brackets in the name of a form parameter nest nothing [T-49]', async () => {
  const form = new URLSearchParams(SEED_REQUEST).toString();
  const name = `a${'[b]'.repeat(5000)}`;
  assert.equal((await postForm(server, `${form}&${name}=1`)).statusCode, 200);
});

test('a number too large for any machine is ignored with its parameter [T-49]', async () => {
  assert.equal((await postJson(`{${inside},"extra":${'9'.repeat(10_000)}}`)).statusCode, 200);
  assert.equal((await postJson(`{${inside},"extra":1e999999}`)).statusCode, 200);
});

test('a long value of percent signs in a form is one value [T-49]', async () => {
  const form = new URLSearchParams(SEED_REQUEST).toString();
  assert.equal((await postForm(server, `${form}&extra=${'%'.repeat(60_000)}`)).statusCode, 200);
});

test('a form whose escapes are no UTF-8 is refused, because two different passwords would become one', async () => {
  const form = (password: string) =>
    postRaw(server, `grant_type=password&client_id=x&username=a&password=${password}`, {
      'content-type': 'application/x-www-form-urlencoded',
    });
  assert.equal((await form('%ff')).statusCode, 400);
  assert.equal((await form('%EF%BF%BD')).statusCode, 401);
});
