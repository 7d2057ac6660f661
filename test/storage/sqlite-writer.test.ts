// The thread that writes a SQLite file: it brings groups to the disk, and stays away once it was ended.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import BetterSqlite from 'better-sqlite3';
import { createSqliteWriter } from '../../src/storage/sqlite-writer.ts';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-writer-'));
const path = join(folder, 'notes.db');
after(() => rmSync(folder, { recursive: true, force: true }));

test('groups are written, and what comes after the end is refused as an outage instead of beginning anew', async () => {
  const file = new BetterSqlite(path);
  file.exec('create table notes (id integer primary key)');
  const writer = createSqliteWriter(path);
  const note = (id: number) => [{ text: 'insert into notes (id) values (?) returning id', values: [id] }];
  assert.deepEqual(await writer.write([note(1), note(2)]), [[{ id: 1 }], [{ id: 2 }]]);
  await writer.close();
  await assert.rejects(writer.write([note(3)]), { code: 'SQLITE_IOERR_WRITER' });
  assert.deepEqual(file.prepare('select id from notes').pluck().all(), [1, 2]);
  file.close();
});
