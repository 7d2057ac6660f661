// Bringing a database up to date: cut short anywhere it leaves nothing half-done, and it can be run at the same time twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Database, openDatabase } from '../../src/storage/database.ts';
import { migrateToNewest } from '../../src/storage/migrate.ts';
import { openTestDatabase } from '../support/test-database.ts';

test('a migration that is cut short at any statement is completed by the next start [F-22]', async () => {
  const whole = await openTestDatabase();
  await migrateToNewest(whole.database);
  const expected = await describeSchema(whole.database);
  await whole.close();

  for (let last = 1, finished = false; !finished; last += 5) {
    let statements = 0;
    const { database, close } = await openTestDatabase((text) => {
      if (!/^(create|insert)/i.test(text)) return;
      statements += 1;
      if (statements === last) throw new Error('cut short');
    });
    finished = await migrateToNewest(database).then(
      () => true,
      () => false,
    );
    await migrateToNewest(database);
    assert.deepEqual(await describeSchema(database), expected, `cut short at statement ${last}`);
    await close();
  }
});

test('two processes that start at once on one database both find it complete [F-22]', async () => {
  const { database, url, close } = await openTestDatabase();
  const other = url === 'sqlite::memory:' ? null : await openDatabase(url, { poolSize: 2 });
  await Promise.all([migrateToNewest(database), other ? migrateToNewest(other) : migrateToNewest(database)]);
  const { length } = await database.sql.selectFrom('configuration_version').selectAll().execute();
  assert.equal(length, 1);
  await other?.close();
  await close();
});

/** Tables with their columns. */
async function describeSchema(database: Database): Promise<string[]> {
  const tables = await database.sql.introspection.getTables();
  return tables
    .map(({ name, columns }) => `${name}(${columns.map((one) => `${one.name} ${one.dataType}`).join(', ')})`)
    .toSorted();
}
