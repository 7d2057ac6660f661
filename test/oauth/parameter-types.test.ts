// Each parameter that this endpoint knows is one string. Anything else two readers could understand in two ways: it is
// refused before anything is looked up. Parameters it does not know are ignored, whatever they are.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { postForm, postRaw } from '../support/injected-request.ts';
import { assertLogged, assertRefused } from '../support/refusal.ts';
import { SEED_REQUEST } from '../support/sample-tenant.ts';
import { startServer, type TestServer } from '../support/start-server.ts';

let server: TestServer;
before(async () => {
  server = await startServer();
});
after(() => server.close());

const KNOWN = [
  'grant_type',
  'username',
  'password',
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'audience',
  'scope',
  'realm',
  'connection',
  'organization',
  'resource',
  'refresh_token',
  'mfa_token',
  'otp',
];
const JSON_TYPE = { 'content-type': 'application/json' };
const ABOUT_ANYTHING = /clients|connections|users|credentials|resource_servers/;

const VALUES: ReadonlyArray<readonly [name: string, value: unknown]> = [
  ['an array', ['text']],
  ['an empty array', []],
  ['an object', { text: true }],
  ['an empty object', {}],
  ['a number', 1],
  ['zero', 0],
  ['true', true],
  ['false', false],
];

for (const parameter of KNOWN) {
  for (const [name, value] of VALUES) {
    test(`${name} as ${parameter} is refused before any look-up [T-27]`, async () => {
      server.app.forgetConfiguration();
      server.statements.length = 0;
      const answer = await server.token({ ...SEED_REQUEST, [parameter]: value });
      assertRefused(answer, [400, 'invalid_request', `Parameter ${parameter} must be a string`]);
      assert.deepEqual(
        server.statements.filter((text) => ABOUT_ANYTHING.test(text)),
        [],
      );
      await assertLogged(server, answer, 'f', 'malformed');
    });
  }

  test(`${parameter} given twice is refused in a form and in JSON [T-27]`, async () => {
    const words = `Parameter ${parameter} must not be repeated`;
    const { [parameter]: _, ...request } = { ...SEED_REQUEST } as Record<string, string>;
    const form = new URLSearchParams(request).toString();
    const json = JSON.stringify(request).slice(1, -1);
    const name = JSON.stringify(parameter);
    const answers = [
      await postForm(server, `${form}&${parameter}=a&${parameter}=b`),
      await postForm(server, `${form}&${parameter}=a&${parameter}=a`),
      await postForm(server, `${parameter}=&${form}&${parameter}=a`),
      await postForm(server, `${form}&${parameter}=a&%${parameter.charCodeAt(0).toString(16)}${parameter.slice(1)}=b`),
      await postRaw(server, `{${json},${name}:"a",${name}:"b"}`, JSON_TYPE),
      await postRaw(server, `{${name}:null,${json},${name}:"b"}`, JSON_TYPE),
      await postRaw(server, `{${json},${name} \t:"a",${name}\r\n:"b"}`, JSON_TYPE),
      await postRaw(server, `{${json},${name}:"a",${name}:"b","other":"[{"}`, JSON_TYPE),
      await postRaw(
        server,
        `{${json},${name}:"a","\\u${parameter.charCodeAt(0).toString(16).padStart(4, '0')}${parameter.slice(1)}":"b"}`,
        JSON_TYPE,
      ),
    ];
    for (const answer of answers) assertRefused(answer, [400, 'invalid_request', words]);
    await assertLogged(server, answers[0] ?? assert.fail(), 'f', 'repeated');
  });
}

const UNKNOWN: ReadonlyArray<readonly [name: string, value: unknown]> = [
  ...VALUES,
  ['null', null],
  ['a text', 'text'],
  ['deep nesting', { a: { b: [{ c: [[['d']]] }] } }],
  ['the name of a known parameter inside', { username: ['a'], password: { grant_type: 'b' } }],
];

for (const [name, value] of UNKNOWN) {
  test(`${name} as an unknown parameter is ignored [T-27]`, async () => {
    const answer = await server.token({ ...SEED_REQUEST, extra: value });
    assert.equal(answer.statusCode, 200, answer.body);
  });
}

test('unknown parameters may be repeated, in a form and in JSON [T-27]', async () => {
  const form = new URLSearchParams(SEED_REQUEST).toString();
  assert.equal((await postForm(server, `${form}&extra=a&extra=b&extra[]=c&extra[d]=e`)).statusCode, 200);
  const json = JSON.stringify(SEED_REQUEST).slice(1, -1);
  assert.equal((await postRaw(server, `{${json},"extra":1,"extra":[2]}`, JSON_TYPE)).statusCode, 200);
});

test('names of parameters are matched exactly [T-27]', async () => {
  for (const name of ['Username', 'username ', 'username[]', 'username[0]', 'user\u200bname']) {
    const { username, ...request } = SEED_REQUEST;
    const answer = await postForm(server, { ...request, [name]: username });
    assertRefused(answer, [400, 'invalid_request', 'Missing required parameter: username']);
    assert.equal(
      (await postForm(server, { ...SEED_REQUEST, [name]: 'other' })).statusCode,
      200,
      'and ignored beside it',
    );
  }
});
