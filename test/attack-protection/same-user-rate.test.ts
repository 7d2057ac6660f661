// Logins of one user from one address, right ones too: twenty, then ten a minute.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_SAME_USER_LIMIT, startGuardedServer } from '../support/guarded-server.ts';
import { assertLogged, assertRefused, type Refusal } from '../support/refusal.ts';

const TOO_MANY: Refusal = [429, 'too_many_logins', 'Too many logins of this user from one address. Try again later.'];

test('the 21st login of a user from one address within a minute is refused, and says when to come back [T-07]', async () => {
  const server = await startGuardedServer({});
  for (let made = 0; made < 20; made += 1) assert.equal((await server.login('192.0.2.1')).statusCode, 200);
  const refused = await server.login('192.0.2.1');
  assertRefused(refused, TOO_MANY);
  await assertLogged(server, refused, 'limit_sul', 'same-user-rate');
  assert.deepEqual(
    ['retry-after', 'x-ratelimit-limit', 'x-ratelimit-remaining'].map((name) => refused.headers[name]),
    ['6', '20', '0'],
  );
  assert.equal((await server.login('192.0.2.2')).statusCode, 200, 'from another address');
  const other = await server.login('192.0.2.1', { username: 'blocked@example.com' });
  assert.equal(other.statusCode, 403, 'another user');
  await server.close();
});

test('after that ten a minute get through', async () => {
  const server = await startGuardedServer({});
  for (let made = 0; made < 20; made += 1) await server.login('192.0.2.1');
  let through = 0;
  for (let second = 0; second < 60; second += 1) {
    server.clock.advance(1000);
    if ((await server.login('192.0.2.1')).statusCode === 200) through += 1;
  }
  assert.equal(through, 10);
  await server.close();
});

test('a login that was turned away for lack of a slot is none', async () => {
  const server = await startGuardedServer({}, { options: { hash_slots: 1, hash_wait_budget_ms: 60 } });
  const answers = await Promise.all(Array.from({ length: 15 }, () => server.login('192.0.2.1')));
  const through = answers.filter((answer) => answer.statusCode === 200).length;
  assert.ok(through < 15);
  for (let made = through; made < 20; made += 1) assert.equal((await server.login('192.0.2.1')).statusCode, 200);
  assert.equal((await server.login('192.0.2.1')).statusCode, 429);
  await server.close();
});

test('a test tenant can switch the limit off', async () => {
  const server = await startGuardedServer(NO_SAME_USER_LIMIT);
  for (let made = 0; made < 25; made += 1) assert.equal((await server.login('192.0.2.1')).statusCode, 200);
  await server.close();
});
