// The order in which an import deals with the records of a file.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RecordOrder, readRecords } from '../../src/user-import/record-reader.ts';
import { fileOf } from '../support/imported-users.ts';

async function positions(records: readonly object[], order: RecordOrder | null): Promise<number[]> {
  const found: number[] = [];
  for await (const some of readRecords(fileOf(records), order)) found.push(...some.map(({ position }) => position));
  return found;
}

const PEOPLE = [
  { email: 'Dora@example.com' },
  { user_metadata: { theme: 'dark' }, email: 'ada@example.com' },
  { username: 'carl' },
  { email: 'bob@example.com' },
  { phone_number: '+1' },
];

test('records come as they stand in the file when no order is asked for', async () => {
  assert.deepEqual(await positions(PEOPLE, null), [0, 1, 2, 3, 4]);
});

test('within a piece records come by address, or by user name, whatever their case', async () => {
  assert.deepEqual(await positions(PEOPLE, { pieceBytes: 10_000 }), [4, 1, 3, 2, 0]);
});

test('records of the same address stay in the order of the file', async () => {
  const same = [{ email: 'Ada@example.com' }, { email: 'ada@example.com' }, { email: 'ADA@example.com' }];
  assert.deepEqual(await positions(same, { pieceBytes: 10_000 }), [0, 1, 2]);
});

test('no record leaves its piece, and none is lost between two', async () => {
  const many = Array.from({ length: 500 }, (_, at) => ({ email: `${(at * 7919) % 500}@example.com` }));
  const found = await positions(many, { pieceBytes: 4000 });
  assert.deepEqual(
    found.toSorted((one, other) => one - other),
    many.map((_, at) => at),
  );
  assert.ok(Math.max(...found.slice(0, 50)) < 250, 'the first piece holds the beginning of the file');
});
