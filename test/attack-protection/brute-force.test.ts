// Ten wrong passwords of one name from one address, and what follows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_SAME_USER_LIMIT, startGuardedServer } from '../support/guarded-server.ts';
import { assertLogged, assertRefused, comparable, eventOf, type Refusal } from '../support/refusal.ts';
import { BACKEND_CLIENT, BACKEND_SECRET, DATABASE, SAMPLE_TENANT, USER } from '../support/sample-tenant.ts';

const BLOCKED: Refusal = [
  429,
  'too_many_attempts',
  'Your account has been blocked after multiple consecutive login attempts.',
];
const DAY_MS = 86_400_000;
const ten = (status: number) => Array.from({ length: 10 }, () => status);

test('after ten wrong passwords from one address even the right one is refused there and works elsewhere [T-08]', async () => {
  const server = await startGuardedServer();
  assert.deepEqual(await server.guess('192.0.2.1', 10), ten(403));
  const answer = await server.login('192.0.2.1');
  assertRefused(answer, BLOCKED);
  await assertLogged(server, answer, 'limit_wc', 'brute-force-block');
  assert.equal((await server.login('192.0.2.2')).statusCode, 200);
  await server.close();
});

test('a blocked attempt costs no hash, and its event says everything there is to know [L-05]', async () => {
  const server = await startGuardedServer();
  await server.guess('192.0.2.1', 10);
  server.hashes.length = 0;
  const event = await eventOf(server, await server.login('192.0.2.1'));
  assert.deepEqual(server.hashes, []);
  const { type, ip, connection, client_id: clientId, user_name_fp: fingerprint, details } = event;
  assert.deepEqual(
    [type, ip, connection, clientId],
    ['limit_wc', '192.0.2.1', DATABASE, 'PublicClient00000000000000000000'],
  );
  assert.match(String(fingerprint), /^[0-9a-f]{16}$/);
  assert.match(String(details['request_id']), /^[0-9a-f]{20}$/);
  assert.equal(details['ip_source'], 'forwarded');
  await server.close();
});

test('twelve wrong passwords are answered alike whether anybody has the name or not [T-04]', async () => {
  const server = await startGuardedServer();
  for (let made = 0; made < 12; made += 1) {
    const known = await server.login('192.0.2.1', { password: 'wrong' });
    const unknown = await server.login('192.0.2.1', { username: 'nobody@example.com', password: 'wrong' });
    assert.deepEqual(comparable(known), comparable(unknown));
    assert.equal(known.statusCode, made < 10 ? 403 : 429);
  }
  await server.close();
});

test('spellings of one name are counted together', async () => {
  const server = await startGuardedServer();
  await server.guess('192.0.2.1', 5, { username: USER.toUpperCase() });
  await server.guess('192.0.2.1', 5, { username: ` ${USER}` });
  assert.equal((await server.login('192.0.2.1')).statusCode, 429);
  await server.close();
});

test('a right password forgives the wrong ones before it', async () => {
  const server = await startGuardedServer();
  await server.guess('192.0.2.1', 9);
  assert.equal((await server.login('192.0.2.1')).statusCode, 200);
  assert.deepEqual(await server.guess('192.0.2.1', 10), ten(403));
  assert.equal((await server.login('192.0.2.1')).statusCode, 429);
  await server.close();
});

test('attempts made while blocked neither count nor prolong: the block ends 30 days after the last failure [T-05]', async () => {
  const server = await startGuardedServer();
  await server.guess('192.0.2.1', 10);
  server.clock.advance(29 * DAY_MS);
  assert.deepEqual(await server.guess('192.0.2.1', 10), ten(429));
  server.clock.advance(DAY_MS - 1);
  assert.equal((await server.login('192.0.2.1')).statusCode, 429);
  server.clock.advance(1);
  assert.equal((await server.login('192.0.2.1')).statusCode, 200);
  await server.close();
});

test('failures that led to no block are forgotten 24 hours after the last one [T-42]', async () => {
  const server = await startGuardedServer();
  await server.guess('192.0.2.1', 9);
  server.clock.advance(DAY_MS);
  assert.deepEqual(await server.guess('192.0.2.1', 9), ten(403).slice(1));
  assert.equal((await server.login('192.0.2.1')).statusCode, 200);
  await server.close();
});

test('a threshold that is raised lifts the block, and the old failures count on', async () => {
  const server = await startGuardedServer();
  await server.guess('192.0.2.1', 10);
  const attackProtection = { ...NO_SAME_USER_LIMIT, bruteForceProtection: { max_attempts: 12 } };
  await server.apply({ ...SAMPLE_TENANT, attackProtection });
  assert.deepEqual(await server.guess('192.0.2.1', 3), [403, 403, 429]);
  await server.close();
});

test('a tenant can set another threshold, leave addresses out, or switch the block off', async () => {
  const bruteForceProtection = { max_attempts: 3, allowlist: ['198.51.100.0/24'] };
  const server = await startGuardedServer({ ...NO_SAME_USER_LIMIT, bruteForceProtection });
  assert.deepEqual(await server.guess('192.0.2.1', 4), [403, 403, 403, 429]);
  assert.deepEqual(await server.guess('198.51.100.7', 12), [...ten(403), 403, 403]);
  await server.apply({
    ...SAMPLE_TENANT,
    attackProtection: { ...NO_SAME_USER_LIMIT, bruteForceProtection: { enabled: false } },
  });
  assert.deepEqual(await server.guess('192.0.2.1', 1), [403]);
  await server.close();
});

test('a connection can be left out of the block', async () => {
  const [first, second] = SAMPLE_TENANT.databases;
  const databases = [{ ...first, options: { ...first?.options, brute_force_protection: false } }, second];
  const server = await startGuardedServer(NO_SAME_USER_LIMIT, { tenant: { databases } });
  assert.deepEqual(await server.guess('192.0.2.1', 12), [...ten(403), 403, 403]);
  await server.close();
});

test('the same name in two connections is two targets', async () => {
  const server = await startGuardedServer();
  await server.guess('192.0.2.1', 10);
  const elsewhere = { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET, realm: 'Second' };
  assert.deepEqual(await server.guess('192.0.2.1', 1, elsewhere), [403]);
  await server.close();
});

test('counted by name alone, ten failures from ten addresses block it everywhere, until a day 30 days on', async () => {
  const server = await startGuardedServer({
    ...NO_SAME_USER_LIMIT,
    bruteForceProtection: { mode: 'count_per_identifier' },
  });
  for (let host = 1; host <= 10; host += 1) await server.guess(`192.0.2.${host}`, 1);
  assertRefused(await server.login('198.51.100.1'), BLOCKED);
  server.clock.advance(30 * DAY_MS);
  assert.equal((await server.login('198.51.100.1')).statusCode, 200);
  await server.close();
});
