// Where records begin and end in a file that comes in parts of any size.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { createRecordSplitter, ImportFileError } from '../../src/user-import/record-splitter.ts';

/** The records of the text when it comes in parts of so many bytes. */
function split(text: string | Buffer, partBytes = 7): unknown[] {
  const bytes = Buffer.from(text as string);
  const splitter = createRecordSplitter();
  const records: unknown[] = [];
  for (let at = 0; at < bytes.length; at += partBytes) {
    for (const record of splitter.push(bytes.subarray(at, at + partBytes))) records.push(JSON.parse(record.toString()));
  }
  splitter.end();
  return records;
}

const anyRecords = fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), { maxLength: 8 });
const blanks = fc.constantFrom('', ' ', '\n', '\r\n\t ');

test('an array of any records is split into just these, whatever the parts and blanks', () => {
  fc.assert(
    fc.property(anyRecords, blanks, fc.integer({ min: 1, max: 40 }), (records, blank, partBytes) => {
      const plain = JSON.parse(JSON.stringify(records)) as unknown[];
      const text = `${blank}[${blank}${records.map((one) => JSON.stringify(one)).join(`${blank},${blank}`)}${blank}]${blank}`;
      assert.deepEqual(split(text, partBytes), plain);
    }),
  );
});

test('JSON lines of any records are split into just these, whatever the parts', () => {
  fc.assert(
    fc.property(anyRecords, fc.integer({ min: 1, max: 40 }), (records, partBytes) => {
      fc.pre(records.length > 0);
      const plain = JSON.parse(JSON.stringify(records)) as unknown[];
      assert.deepEqual(split(records.map((one) => `${JSON.stringify(one)}\n`).join(''), partBytes), plain);
    }),
  );
});

test('a byte order mark at the beginning is no part of the file', () => {
  assert.deepEqual(split('\u{feff}[{"a":1}]', 100), [{ a: 1 }]);
});

test('an empty list has no records', () => {
  assert.deepEqual(split('[ ]'), []);
});

const BROKEN: ReadonlyArray<readonly [name: string, text: string, words: RegExp]> = [
  ['nothing at all', '  \n ', /empty/],
  ['a list that does not end', '[{"a":1}', /ends before its list does/],
  ['a list that ends after a comma', '[{"a":1},', /ends before its list does/],
  ['a record that does not end', '[{"a":"]}', /middle of a record/],
  ['a comma too many', '[{"a":1},,{"a":2}]', /byte 10 is not expected/],
  ['a comma at the end of the list', '[{"a":1},]', /byte 10 is not expected/],
  ['records without a comma', '[{"a":1}{"a":2}]', /byte 9 is not expected/],
  ['something behind the list', '[{"a":1}] [', /byte 11 is not expected/],
  ['a list of lists', '[[{"a":1}]]', /byte 2 is not expected/],
  ['a list of numbers', '[1]', /byte 2 is not expected/],
  ['a text', '"users"', /byte 1 is not expected/],
  ['another format', 'email,name\nada@example.com,Ada', /byte 1 is not expected/],
];

for (const [name, text, words] of BROKEN) {
  test(`${name} is no file of users, and the words do not repeat it`, () => {
    for (const partBytes of [1, 3, 1000]) {
      assert.throws(
        () => split(text, partBytes),
        (error) => error instanceof ImportFileError && words.test(error.message) && !error.message.includes('"a"'),
      );
    }
  });
}

test('a record of more than a mebibyte is refused before it is all there', () => {
  const splitter = createRecordSplitter();
  splitter.push(Buffer.from('[{"a":"'));
  assert.throws(() => {
    for (let part = 0; part < 40; part += 1) splitter.push(Buffer.alloc(64 * 1024, 'x'));
  }, /longer than 1048576 bytes/);
});
