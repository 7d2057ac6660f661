// The article's requests as its readers send them: from curl, Node and Python, over https, trusting the printed authority.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import type { DevServer } from '../support/dev-server.ts';
import { provedCall } from '../support/proved-call.ts';
import { needs } from '../support/required-program.ts';
import { start } from '../support/running-program.ts';
import { API, COMMAND_LINE_CLIENT, startAcme, USER, USER_ID } from './acme.ts';

const LOGIN = {
  grant_type: 'password',
  ...USER,
  audience: API,
  scope: 'read:sample',
  client_id: COMMAND_LINE_CLIENT,
};

let server: DevServer;
before(async () => {
  server = await startAcme();
});
after(() => server.stop());

/** Runs a program that is to end well; its standard output. */
async function run(
  command: string,
  args: readonly string[],
  input = '',
  environment: Record<string, string> = {},
): Promise<string> {
  const { code, stdout, stderr } = await start(command, args, { input, environment }).ended;
  assert.equal(code, 0, stderr);
  return stdout;
}

function assertToken(json: string, scope = 'read:sample'): string {
  const answer = JSON.parse(json) as Record<string, string>;
  assert.equal(answer['token_type'], 'Bearer');
  assert.equal(answer['scope'], scope);
  const token = answer['access_token'] ?? '';
  const { iss, sub, azp } = decodeJwt(token);
  assert.deepEqual({ iss, sub, azp }, { iss: `${server.https}/`, sub: USER_ID, azp: COMMAND_LINE_CLIENT });
  return token;
}

function curl(...args: readonly string[]): Promise<string> {
  return run('curl', ['--silent', '--show-error', '--cacert', server.caPath, ...args]);
}

test('curl logs in with a JSON body and reads the claims with the token', { skip: needs('curl') }, async () => {
  const answer = await curl(
    ...['--request', 'POST', '--url', `${server.https}/oauth/token`],
    ...['--header', 'content-type: application/json'],
    ...['--data', JSON.stringify({ ...LOGIN, scope: 'openid profile read:sample' })],
  );
  const token = assertToken(answer, 'openid profile read:sample');
  const claims = await curl(
    ...['--request', 'GET', '--url', `${server.https}/userinfo`],
    ...['--header', `authorization: Bearer ${token}`],
    ...['--header', 'content-type: application/json'],
  );
  const { sub, name } = JSON.parse(claims) as Record<string, unknown>;
  assert.deepEqual({ sub, name }, { sub: USER_ID, name: 'Sam User' });
  provedCall('curl', '/oauth/token with JSON');
  provedCall('curl', '/userinfo');
});

test('curl logs in with a form', { skip: needs('curl') }, async () => {
  const fields = Object.entries(LOGIN).flatMap(([name, value]) => ['--data-urlencode', `${name}=${value}`]);
  assertToken(await curl('--url', `${server.https}/oauth/token`, ...fields));
  provedCall('curl', '/oauth/token with a form');
});

test('curl sees the status and the words of a refusal', { skip: needs('curl') }, async () => {
  const answer = await curl(
    ...['--write-out', '\n%{http_code} %{content_type}', '--url', `${server.https}/oauth/token`],
    ...['--header', 'content-type: application/json'],
    ...['--data', JSON.stringify({ ...LOGIN, password: 'wrong' })],
  );
  const [body = '', summary] = answer.split('\n');
  assert.deepEqual(JSON.parse(body), { error: 'invalid_grant', error_description: 'Wrong email or password.' });
  assert.equal(summary, '403 application/json');
});

test('curl that does not trust the authority gets no answer', { skip: needs('curl') }, async () => {
  const { code, stderr } = await start('curl', ['--silent', '--show-error', `${server.https}/readyz`]).ended;
  assert.equal(code, 60);
  assert.match(stderr, /certificate/);
});

const FETCH_SCRIPT = `
  const response = await fetch(process.env.URL, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: process.env.LOGIN,
  });
  console.log(await response.text());
`;

const REQUEST_SCRIPT = `
  import { request } from 'node:https';
  const outgoing = request(process.env.URL, { method: 'POST', headers: { 'content-type': 'application/json' } });
  outgoing.on('response', async (response) => {
    const parts = [];
    for await (const part of response) parts.push(part);
    console.log(Buffer.concat(parts).toString());
  });
  outgoing.end(process.env.LOGIN);
`;

for (const [way, script] of [
  ['fetch', FETCH_SCRIPT],
  ['https.request', REQUEST_SCRIPT],
] as const) {
  test(`a Node program logs in with ${way} when NODE_EXTRA_CA_CERTS names the authority`, async () => {
    const environment = {
      NODE_EXTRA_CA_CERTS: server.caPath,
      URL: `${server.https}/oauth/token`,
      LOGIN: JSON.stringify(LOGIN),
    };
    assertToken(await run(process.execPath, ['--input-type=module', '-'], script, environment));
    provedCall('Node', `/oauth/token by ${way}`);
  });
}

const PYTHON_SCRIPT = `
import http.client, os, ssl

context = ssl.create_default_context(cafile=os.environ['CA'])
connection = http.client.HTTPSConnection(os.environ['DOMAIN'], context=context)
connection.request('POST', '/oauth/token', os.environ['LOGIN'], {'content-type': 'application/json'})
print(connection.getresponse().read().decode('utf-8'))
`;

test('a Python program logs in with http.client', { skip: needs('python3') }, async () => {
  const environment = { CA: server.caPath, DOMAIN: server.domain, LOGIN: JSON.stringify(LOGIN) };
  assertToken(await run('python3', ['-'], PYTHON_SCRIPT, environment));
  provedCall('Python', '/oauth/token by http.client');
});
