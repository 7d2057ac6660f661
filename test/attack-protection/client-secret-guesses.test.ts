// Guesses at client secrets: twenty failures of one client from one address, then one more a minute.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGuardedServer } from '../support/guarded-server.ts';
import { assertLogged, assertRefused, comparable, type Refusal } from '../support/refusal.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, BASIC_CLIENT, BASIC_SECRET } from '../support/sample-tenant.ts';

const TOO_MANY: Refusal = [
  429,
  'too_many_requests',
  'Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.',
];
const RIGHT = { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET };
const wrong = (made: number) => ({ ...RIGHT, client_secret: `guess ${made}` });

test('after twenty wrong secrets from one address even the right one is refused there, works elsewhere, and one more a minute is compared [T-11]', async () => {
  const server = await startGuardedServer();
  for (let made = 0; made < 20; made += 1) {
    assert.equal((await server.login('192.0.2.1', wrong(made))).statusCode, 401);
  }
  const refused = await server.login('192.0.2.1', RIGHT);
  assertRefused(refused, TOO_MANY);
  assert.deepEqual(
    ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining'].map((name) => refused.headers[name]),
    ['60', '20', '0'],
  );
  assert.match(String(refused.headers['x-ratelimit-reset']), /^\d+$/);
  await assertLogged(server, refused, 'fepft', 'client-secret-guessing');
  assert.equal((await server.login('192.0.2.2', RIGHT)).statusCode, 200);
  server.clock.advance(59_999);
  assert.equal((await server.login('192.0.2.1', RIGHT)).statusCode, 429);
  server.clock.advance(1);
  assert.equal((await server.login('192.0.2.1', wrong(20))).statusCode, 401);
  assert.equal((await server.login('192.0.2.1', RIGHT)).statusCode, 429);
  server.clock.advance(60_000);
  assert.equal((await server.login('192.0.2.1', RIGHT)).statusCode, 200);
  await server.close();
});

test('a client that does not exist is throttled like one that does [T-11]', async () => {
  const server = await startGuardedServer();
  for (let made = 0; made < 22; made += 1) {
    const known = await server.login('192.0.2.1', wrong(made));
    const unknown = await server.login('192.0.2.1', { ...wrong(made), client_id: 'NobodyHasThisId' });
    assert.deepEqual(comparable(unknown), comparable(known));
    assert.equal(known.statusCode, made < 20 ? 401 : 429);
  }
  await server.close();
});

test('a hundred wrong secrets at once are no more than twenty one after another [T-11]', async () => {
  const server = await startGuardedServer();
  const answers = await Promise.all(Array.from({ length: 100 }, (_, made) => server.login('192.0.2.1', wrong(made))));
  assert.equal(answers.filter((answer) => answer.statusCode === 401).length, 20);
  assert.equal(answers.filter((answer) => answer.statusCode === 429).length, 80);
  await server.close();
});

test('a missing secret, a wrong header and a failed assertion count too [T-11]', async () => {
  const server = await startGuardedServer({}, { options: { trusted_proxies: [] } });
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  const login = { grant_type: 'password', username: 'u', password: 'p' };
  for (let made = 0; made < 10; made += 1) {
    assert.equal((await server.token({ ...login, client_id: BASIC_CLIENT })).statusCode, 401);
    assert.equal((await server.token(login, basic(`${BASIC_CLIENT}:wrong`))).statusCode, 401);
  }
  const right = `${BASIC_CLIENT}:${encodeURIComponent(BASIC_SECRET)}`;
  assert.equal((await server.token(login, basic(right))).statusCode, 429);
  for (let made = 0; made < 20; made += 1) {
    const body = { ...login, client_id: BACKEND_CLIENT, client_assertion: 'a.b.c' };
    assert.equal((await server.token(body)).statusCode, 401);
  }
  assert.equal((await server.token({ ...login, ...RIGHT })).statusCode, 429);
  await server.close();
});

test('other clients of the same address, and public ones, are not concerned', async () => {
  const server = await startGuardedServer();
  for (let made = 0; made < 21; made += 1) await server.login('192.0.2.1', wrong(made));
  assert.equal((await server.login('192.0.2.1')).statusCode, 200);
  const basic = { client_id: BASIC_CLIENT, client_secret: BASIC_SECRET };
  assert.equal((await server.login('192.0.2.1', basic)).statusCode, 200);
  await server.close();
});
