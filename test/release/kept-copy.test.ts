// What an upgrade keeps of a SQLite file: the former state, row by row, and never anything else in its place.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { keptCopyOf, upgradeDatabase } from '../../src/backup/upgrade-database.ts';
import { openDatabase } from '../../src/storage/database.ts';
import { readSchemaState } from '../../src/storage/migrate.ts';
import { runInProcess } from '../support/command-line.ts';
import { PREVIOUS_DATABASE, placePreviousDatabase, readAllRows } from '../support/previous-release.ts';

let folder: string;
let path: string;
let url: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-upgrade-'));
  path = join(folder, 'gatehouse.db');
  url = `sqlite:${path}`;
  await placePreviousDatabase(url);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]) =>
  runInProcess(args, { GATEHOUSE_DATA_DIR: folder, GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64') });

async function missing(): Promise<number> {
  const database = await openDatabase(url);
  try {
    return (await readSchemaState(database)).missing.length;
  } finally {
    await database.close();
  }
}

test('whatever command comes first keeps the file as it was, for its owner only [F-22]', async () => {
  const { code, stdout } = await run('user', 'list', '--json');
  assert.equal(code, 0);
  assert.equal((JSON.parse(stdout) as object[]).length, 3);
  assert.equal(await missing(), 0);
  assert.deepEqual(readAllRows(keptCopyOf(path)), readAllRows(PREVIOUS_DATABASE));
  assert.equal(statSync(keptCopyOf(path)).mode & 0o777, 0o600);
});

test('a new database keeps nothing', async () => {
  const fresh = join(folder, 'fresh.db');
  const database = await openDatabase(`sqlite:${fresh}`);
  assert.equal((await upgradeDatabase(database, `sqlite:${fresh}`)).kept, null);
  await database.close();
  assert.ok(!existsSync(keptCopyOf(fresh)));
});

test('without room for it nothing is changed, unless somebody says that there is a backup [F-22]', async () => {
  // A folder in its place stands in for a full disk.
  mkdirSync(keptCopyOf(path));
  const before = await missing();
  const { code, stderr } = await run('user', 'list');
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^gatehouse: The database must be brought to this version, .* gatehouse migrate --without-copy\n$/,
  );
  assert.equal(await missing(), before);
  rmdirSync(keptCopyOf(path));
  assert.equal((await run('migrate', '--without-copy')).code, 0);
  assert.ok(!existsSync(keptCopyOf(path)));
  assert.equal(await missing(), 0);
});

test('it is never what another process has upgraded meanwhile [F-22]', async () => {
  const database = await openDatabase(url);
  await upgradeDatabase(database, url);
  // Another one looked before that: what it knows is out of date by the time that it copies.
  const former = await openDatabase(`sqlite:${keptCopyOf(path)}`, { readOnly: true });
  assert.equal((await upgradeDatabase({ ...database, sql: former.sql }, url)).kept, null);
  assert.deepEqual(readAllRows(keptCopyOf(path)), readAllRows(PREVIOUS_DATABASE));
  await former.close();
  await database.close();
});
