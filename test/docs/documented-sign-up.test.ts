// The examples of docs/sign-up.md do what the page says.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { startServer, type TestServer } from '../support/start-server.ts';

type Json = Record<string, unknown>;

const PAGE = readFileSync('docs/sign-up.md', 'utf8');
const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, block = '']) => block);
const [request = {}, answer = {}, refusal = {}] = blocks('json').map((block) => JSON.parse(block) as Json);
const TENANT = parse(blocks('yaml')[0] ?? '') as Json;

let server: TestServer;
before(async () => {
  server = await startServer({ tenant: TENANT });
});
after(() => server.close());

const post = (url: string, body: Json) =>
  server.app.server.inject({
    method: 'POST',
    url,
    headers: { host: 'login.example.com', 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  });
const signUp = (change: Json) => post('/dbconnections/signup', { ...request, ...change });

test('a password that the page’s database does not take is refused as the page shows it', async () => {
  const refused = await signUp({ password: 'Correct7' });
  assert.deepEqual([refused.statusCode, refused.json()], [400, refusal]);
  for (const [password, name] of [
    ['Grace-Horse-7-Battery', 'PasswordNoUserInfoError'],
    ['Correct-Horse-7', undefined],
  ]) {
    const checked = await signUp({ password, email: `grace@${String(name)}.example.com` });
    assert.equal(checked.json<{ name?: string }>().name, name);
  }
});

test('the page’s request makes an account, which logs in', async () => {
  const made = await signUp({});
  const body = made.json<{ _id: string }>();
  const { _id: id } = body;
  assert.deepEqual([made.statusCode, body], [200, { ...answer, _id: id }]);
  assert.equal(id.length, String(answer['_id']).length);
  const { client_id, email: username, password } = request;
  const login = await post('/oauth/token', { grant_type: 'password', client_id, username, password });
  assert.equal(login.statusCode, 200, login.body);
});
