// The processes that run long reads of a SQLite file: killed at the deadline, replaced, and gone with the database.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { isStorageOutage } from '../../src/storage/storage-outage.ts';

/** For reads that end at once it is long, also where others keep the processors busy. */
const DEADLINE_MS = 3000;
let folder: string;
let database: Database;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-reader-'));
  database = await openDatabase(`sqlite:${join(folder, 'gatehouse.db')}`, { readDeadlineMs: DEADLINE_MS });
  await sql`create table notes (id integer primary key, text text)`.execute(database.sql);
});
after(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const compile = (query: ReturnType<typeof sql<unknown>>) => query.compile(database.sql);
const ENDLESS = sql`with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n`;

function read(...queries: ReturnType<typeof sql<unknown>>[]) {
  return database.readBounded('owner', queries.map(compile));
}

/** The processes that this one started. */
function children(): number[] {
  const { pid } = process;
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

test('what was committed a moment ago is read, with values of every kind', async () => {
  await sql`insert into notes (id, text) values (1, 'Ä'), (2, null)`.execute(database.sql);
  const answer = await read(
    sql`select id, text from notes order by id`,
    sql`select lower(text) as text from notes where id = ${1}`,
  );
  assert.deepEqual(answer, {
    kind: 'read',
    rows: [
      [
        { id: 1, text: 'Ä' },
        { id: 2, text: null },
      ],
      [{ text: 'ä' }],
    ],
  });
});

test('a read that never ends is given up, its process is no more, and the next one has another [T-50]', async () => {
  const earlier = children();
  assert.deepEqual(await read(ENDLESS), { kind: 'too-slow' });
  assert.equal((await read(sql`select 1`)).kind, 'read');
  // What was killed is gone when it had its turn to go.
  while (children().length > 1) await sleep(10);
  assert.equal(children().length, 1);
  assert.notDeepEqual(children(), earlier);
});

test('nothing can be changed, and a mistake in a query is told as one [T-50]', async () => {
  await assert.rejects(read(sql`delete from notes returning id`), { code: 'SQLITE_READONLY' });
  await assert.rejects(read(sql`select nothing from notes`), (error) => !isStorageOutage(error));
  assert.equal((await read(sql`select 1`)).kind, 'read');
});

test('a process that ends by itself is an outage for what it was reading, and is replaced', async () => {
  const reading = read(ENDLESS);
  await new Promise((resolve) => setImmediate(resolve));
  for (const pid of children()) process.kill(pid, 'SIGKILL');
  await assert.rejects(reading, isStorageOutage);
  assert.equal((await read(sql`select 1`)).kind, 'read');
});

test('a signal to all processes of the server ends no read', async () => {
  const reading = read(sql`select 1 as one`);
  for (const pid of children()) process.kill(pid, 'SIGTERM');
  assert.deepEqual(await reading, { kind: 'read', rows: [[{ one: 1 }]] });
});

test('the process knows nothing of the environment, where the master key may be', () => {
  for (const pid of children()) {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    // The channel is how the two speak to each other.
    assert.deepEqual(
      variables.filter((variable) => !variable.startsWith('NODE_CHANNEL_')),
      [],
    );
  }
});

test('reads of one owner do not keep another one waiting behind all of them', async () => {
  const order: string[] = [];
  const note = (owner: string) =>
    database.readBounded(owner, [compile(sql`select 1`)]).finally(() => order.push(owner));
  await Promise.all([...Array.from({ length: 20 }, () => note('many')), note('one')]);
  assert.ok(order.indexOf('one') < 10, order.join(' '));
});

test('closing the database ends the processes and what they were reading', async () => {
  const other = await openDatabase(`sqlite:${join(folder, 'other.db')}`, { readDeadlineMs: DEADLINE_MS });
  const had = children();
  const reading = assert.rejects(other.readBounded('owner', [compile(ENDLESS)]), isStorageOutage);
  await new Promise((resolve) => setImmediate(resolve));
  await other.close();
  await reading;
  assert.deepEqual(children(), had);
  await assert.rejects(other.readBounded('owner', [compile(ENDLESS)]), isStorageOutage);
});
