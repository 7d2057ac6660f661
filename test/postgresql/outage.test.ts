// PostgreSQL that is slow, gone, or at odds with itself, and what callers see of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql as raw } from 'kysely';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { migrateToNewest } from '../../src/storage/migrate.ts';
import { isStorageOutage } from '../../src/storage/storage-outage.ts';
import { createPostgresqlDatabase, type PostgresqlDatabase } from '../support/postgresql-database.ts';
import { needs } from '../support/required-program.ts';

const skip = needs('postgresql');
let opened: PostgresqlDatabase;
let database: Database;

before(async () => {
  if (skip !== false) return;
  opened = await createPostgresqlDatabase();
  database = await openDatabase(opened.url, { poolSize: 4 });
  await migrateToNewest(database);
});
after(async () => {
  if (skip !== false) return;
  await database.close();
  await opened.drop();
});

test('transactions that lock each other out are run again, and both take effect [F-05]', { skip }, async () => {
  const { sql } = database;
  const row = { region: 'us', flags: '{}', friendly_name: null, default_directory: null, default_audience: null };
  for (const id of ['one', 'two']) {
    await sql
      .insertInto('tenants')
      .values({ id, name: id, ...row, created_at: 0, updated_at: 0 })
      .execute();
  }
  let tries = 0;
  let locked = 0;
  const both = Promise.withResolvers<void>();
  const touch = (first: string, second: string) =>
    database.transaction(async (within) => {
      tries += 1;
      const add = (id: string) =>
        within
          .updateTable('tenants')
          .set((columns) => ({ updated_at: columns('updated_at', '+', 1) }))
          .where('id', '=', id)
          .execute();
      await add(first);
      locked += 1;
      if (locked === 2) both.resolve();
      await both.promise;
      await add(second);
    });
  await Promise.all([touch('one', 'two'), touch('two', 'one')]);
  assert.ok(tries > 2, 'one of them was run again');
  const rows = await sql.selectFrom('tenants').select('updated_at').execute();
  assert.deepEqual(
    rows.map((one) => one.updated_at),
    [2, 2],
  );
});

test('a statement that takes longer than its bound is an outage, not a mistake [F-05]', { skip }, async () => {
  const slow = database.transaction(async (within) => {
    await raw`set local statement_timeout = 50`.execute(within);
    await raw`select pg_sleep(60)`.execute(within);
  });
  await assert.rejects(slow, (error) => isStorageOutage(error));
});

test('a connection that is cut off is an outage, and the next query gets a new one [F-05]', { skip }, async () => {
  const cutOff = database.transaction(async (within) => {
    await raw`select pg_terminate_backend(pg_backend_pid())`.execute(within);
  });
  await assert.rejects(cutOff, (error) => isStorageOutage(error));
  await database.ping();
});

test('a server that is not there is an outage', { skip }, async () => {
  const nowhere = await openDatabase('postgres://postgres@127.0.0.1:1/none');
  await assert.rejects(nowhere.ping(), (error) => isStorageOutage(error));
  await nowhere.close();
});

test('a mistake in a query is no outage', { skip }, async () => {
  await assert.rejects(raw`select no_such_column`.execute(database.sql), (error) => !isStorageOutage(error));
});
