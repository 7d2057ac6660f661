// What is counted is kept under keyed hashes, for as long as it means something, and not longer because a clock was set back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSteadyTime } from '../../src/lib/steady-clock.ts';
import { NO_SAME_USER_LIMIT, startGuardedServer } from '../support/guarded-server.ts';
import { USER } from '../support/sample-tenant.ts';

const DAY_MS = 86_400_000;
type GuardedServer = Awaited<ReturnType<typeof startGuardedServer>>;

const rowsOf = ({ ground }: GuardedServer) => ground.database.sql.selectFrom('attempt_counters').selectAll().execute();

test('no name that was typed lies in the counters, only keyed hashes of sixteen bytes [T-42]', async () => {
  const server = await startGuardedServer();
  const typed = 'my password, typed as a name';
  await server.guess('192.0.2.1', 2, { username: typed });
  await server.guess('192.0.2.1', 1);
  const rows = await rowsOf(server);
  assert.ok(rows.length >= 5);
  for (const row of rows) {
    assert.match(row.key, /^[a-z][\w-]{22}$/);
    assert.match(row.identifier_key ?? `i${'x'.repeat(22)}`, /^i[\w-]{22}$/);
  }
  assert.equal(JSON.stringify(rows).includes(typed), false);
  assert.equal(JSON.stringify(rows).includes(USER), false);
  await server.close();
});

test('counters are cleared away when they have expired: failures after a day, blocks after thirty [T-42]', async () => {
  const server = await startGuardedServer();
  await server.guess('192.0.2.1', 10);
  await server.guess('192.0.2.2', 3);
  server.clock.advance(DAY_MS);
  await server.app.expiredAttempts.clear();
  assert.deepEqual(
    (await rowsOf(server)).map((row) => [row.kind, row.address]),
    [['identifier_and_ip', '192.0.2.1']],
  );
  server.clock.advance(29 * DAY_MS);
  await server.app.expiredAttempts.clear();
  assert.deepEqual(await rowsOf(server), []);
  await server.close();
});

test('many expired counters are cleared away in pieces [T-42]', async () => {
  const server = await startGuardedServer();
  const { sql } = server.ground.database;
  const [row] = (await server.guess('192.0.2.1', 1), await rowsOf(server));
  assert.ok(row);
  const rows = Array.from({ length: 450 }, (_, index) => ({ ...row, key: `x${index}`, expires_at: 1 }));
  for (let from = 0; from < rows.length; from += 50) {
    await sql
      .insertInto('attempt_counters')
      .values(rows.slice(from, from + 50))
      .execute();
  }
  const pieces: boolean[] = [];
  do pieces.push(await server.app.expiredAttempts.clear());
  while (pieces.at(-1));
  assert.deepEqual(pieces, [true, true, false]);
  assert.ok((await rowsOf(server)).every((left) => !left.key.startsWith('x')));
  await server.close();
});

for (const [name, jump] of [
  ['an hour on', 3_600_000],
  ['an hour back', -3_600_000],
  ['a day back', -DAY_MS],
] as const) {
  test(`when the clock is set ${name} a block neither ends early nor lasts longer [F-15]`, async () => {
    const server = await startGuardedServer();
    await server.guess('192.0.2.1', 10);
    server.clock.jump(jump);
    assert.equal((await server.login('192.0.2.1')).statusCode, 429);
    server.clock.advance(30 * DAY_MS - 1);
    assert.equal((await server.login('192.0.2.1')).statusCode, 429);
    server.clock.advance(1);
    assert.equal((await server.login('192.0.2.1')).statusCode, 200);
    await server.close();
  });
}

test('a server that starts after the clock was set back holds nobody longer than it may [F-15]', async () => {
  const server = await startGuardedServer({
    ...NO_SAME_USER_LIMIT,
    suspiciousIpThrottling: { stage: { 'pre-login': { max_attempts: 12 } } },
  });
  await server.guess('192.0.2.1', 10);
  await server.guess('192.0.2.1', 2, { username: 'nobody@example.com' });
  // What a new process would read: a clock that is ten days behind the rows.
  const { steadyTime } = server.app;
  const behind = createSteadyTime(server.clock, server.clock.now() - 10 * DAY_MS);
  steadyTime.adopt(behind.now());
  await server.app.expiredAttempts.mend();
  assert.equal((await server.login('192.0.2.1')).statusCode, 429);
  server.clock.advance(12 * 864_000);
  assert.deepEqual(await server.guess('192.0.2.1', 1, { username: 'nobody@example.com' }), [403]);
  server.clock.advance(30 * DAY_MS - 12 * 864_000);
  assert.equal((await server.login('192.0.2.1')).statusCode, 200);
  await server.close();
});
