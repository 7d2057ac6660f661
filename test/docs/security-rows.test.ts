// Every row of docs/security.md is in one of its two tables, by what its tests say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROW_IDS, reasonAgainst } from '../../scripts/docs/print-security.ts';
import { NOT_MET } from '../../scripts/docs/security-not-met.ts';
import { SECURITY_ROWS } from '../../scripts/docs/security-rows.ts';
import { readTestNames } from '../../scripts/docs/test-name.ts';
import { printDocument } from '../../scripts/faults/fault-report.ts';
import { testsNotAmong } from '../../scripts/test/ran-tests.ts';

const marks = readTestNames('.').flatMap(({ ids }) => ids);
const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id);

test('every row is in one of the two lists, once', () => {
  assert.deepEqual([...idsOf(SECURITY_ROWS), ...idsOf(NOT_MET)].toSorted(), ROW_IDS.toSorted());
});

test('every row of the first list has a test, and none of the second has one', () => {
  assert.deepEqual(
    idsOf(SECURITY_ROWS).filter((id) => !marks.includes(id)),
    [],
  );
  assert.deepEqual(
    idsOf(NOT_MET).filter((id) => marks.includes(id)),
    [],
    'take these out of security-not-met.ts',
  );
  assert.deepEqual(
    marks.filter((id) => !ROW_IDS.includes(id)),
    [],
  );
});

test('the reason of a row that is not met is one sentence', () => {
  for (const { reason } of NOT_MET) assert.match(reason, /^[A-Z][^.]*\.$/);
});

test('a missed bound of a full fault run takes the row out of the first table, and so does having no other test', () => {
  const documentOf = (value: number, ended = true) =>
    printDocument([
      {
        ...{ suite: 'overload', title: 'More good logins than can be hashed', seconds: 1, ended },
        figures: [{ name: 'p99', value, unit: 'ms', atMost: 10 }],
        ...{ measuredAt: '2026-01-15T12:00:00.000Z', machine: '', commit: '', sources: '' },
      },
    ]);
  const measuring = { file: 'test/faults/overload.test.ts' };
  const other = { file: 'test/oauth/overload.test.ts' };
  assert.equal(reasonAgainst([measuring], documentOf(10)), null);
  assert.match(reasonAgainst([measuring, other], documentOf(11)) ?? '', /missed a bound in: overload/);
  assert.match(reasonAgainst([measuring], documentOf(10, false)) ?? '', /missed/);
  assert.match(reasonAgainst([measuring], '') ?? '', /fault run only \(overload\)/);
  assert.equal(reasonAgainst([measuring, other], ''), null);
});

test('a test that did not run is told by file and name, and a table of cases ran with one of them', () => {
  const file = 'test/oauth/wrong-credentials.test.ts';
  const tests = readTestNames('.').filter((one) => one.file === file);
  const ran = tests.map(({ name }) => ({ file: `/root/${file}`, name: `${name.replaceAll('…', 'x')} [T-01]` }));
  assert.deepEqual(testsNotAmong(tests, ran, '/root'), []);
  const [missing] = testsNotAmong(tests, ran.slice(1), '/root');
  assert.equal(missing, `${file}: ${tests[0]?.name} [T-01]`);
  assert.equal(testsNotAmong(tests, ran, '/elsewhere').length, tests.length);
});

test('the name of a test in a suite is one with anything in front of it', () => {
  const [suite] = readTestNames('.').filter(({ file, ids }) => file.endsWith('-suite.ts') && ids.includes('T-13'));
  assert.match(
    'Samba: an empty password is refused, and the directory never hears of it [T-13]',
    suite?.pattern ?? /^$/,
  );
});
