// The time that statements take is told to whoever asks for it, on either engine.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDatabase } from '../../src/storage/database.ts';
import { migrateToNewest } from '../../src/storage/migrate.ts';
import { createTestDatabase } from '../support/test-database.ts';

test('every statement tells its time, in a transaction and outside, also when it fails', async () => {
  const { url, remove } = await createTestDatabase(':memory:');
  const times: number[] = [];
  const database = await openDatabase(url, { poolSize: 2, onQuery: (milliseconds) => times.push(milliseconds) });
  await migrateToNewest(database);
  const read = () => database.sql.selectFrom('tenants').select('id').execute();

  times.length = 0;
  await read();
  assert.equal(times.length, 1);

  times.length = 0;
  await database.transaction((sql) => sql.selectFrom('tenants').select('id').execute());
  assert.ok(times.length >= 1);

  await database.sql.schema.alterTable('tenants').renameTo('tenants_away').execute();
  times.length = 0;
  await assert.rejects(read());
  assert.equal(times.length, 1);
  assert.ok(times.every((milliseconds) => milliseconds >= 0 && milliseconds < 60_000));
  await database.close();
  await remove();
});
