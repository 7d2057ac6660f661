// Statements that connections to PostgreSQL keep under a name: planned once, and given up where something in between loses them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql as raw } from 'kysely';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { directStatementsOf } from '../../src/storage/direct-statement.ts';
import { param, prepare } from '../../src/storage/prepared.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';
import { needs } from '../support/required-program.ts';

const skip = needs('postgresql');
const TENANT = { region: 'us', flags: '{}', friendly_name: null, default_directory: null, default_audience: null };
let opened: PostgresqlDatabase;
before(async () => {
  if (skip === false) opened = await createPostgresqlDatabase('tables');
});
after(async () => {
  if (skip === false) await opened.drop();
});

/** A pool of one connection, so that it is the same one every time. */
async function openPool(): Promise<{
  readonly database: Database;
  readonly nameOf: (id: string) => Promise<string>;
  readonly countKept: () => Promise<number>;
}> {
  const database = await openDatabase(opened.url, { poolSize: 1 });
  const byId = prepare<{ id: string }, { name: string }>(database.sql, (sql) =>
    sql.selectFrom('tenants').selectAll().where('id', '=', param<string>('id')),
  );
  return {
    database,
    nameOf: async (id) => (await byId.first({ id }))?.name ?? '',
    async countKept() {
      const { rows } = await raw<{ kept: number }>`select count(*) as kept from pg_prepared_statements`.execute(
        database.sql,
      );
      return rows[0]?.kept ?? 0;
    },
  };
}

async function addTenant({ sql }: Database, id: string): Promise<void> {
  await sql
    .insertInto('tenants')
    .values({ id, name: `${id} by name`, ...TENANT, created_at: 0, updated_at: 0 })
    .execute();
}

test('a statement of the token path is kept by its connection, and is answered by its values each time', {
  skip,
}, async () => {
  const { database, nameOf, countKept } = await openPool();
  await addTenant(database, 'first');
  await addTenant(database, 'second');
  for (let time = 0; time < 10; time += 1) {
    assert.equal(await nameOf('first'), 'first by name');
    assert.equal(await nameOf('second'), 'second by name');
  }
  assert.equal(await countKept(), 1);
  await database.close();
});

test('where the server has lost what it kept, or the table is another one, the statement is answered all the same', {
  skip,
}, async () => {
  for (const change of ['deallocate all', 'alter table tenants add column more text']) {
    const { database, nameOf, countKept } = await openPool();
    assert.equal(await nameOf('first'), 'first by name');
    await raw.raw(change).execute(database.sql);
    assert.equal(await nameOf('second'), 'second by name', change);
    // Whoever lost one will lose others: from now on each is sent whole.
    const kept = await countKept();
    await directStatementsOf(database.sql)?.read('select 1 as one', []);
    assert.equal(await countKept(), kept);
    await database.close();
  }
});

test('a statement that the database refuses is refused, and is not run a second time', { skip }, async () => {
  const { database } = await openPool();
  const write = directStatementsOf(database.sql)?.write;
  const insertion = "insert into tenants select 'third', 'third', 'us', '{}', null, null, null, $1, $2";
  await assert.rejects(async () => write?.(insertion, ['no number', 0]), { code: '22P02' });
  await assert.rejects(async () => write?.('insert into tenants (id) values ($1)', ['first']), { code: '23502' });
  await database.close();
});

test('texts that are too long to keep are run as they are', { skip }, async () => {
  const { database, countKept } = await openPool();
  const rows = await directStatementsOf(database.sql)?.read(`select $1::text as answer --${' '.repeat(10_000)}`, [
    'yes',
  ]);
  assert.deepEqual(rows, [{ answer: 'yes' }]);
  assert.equal(await countKept(), 0);
  await database.close();
});
