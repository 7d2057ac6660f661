// What concurrent requests write goes to the disk together, and each is told what became of its own.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { CompiledQuery } from 'kysely';
import type { Database } from '../../src/storage/database.ts';
import { createGroupCommit, type Effect } from '../../src/storage/group-commit.ts';
import { createTestClock } from '../support/test-clock.ts';
import { openTestDatabase } from '../support/test-database.ts';

const statements: string[] = [];
let database: Database;
let close: () => Promise<void>;
let commits = 0;
/** Null while there is no crowd. */
let nextBeat: Promise<void> | null = null;
let group: ReturnType<typeof createGroupCommit>;

before(async () => {
  ({ database, close } = await openTestDatabase((text) => statements.push(text)));
  await run('create table notes (id integer primary key, words text not null)');
  await run('create table counts (id integer primary key, count integer not null)');
  group = createGroupCommit({
    database,
    beat: { next: () => nextBeat, after: () => assert.fail('waited') },
    clock: createTestClock(),
    onCommit() {
      commits += 1;
    },
  });
});
after(() => close());
beforeEach(async () => {
  await run('delete from notes');
  await run('delete from counts');
  statements.length = 0;
  commits = 0;
});

async function run(text: string): Promise<unknown[]> {
  return (await database.sql.executeQuery(CompiledQuery.raw(text))).rows;
}

const mark = (index: number) => (database.engine === 'sqlite' ? '?' : `$${index}`);

/** Adds a row. */
const note = (id: number, words: string | null = 'words', settled?: () => void): Effect => ({
  query: CompiledQuery.raw(`insert into notes (id, words) values (${mark(1)}, ${mark(2)})`, [id, words]),
  ...(settled ? { settled } : {}),
});
/** Counts up, and returns the count. */
const count = (id: number): Effect<{ count: number }> => ({
  query: CompiledQuery.raw(
    `insert into counts (id, count) values (${mark(1)}, 1) on conflict (id) do update set count = counts.count + 1 returning count`,
    [id],
  ),
});
const notes = async () => (await run('select id from notes order by id')).map((row) => (row as { id: number }).id);

test('rows that come at once are written in few commits, and each is there when it is answered', async () => {
  await Promise.all(
    Array.from({ length: 100 }, async (_, id) => {
      await group.commit([note(id)]);
      assert.ok((await notes()).includes(id));
    }),
  );
  assert.equal((await notes()).length, 100);
  assert.ok(commits <= 4, `${commits} commits`);
});

test('the effects of one request are written together: all of them or none', async () => {
  await group.commit([note(1), count(7), note(2)]);
  assert.deepEqual(await notes(), [1, 2]);
  await assert.rejects(group.commit([note(3), count(7), note(4, null)]));
  assert.deepEqual(await notes(), [1, 2]);
  assert.deepEqual(await run('select count from counts where id = 7'), [{ count: 1 }]);
});

test('one request that cannot be written does not take the others of its group with it', async () => {
  const outcomes = await Promise.allSettled([
    group.commit([note(1)]),
    group.commit([note(2, null)]),
    group.commit([note(3)]),
    group.commit([note(4), count(1)]),
    group.commit([note(3)]),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled', 'rejected'],
  );
  assert.deepEqual(await notes(), [1, 3, 4]);
});

test('a request is answered with the rows that its last statement returns', async () => {
  const counts = await Promise.all(
    Array.from({ length: 5 }, () => group.commit([note((Math.random() * 2 ** 30) | 0), count(1)])),
  );
  assert.deepEqual(
    counts.map(([row]) => (row as { count: number }).count).toSorted((one, other) => one - other),
    [1, 2, 3, 4, 5],
  );
  assert.deepEqual(await group.commit([note(1)]), []);
});

test('whoever waits for an effect hears of it whether it was written or not', async () => {
  const heard: string[] = [];
  await group.commit([note(1, 'words', () => heard.push('written'))]);
  await assert.rejects(group.commit([note(2, null, () => heard.push('not written'))]));
  assert.deepEqual(heard, ['written', 'not written']);
});

if (process.env['GATEHOUSE_TEST_ENGINE'] === 'postgresql') {
  test('on PostgreSQL one request is one statement, and rows for one table share one', async () => {
    await group.commit([note(1), count(1), note(2)]);
    assert.equal(statements.length, 1);
    statements.length = 0;
    await Promise.all(Array.from({ length: 20 }, (_, id) => group.commit([note(100 + id)])));
    assert.ok(statements.length <= 2, `${statements.length} statements`);
  });
}

test('in a crowd what comes until the beat is written in one commit, and not before', async () => {
  let beat = () => {};
  nextBeat = new Promise((resolve) => {
    beat = resolve;
  });
  const written = [1, 2, 3].map(async (id) => {
    for (let turn = 0; turn < id; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await group.commit([note(id)]);
  });
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(await notes(), []);
  nextBeat = null;
  beat();
  await Promise.all(written);
  assert.deepEqual(await notes(), [1, 2, 3]);
  assert.equal(commits, 1);
});
