// One address that guesses at many names: a hundred failures, then one more every 14.4 minutes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_SAME_USER_LIMIT, startGuardedServer } from '../support/guarded-server.ts';
import { assertLogged, assertRefused, type Refusal } from '../support/refusal.ts';

const SUSPICIOUS: Refusal = [
  429,
  'too_many_attempts',
  'We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator.',
];
const ONE_BACK_MS = 864_000;

type GuardedServer = Awaited<ReturnType<typeof startGuardedServer>>;

/** One wrong password for each of so many names; the status codes. */
async function spray(server: GuardedServer, address: string, names: number, from = 0): Promise<number[]> {
  const statuses: number[] = [];
  for (let name = from; name < from + names; name += 1) {
    statuses.push((await server.login(address, { username: `n${name}@example.com`, password: 'Summer26' })).statusCode);
  }
  return statuses;
}

test('the 101st failure from one address is refused, and 864 seconds later exactly one more attempt is let through [T-10]', async () => {
  const server = await startGuardedServer();
  assert.deepEqual(new Set(await spray(server, '192.0.2.1', 100)), new Set([403]));
  const refused = await server.login('192.0.2.1');
  assertRefused(refused, SUSPICIOUS);
  await assertLogged(server, refused, 'limit_mu', 'suspicious-address');
  assert.equal(refused.headers['retry-after'], '864');
  assert.equal(refused.headers['x-ratelimit-limit'], '100');
  assert.equal(refused.headers['x-ratelimit-remaining'], '0');
  assert.equal(refused.headers['x-ratelimit-reset'], String(Math.ceil((server.clock.now() + ONE_BACK_MS) / 1000)));
  assert.equal((await server.login('192.0.2.2')).statusCode, 200, 'other addresses are not concerned');
  server.clock.advance(ONE_BACK_MS - 1);
  assert.equal((await server.login('192.0.2.1')).statusCode, 429);
  server.clock.advance(1);
  assert.deepEqual(await spray(server, '192.0.2.1', 2, 200), [403, 429]);
  await server.close();
});

test('right logins spend nothing, and a day without failures gives everything back [T-10]', async () => {
  const server = await startGuardedServer();
  await spray(server, '192.0.2.1', 99);
  for (let made = 0; made < 5; made += 1) assert.equal((await server.login('192.0.2.1')).statusCode, 200);
  assert.deepEqual(await spray(server, '192.0.2.1', 2, 100), [403, 429]);
  server.clock.advance(100 * ONE_BACK_MS);
  assert.deepEqual(new Set(await spray(server, '192.0.2.1', 100, 200)), new Set([403]));
  await server.close();
});

test('a hundred guesses at once are no more than a hundred one after another [T-10]', async () => {
  const suspiciousIpThrottling = { stage: { 'pre-login': { max_attempts: 10 } } };
  const server = await startGuardedServer(
    { ...NO_SAME_USER_LIMIT, suspiciousIpThrottling },
    { options: { hash_wait_budget_ms: 60_000 } },
  );
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, name) =>
      server.login('192.0.2.1', { username: `n${name}@example.com`, password: 'Summer26' }),
    ),
  );
  assert.equal(answers.filter((answer) => answer.statusCode === 403).length, 10);
  assert.equal(answers.filter((answer) => answer.statusCode === 429).length, 90);
  await server.close();
});

test('addresses of one IPv6 network are one address, and an IPv4 address is one however it is written [T-09]', async () => {
  const suspiciousIpThrottling = { stage: { 'pre-login': { max_attempts: 2 } } };
  const server = await startGuardedServer({ ...NO_SAME_USER_LIMIT, suspiciousIpThrottling });
  await spray(server, '2001:db8:1:2::1', 1);
  await spray(server, '2001:DB8:1:2:ffff::2', 1, 1);
  assert.deepEqual(await spray(server, '2001:db8:1:2:3:4:5:6', 1, 2), [429]);
  assert.deepEqual(await spray(server, '2001:db8:1:3::1', 1, 3), [403]);
  await spray(server, '192.0.2.1', 1);
  await spray(server, '::ffff:192.0.2.1', 1, 1);
  assert.deepEqual(await spray(server, '::ffff:c000:201', 1, 2), [429]);
  await server.close();
});

test('addresses on the list are never throttled, and a tenant can switch the throttle off', async () => {
  const stage = { 'pre-login': { max_attempts: 2 } };
  const server = await startGuardedServer({
    ...NO_SAME_USER_LIMIT,
    suspiciousIpThrottling: { stage, allowlist: ['192.0.2.0/24'] },
  });
  assert.deepEqual(await spray(server, '192.0.2.1', 4), [403, 403, 403, 403]);
  assert.deepEqual(await spray(server, '198.51.100.1', 3), [403, 403, 429]);
  await server.close();
  const off = await startGuardedServer({ ...NO_SAME_USER_LIMIT, suspiciousIpThrottling: { stage, enabled: false } });
  assert.deepEqual(await spray(off, '198.51.100.1', 3), [403, 403, 403]);
  await off.close();
});

test('malformed requests are no attempts', async () => {
  const suspiciousIpThrottling = { stage: { 'pre-login': { max_attempts: 2 } } };
  const server = await startGuardedServer({ ...NO_SAME_USER_LIMIT, suspiciousIpThrottling });
  for (let made = 0; made < 5; made += 1) {
    assert.equal((await server.login('192.0.2.1', { password: '' })).statusCode, 400);
  }
  assert.equal((await server.login('192.0.2.1')).statusCode, 200);
  await server.close();
});
