// The log on the command line.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { type CommandLine, openCommandLine } from '../support/command-line.ts';

let line: CommandLine;
let database: Database;
before(async () => {
  line = await openCommandLine();
  await line.succeed(['tenant', 'create', 'acme', '--set', 'domains=login.example.com']);
  database = await openDatabase(line.databaseUrl);
  // What making the tenant wrote.
  await database.sql.deleteFrom('log_events').execute();
  const { id } = await database.sql.selectFrom('tenants').select('id').executeTakeFirstOrThrow();
  for (let i = 1; i <= 60; i += 1) {
    const type = i % 2 ? 'fp' : 'sepft';
    const log_id = `90020260115${String(i).padStart(4, '0')}`;
    const event = JSON.stringify({
      log_id,
      date: '2026-01-15T12:00:00.000Z',
      type,
      user_name: `user${i}\u001b[2J`,
      ip: '192.0.2.1',
    });
    await database.sql
      .insertInto('log_events')
      .values({ tenant_id: id, log_id, date: i, type, client_id: null, user_id: null, event })
      .execute();
  }
});
after(async () => {
  await database.close();
  await line.close();
});

test('the newest events are listed, the latest last, and nothing in them moves a terminal', async () => {
  const { stdout } = await line.succeed(['log', 'list', '--limit', '4']);
  assert.match(stdout, /^date +type +user_name +client_name +ip +description\n(2026-01-15T12:00:00\.000Z .*\n){4}$/);
  assert.deepEqual(stdout.match(/user\d+/g), ['user57', 'user58', 'user59', 'user60']);
  assert.ok(!stdout.includes('\u001b'));
  assert.equal((await line.succeed(['log', 'list', '--json'])).json<unknown[]>().length, 50);
});

test('one type can be asked for, and one event shown', async () => {
  const events = (await line.succeed(['log', 'list', '--type', 'fp', '--json'])).json<
    { type: string; log_id: string }[]
  >();
  assert.equal(events.length, 25);
  assert.ok(events.every((event) => event.type === 'fp'));
  const shown = await line.succeed(['log', 'show', events[0]?.log_id ?? '', '--json']);
  assert.equal(shown.json()['log_id'], events[0]?.log_id);
  assert.match((await line.run(['log', 'show', 'nothing'])).stderr, /There is no event nothing/);
  assert.match((await line.run(['log', 'list', '--limit', '0'])).stderr, /--limit must be/);
});
