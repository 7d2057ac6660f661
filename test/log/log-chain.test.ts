// The log is sealed, pruned, and rid of the names of deleted users; and whoever changes it otherwise is found out.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createApp } from '../../src/app.ts';
import { type LogFindings, verifyLog } from '../../src/log/log-verification.ts';
import type { Tenant } from '../../src/tenant/tenant.ts';
import { type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { SEED_REQUEST, USER, USER_ID } from '../support/sample-tenant.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const DONE_WITHIN_MS = 60_000;

let server: ManagementServer;
let tenant: Tenant;
beforeEach(async () => {
  server = await startManagementServer({ options: { log_retention_days: 30, log_deleted_user_days: 7 } });
  const found = await server.app.stores.tenants.findByName('acme');
  assert.ok(found);
  tenant = found;
});
afterEach(() => server.close());

const sql = () => server.ground.database.sql;
const events = () => sql().selectFrom('log_events').selectAll().orderBy('position').execute();

async function logIn(times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) assert.equal((await server.token(SEED_REQUEST)).statusCode, 200);
}

const verify = (wish: { since?: number; head?: string } = {}): Promise<LogFindings> =>
  server.ground.database.transaction((within) =>
    verifyLog(server.app.stores.logSeals, within, { tenantId: tenant.id, since: null, head: null, ...wish }),
  );

/** PostgreSQL tells when everybody is done who began before, and other tests write beside this one. */
async function upkeepUntil(isDone: () => Promise<boolean>): Promise<void> {
  const endAt = performance.now() + DONE_WITHIN_MS;
  while (performance.now() < endAt) {
    await server.app.logUpkeep.runOnce();
    if (await isDone()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('What was waited for did not come.');
}

const sealAll = () => upkeepUntil(async () => (await verify()).unsealed === 0);

/** Logins in several seals. */
async function sealedLogins(...times: number[]): Promise<void> {
  for (const one of times) {
    await logIn(one);
    await sealAll();
    server.clock.advance(1000);
  }
}

test('a log that nobody touched is as it was sealed, and its head stays part of it', async () => {
  await sealedLogins(3, 2);
  const first = await verify();
  assert.deepEqual({ ...first, head: null }, { seals: 2, events: 5, erased: 0, unsealed: 0, head: null, problems: [] });
  assert.match(first.head ?? '', /^2:[0-9a-f]{64}$/);
  await sealedLogins(1);
  await logIn(1);
  const later = await verify({ head: first.head ?? '' });
  assert.deepEqual([later.seals, later.events, later.unsealed, later.problems], [3, 6, 1, []]);
  const recent = await verify({ since: server.clock.now() - 1000 });
  assert.deepEqual([recent.seals, recent.events, recent.problems], [1, 1, []]);
});

test('an event that was changed, removed, put in or moved is named [L-05]', async () => {
  await sealedLogins(5, 5);
  const rows = await events();
  const [, second, third, fourth, , sixth] = rows;
  assert.ok(second && third && fourth && sixth);
  const update = (position: number, row: object) =>
    sql().updateTable('log_events').set(row).where('position', '=', position).execute();

  await update(second.position, { event: second.event.replace('192.0.2', '198.51.100').replace('sepft', 'fepft') });
  assert.match((await verify()).problems.join('\n'), new RegExp(`^event ${second.log_id} was changed, at position 2 `));
  await update(second.position, { event: second.event });
  await update(second.position, { user_id: 'auth0|somebody-else' });
  assert.match((await verify()).problems.join('\n'), /was changed/);
  await update(second.position, { user_id: second.user_id });

  await sql().deleteFrom('log_events').where('position', '=', third.position).execute();
  assert.deepEqual((await verify()).problems, ['the event at position 3 was removed (seal 1)']);
  await sql().insertInto('log_events').values(third).execute();

  await sql()
    .insertInto('log_events')
    .values({ ...third, position: 0, log_id: 'forged' })
    .execute();
  assert.match((await verify()).problems.join('\n'), /^event forged was put in, at position 0 /);
  await sql().deleteFrom('log_events').where('log_id', '=', 'forged').execute();

  await update(fourth.position, { position: 1_000_000 });
  await update(sixth.position, { position: fourth.position });
  await update(1_000_000, { position: sixth.position });
  assert.deepEqual((await verify()).problems.length, 2, 'both are at another place');
});

test('a seal that was changed or removed is named, and a chain that was cut is known by its head', async () => {
  await sealedLogins(2, 2, 2);
  const { head } = await verify();
  const seals = await sql().selectFrom('log_seals').selectAll().orderBy('number').execute();
  const [, second, third] = seals;
  assert.ok(second && third && head);
  const removeEvents = (after: number) => sql().deleteFrom('log_events').where('position', '>', after).execute();

  const other = sql().updateTable('log_seals').set({ entries: third.entries }).where('number', '=', 2);
  await other.execute();
  assert.match((await verify()).problems.join('\n'), /seal 2 was changed, or does not follow the one before/);
  await sql().updateTable('log_seals').set({ entries: second.entries }).where('number', '=', 2).execute();

  await sql()
    .updateTable('log_seals')
    .set({ pruned_mark: 'f'.repeat(64) })
    .where('number', '=', 1)
    .execute();
  assert.match((await verify()).problems.join('\n'), /seal 1 says that its events were pruned, and they were not/);
  await sql().updateTable('log_seals').set({ pruned_mark: null }).where('number', '=', 1).execute();

  await sql().deleteFrom('log_seals').where('number', '=', 1).execute();
  assert.match((await verify()).problems.join('\n'), /the seals before 2 are missing/);
  await sql()
    .insertInto('log_seals')
    .values(seals[0] as never)
    .execute();
  await sql().deleteFrom('log_seals').where('number', '=', 2).execute();
  assert.match((await verify()).problems.join('\n'), /the seals between 1 and 3 are missing/);
  await sql().insertInto('log_seals').values(second).execute();

  await sql().deleteFrom('log_seals').where('number', '=', 3).execute();
  assert.match((await verify()).problems.join('\n'), /was put in, or its seal was removed/);
  await removeEvents(second.last_position);
  assert.deepEqual((await verify()).problems, [], 'the chain alone cannot tell');
  assert.match((await verify({ head })).problems.join('\n'), /is not in the chain/);
});

test('of several servers that seal at once each event is sealed by one', async () => {
  const other = createApp(server.ground);
  for (let i = 0; i < 4; i += 1) {
    await logIn(3);
    await Promise.all([server.app.logUpkeep.runOnce(), other.logUpkeep.runOnce()]);
  }
  await sealAll();
  const { problems, events: count } = await verify();
  assert.deepEqual([problems, count], [[], 12]);
  await other.server.close();
});

test('events are kept for as long as the operator says, and what is left of a pruned log still holds [L-10]', async () => {
  await sealedLogins(3, 3);
  server.clock.advance(20 * DAY_MS);
  await sealedLogins(2);
  server.clock.advance(11 * DAY_MS);
  await server.app.stores.logCursors.start('file', null, 1);
  await sealedLogins(1);
  await upkeepUntil(async () => (await events()).length === 3);
  const findings = await verify();
  assert.deepEqual([findings.events, findings.seals, findings.problems], [3, 3, []]);
  assert.deepEqual(
    (await sql().selectFrom('log_seals').select('number').orderBy('number').execute()).map(({ number }) => number),
    [2, 3, 4],
  );
  assert.equal((await server.app.stores.logCursors.findById('file'))?.missed, 5, 'all but the first');

  server.clock.advance(100 * DAY_MS);
  await upkeepUntil(async () => (await events()).length === 1);
  assert.deepEqual((await verify()).problems, []);
  const [last] = await events();
  await sql()
    .insertInto('log_events')
    .values({ ...last, position: 2, log_id: 'forged' } as never)
    .execute();
  assert.match((await verify()).problems.join('\n'), /event forged was put in, before what was pruned/);
});

test('the name of a user who was deleted leaves the log, at once where it is old and later elsewhere [L-10]', async () => {
  const named = async () => (await events()).filter(({ event }) => event.includes(USER)).length;
  await sealedLogins(2);
  server.clock.advance(8 * DAY_MS);
  await sealedLogins(3);
  assert.equal(await named(), 5);
  const token = await server.managementToken();
  assert.equal((await server.api('DELETE', `/users/${encodeURIComponent(USER_ID)}`, undefined, token)).status, 204);
  await sealAll();
  await upkeepUntil(async () => (await named()) === 3);
  server.clock.advance(7 * DAY_MS - 1);
  await server.app.logUpkeep.runOnce();
  assert.equal(await named(), 3);
  server.clock.advance(DAY_MS);
  await upkeepUntil(async () => (await named()) === 0);
  await upkeepUntil(async () => (await sql().selectFrom('log_erasure_orders').selectAll().execute()).length === 0);
  const { problems, erased } = await verify();
  assert.deepEqual([problems, erased], [[], 5]);
  assert.equal((await events()).filter(({ user_id: id }) => id === USER_ID).length, 5, 'what happened stays');

  await sql()
    .updateTable('log_erasures')
    .set({ erased_digest: '0'.repeat(16) })
    .execute();
  assert.equal((await verify()).problems.length, 5);
});

test('sealing costs a login no statement', async () => {
  await sealedLogins(1);
  server.statements.length = 0;
  await logIn(1);
  assert.deepEqual(
    server.statements.filter((text) => /log_seals|log_chain|log_cursors/.test(text)),
    [],
  );
});
