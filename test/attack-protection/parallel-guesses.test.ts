// Many attempts at once: guesses do not slip past the count, and right logins are not taken for an attack.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_ATTACK_PROTECTION } from '../../src/attack-protection/attack-protection-wire.ts';
import { countersOf } from '../../src/attack-protection/attempt-counter.ts';
import { sampleTenantOf } from '../support/change-tenant.ts';
import { startGuardedServer } from '../support/guarded-server.ts';

/** A queue that holds them all: what is counted here is what the guard lets through. */
const PATIENT = { hash_wait_budget_ms: 60_000 };

test('of 500 wrong guesses at once ten are checked, a right one among them does not log in, and the user logs in from elsewhere [T-05]', async () => {
  const server = await startGuardedServer(undefined, { options: PATIENT });
  const answers = await Promise.all(
    Array.from({ length: 500 }, (_, made) =>
      server.login('192.0.2.1', made === 199 ? {} : { password: `guess ${made}` }),
    ),
  );
  const statuses = Map.groupBy(answers, (answer) => answer.statusCode);
  assert.deepEqual(new Set(statuses.keys()), new Set([403, 429]));
  assert.equal(statuses.get(403)?.length, 10);
  assert.equal(server.hashes.filter((call) => call.startsWith('verify')).length, 10);
  assert.equal(answers[199]?.statusCode, 429);
  assert.equal((await server.login('192.0.2.2')).statusCode, 200);
  await server.close();
});

test('fifty right logins of one user at once all succeed [T-07]', async () => {
  const server = await startGuardedServer(undefined, { options: PATIENT });
  const answers = await Promise.all(Array.from({ length: 50 }, () => server.login('192.0.2.1')));
  assert.deepEqual(new Set(answers.map((answer) => answer.statusCode)), new Set([200]));
  await server.close();
});

test('while guesses are under way a right login waits for them and then succeeds [T-05]', async () => {
  const server = await startGuardedServer(undefined, { options: PATIENT });
  const guesses = Array.from({ length: 9 }, (_, made) => server.login('192.0.2.1', { password: `guess ${made}` }));
  const right = Array.from({ length: 5 }, () => server.login('192.0.2.1'));
  const statuses = (await Promise.all(right)).map((answer) => answer.statusCode);
  await Promise.all(guesses);
  assert.deepEqual(new Set(statuses), new Set([200]));
  await server.close();
});

test('attempts that were turned away give their places back and count nowhere [T-05]', async () => {
  const server = await startGuardedServer(undefined, { options: { hash_slots: 1, hash_wait_budget_ms: 100 } });
  const answers = await Promise.all(Array.from({ length: 60 }, () => server.login('192.0.2.1', { password: 'wrong' })));
  const checked = answers.filter((answer) => answer.statusCode === 403).length;
  assert.ok(answers.some((answer) => answer.statusCode === 503));
  assert.ok(checked < 10);
  assert.deepEqual(await server.guess('192.0.2.1', 11 - checked), [
    ...Array.from({ length: 10 - checked }, () => 403),
    429,
  ]);
  await server.close();
});

test('attempts that a fault cut off give their places back and count nowhere [T-05]', async () => {
  const server = await startGuardedServer();
  const { schema } = server.ground.database.sql;
  await schema.alterTable('credentials').renameTo('credentials_away').execute();
  assert.deepEqual(await server.guess('192.0.2.1', 12), Array(12).fill(500));
  await schema.alterTable('credentials_away').renameTo('credentials').execute();
  assert.deepEqual(await server.guess('192.0.2.1', 11), [...Array<number>(10).fill(403), 429]);
  await server.close();
});

test('places that nobody gives back, because a node died, are free again after thirty seconds [T-05]', async () => {
  const server = await startGuardedServer();
  const { id: tenantId } = await sampleTenantOf(server);
  const { attempts } = server.app.stores;
  const { sql } = server.ground.database;
  const keys = { identifier: 'i', address: 'a', identifierAndAddress: 'p', account: 'c', logins: 'l', source: 's' };
  const counters = countersOf(DEFAULT_ATTACK_PROTECTION, keys, {
    address: '192.0.2.1',
    countsFailures: true,
    countsAddress: true,
  });
  const pair = counters.filter((counter) => counter.kind === 'identifier_and_ip');
  const reserve = async () => {
    const { rows } = await sql.executeQuery(attempts.reservationOf(tenantId, pair, server.clock.now()).query);
    return rows.length;
  };
  for (let made = 0; made < 10; made += 1) assert.equal(await reserve(), 1);
  assert.equal(await reserve(), 0);
  server.clock.advance(14_999);
  assert.equal(await reserve(), 0, 'not before fifteen');
  server.clock.advance(15_001);
  assert.equal(await reserve(), 1);
  await server.close();
});

test('a place is given back where it was taken, also when others were taken since', async () => {
  const server = await startGuardedServer();
  const { id: tenantId } = await sampleTenantOf(server);
  const { attempts } = server.app.stores;
  const { sql } = server.ground.database;
  const keys = { identifier: 'i', address: 'a', identifierAndAddress: 'p', account: 'c', logins: 'l', source: 's' };
  const pair = countersOf(DEFAULT_ATTACK_PROTECTION, keys, {
    address: '192.0.2.1',
    countsFailures: true,
    countsAddress: true,
  }).filter((counter) => counter.kind === 'identifier_and_ip');
  const reserve = async (at: number) =>
    (await sql.executeQuery(attempts.reservationOf(tenantId, pair, at).query)).rows.length;
  const early = server.clock.now();
  for (let made = 0; made < 5; made += 1) await reserve(early);
  server.clock.advance(15_000);
  for (let made = 0; made < 5; made += 1) await reserve(server.clock.now());
  assert.equal(await reserve(server.clock.now()), 0);
  const end = { how: 'released' as const, reservedAt: early, at: server.clock.now(), userId: null };
  await sql.executeQuery(attempts.endOf(tenantId, pair, end).query);
  assert.equal(await reserve(server.clock.now()), 1);
  assert.equal(await reserve(server.clock.now()), 0);
  await server.close();
});
