// Guesses at one name from many addresses, each below its own limit: beyond the ceiling only sources that the name has
// logged in from may go on, so that the owner is not locked out by strangers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NO_SAME_USER_LIMIT, startGuardedServer } from '../support/guarded-server.ts';
import { assertLogged } from '../support/refusal.ts';
import { BACKEND_CLIENT, BACKEND_SECRET } from '../support/sample-tenant.ts';

const CEILING = { ...NO_SAME_USER_LIMIT, bruteForceProtection: { account_ceiling: 20 } };
const DAY_MS = 86_400_000;
const HOME = '203.0.113.5';

async function attacked() {
  const server = await startGuardedServer(CEILING);
  assert.equal((await server.login(HOME)).statusCode, 200);
  for (let host = 1; host <= 20; host += 1) assert.deepEqual(await server.guess(`192.0.2.${host}`, 1), [403]);
  return server;
}

test('guesses from many addresses end at the ceiling, and the owner still logs in from where they did before [T-08]', async () => {
  const server = await attacked();
  const stranger = await server.login('198.51.100.1');
  assert.equal(stranger.statusCode, 429);
  await assertLogged(server, stranger, 'limit_wc', 'account-ceiling');
  assert.equal((await server.login(HOME)).statusCode, 200);
  await server.close();
});

test('a known address is known for the client it was used with only', async () => {
  const server = await attacked();
  const other = await server.login(HOME, { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET });
  assert.equal(other.statusCode, 429);
  await server.close();
});

test('a known source has its own ten failures, however many the strangers had', async () => {
  const server = await attacked();
  assert.deepEqual(await server.guess(HOME, 11), [...Array.from({ length: 10 }, () => 403), 429]);
  await server.close();
});

test('the ceiling opens again a day after it was reached', async () => {
  const server = await attacked();
  server.clock.advance(DAY_MS - 1);
  assert.equal((await server.login('198.51.100.1')).statusCode, 429);
  server.clock.advance(1);
  assert.equal((await server.login('198.51.100.1')).statusCode, 200);
  await server.close();
});

test('a source is known for 30 days after its last login', async () => {
  const server = await startGuardedServer(CEILING);
  await server.login(HOME);
  server.clock.advance(29 * DAY_MS);
  await server.login(HOME);
  server.clock.advance(30 * DAY_MS - 1);
  for (let host = 1; host <= 20; host += 1) await server.guess(`192.0.2.${host}`, 1);
  assert.equal((await server.login(HOME)).statusCode, 200, 'and this login counts again');
  server.clock.advance(30 * DAY_MS);
  for (let host = 1; host <= 20; host += 1) await server.guess(`192.0.2.${host}`, 1);
  assert.equal((await server.login(HOME)).statusCode, 429);
  await server.close();
});
