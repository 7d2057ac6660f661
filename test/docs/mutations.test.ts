// Mutations do not rot: each text is still there exactly once, and so is the test that has to notice. Whether it does is for
// `npm run test:mutations` to say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ROW_IDS } from '../../scripts/docs/print-security.ts';
import { SECURITY_ROWS } from '../../scripts/docs/security-rows.ts';
import { holdsTest, type Mutation, mutate, namePattern } from '../../scripts/mutations/mutation.ts';
import { MUTATIONS } from '../../scripts/mutations/mutation-list.ts';

const read = (path: string) => readFileSync(path, 'utf8');

test('every mutation finds its text exactly once, and changes it', () => {
  for (const mutation of MUTATIONS) assert.notEqual(mutate(read(mutation.file), mutation), read(mutation.file));
});

test('every mutation names a test that exists, in a file that ends in .test.ts', () => {
  for (const mutation of MUTATIONS) {
    assert.match(mutation.test, /\.test\.ts$/);
    assert.ok(holdsTest(read(mutation.test), mutation), `${mutation.test}: ${mutation.name}`);
  }
});

test('every T row that is met has a mutation, and no mutation has a row that is unknown', () => {
  const rows = MUTATIONS.map(({ row }) => row);
  const met = SECURITY_ROWS.map(({ id }) => id).filter((id) => id.startsWith('T-'));
  assert.deepEqual(
    met.filter((id) => !rows.includes(id)),
    [],
  );
  assert.deepEqual(
    rows.filter((row) => !ROW_IDS.includes(row)),
    [],
  );
});

test('a text that is gone, or there twice, is told, and a replacement is taken as it is', () => {
  const mutation: Mutation = { row: 'T-01', file: 'a.ts', find: 'x', replace: '$&$1', test: '', name: '' };
  assert.equal(mutate('axb', mutation), 'a$&$1b');
  assert.throws(() => mutate('ab', mutation), /^Error: a\.ts holds no "x"/);
  assert.throws(() => mutate('axbx', mutation), /^Error: a\.ts holds 2 "x"/);
});

test('what a table of cases fills in may be anything', () => {
  const name = { name: 'a … (of [T-01])' };
  assert.match('so a long name (of [T-01])', namePattern(name));
  assert.doesNotMatch('so a long name of T', namePattern(name));
  // oxlint-disable-next-line no-template-curly-in-string -- this is how a test file has it.
  assert.ok(holdsTest('test(`so a ${kind(1)} (of [T-01])`, () => {})', name));
});
