// What a transaction promises on either engine.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bumpConfigurationVersion, readConfigurationVersion } from '../../src/storage/configuration-version.ts';
import { migrateToNewest } from '../../src/storage/migrate.ts';
import { openTestDatabase } from '../support/test-database.ts';

let opened: Awaited<ReturnType<typeof openTestDatabase>>;
before(async () => {
  opened = await openTestDatabase();
  await migrateToNewest(opened.database);
});
after(() => opened.close());

test('a transaction that throws leaves nothing behind', async () => {
  const { database } = opened;
  const earlier = await readConfigurationVersion(database.sql);
  const failing = database.transaction(async (sql) => {
    await bumpConfigurationVersion(sql);
    throw new Error('undo me');
  });
  await assert.rejects(failing, /undo me/);
  assert.equal(await readConfigurationVersion(database.sql), earlier);
});

test('a query of another request never becomes part of an open transaction', async () => {
  const { database } = opened;
  const earlier = await readConfigurationVersion(database.sql);
  const failing = database.transaction(async (sql) => {
    await bumpConfigurationVersion(sql);
    await readConfigurationVersion(sql);
    throw new Error('undo me');
  });
  await Promise.all([assert.rejects(failing), bumpConfigurationVersion(database.sql)]);
  assert.equal(await readConfigurationVersion(database.sql), earlier + 1);
});

test('transactions that run at once lose no change', async () => {
  const { database } = opened;
  const earlier = await readConfigurationVersion(database.sql);
  await Promise.all(Array.from({ length: 20 }, () => database.transaction(bumpConfigurationVersion)));
  assert.equal(await readConfigurationVersion(database.sql), earlier + 20);
});
