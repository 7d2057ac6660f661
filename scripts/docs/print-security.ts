// Prints docs/security.md, what is defended and what is not, and docs/security-tests.md, the tests that keep each row. Both
// are read from the names of the tests; what a full fault run found is read from docs/fault-run.md.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readVerdict } from '../faults/fault-report.ts';
import { SUITES } from '../faults/fault-suite.ts';
import { NOT_MET } from './security-not-met.ts';
import { SECURITY_ROWS } from './security-rows.ts';
import type { SecurityRow } from './security-threats.ts';
import { isOfFaultRun, readTestNames, type TestName } from './test-name.ts';

interface KeptRow extends SecurityRow {
  readonly tests: readonly TestName[];
  /** Why the row is not met; null when it is. */
  readonly reason: string | null;
}

/** Every id there must be a row for, in order. */
export const ROW_IDS: readonly string[] = (
  [
    ['T', 50],
    ['F', 25],
    ['L', 12],
  ] as const
).flatMap(([kind, count]) =>
  Array.from({ length: count }, (_, index) => `${kind}-${String(index + 1).padStart(2, '0')}`),
);

/** The two documents by path. */
export function printSecurity(root: string): [path: string, text: string][] {
  const rows = readRows(root);
  return [
    ['docs/security.md', printTables(rows)],
    ['docs/security-tests.md', printTests(rows)],
  ];
}

function readRows(root: string): KeptRow[] {
  const tests = readTestNames(root);
  const faultRun = join(root, 'docs/fault-run.md');
  const document = existsSync(faultRun) ? readFileSync(faultRun, 'utf8') : '';
  return SECURITY_ROWS.map((row) => {
    const kept = tests.filter(({ ids }) => ids.includes(row.id));
    return { ...row, tests: kept, reason: reasonAgainst(kept, document) };
  });
}

/** What the last full fault run says against a row with these tests; null when it says nothing against it. */
export function reasonAgainst(tests: readonly Pick<TestName, 'file'>[], faultRun: string): string | null {
  const measured = [...new Set(tests.filter(isOfFaultRun).map(({ file }) => basename(file, '.test.ts')))];
  const verdicts = measured.map((suite) => ({ suite, verdict: readVerdict(faultRun, SUITES[suite] ?? suite) }));
  const missed = verdicts.filter(({ verdict }) => verdict === 'missed').map(({ suite }) => suite);
  if (missed.length > 0) return `The last full fault run missed a bound in: ${missed.join(', ')}.`;
  const measuredOnly = tests.every(isOfFaultRun);
  if (measuredOnly && !verdicts.some(({ verdict }) => verdict === 'kept')) {
    return `Its tests are part of the fault run only (${measured.join(', ')}), of which there is no full result yet.`;
  }
  return null;
}

function printTables(rows: readonly KeptRow[]): string {
  const met = rows.filter(({ reason }) => reason === null);
  const missing = [...NOT_MET, ...rows.map(({ id, danger, reason }) => ({ id, danger, reason: reason ?? '' }))]
    .filter(({ reason }) => reason !== '')
    .toSorted((one, other) => ROW_IDS.indexOf(one.id) - ROW_IDS.indexOf(other.id));
  return [
    '# What is defended, and what is not',
    '',
    'Printed by `npm run docs`. T are threats, F faults, L log rules. Each of them is in one of two tables: *met*, with the tests',
    'that keep it, or *not met*, with the reason.',
    '',
    'What “met” means:',
    '',
    '- At least one test carries the id of the row in its name, and all that do are listed in',
    '  [security-tests.md](security-tests.md).',
    '- `npm test` fails when a test of the list did not run, and with `CI=true` when it was skipped.',
    '- Tests in `test/faults` measure times or take long: they are no part of `npm test`, but of `npm run test:faults`, which',
    '  fails when one of them did not run. They count by `docs/fault-run.md`, what the last full fault run found. A row whose',
    '  suite missed a bound there is not met, whatever its other tests say; neither is one that has no other tests, while',
    '  there is no such result.',
    '- A row speaks of the doors that there are. There is no second factor and no browser flow, so nothing is said of them.',
    '- [mutations.md](mutations.md) lists lines of code that are defences, each with a test that turns red when the line is',
    '  changed. `npm run test:mutations` changes each of them.',
    '',
    `## Met (${met.length})`,
    '',
    '| | danger | defence | tests |',
    '| --- | --- | --- | ---: |',
    ...met.map(
      ({ id, danger, defence, tests }) =>
        `| ${id} | ${danger} | ${defence} | [${tests.length}](security-tests.md#${id.toLowerCase()}) |`,
    ),
    '',
    `## Not met (${missing.length})`,
    '',
    '| | danger | reason |',
    '| --- | --- | --- |',
    ...missing.map(({ id, danger, reason }) => `| ${id} | ${danger} | ${reason} |`),
    '',
  ].join('\n');
}

function printTests(rows: readonly KeptRow[]): string {
  const lists = rows.flatMap(({ id, danger, tests }) => [
    `### ${id}`,
    '',
    `${danger}:`,
    '',
    ...[...Map.groupBy(tests, ({ file }) => file)].flatMap(([file, those]) => [
      `- [${file}](../${file})${isOfFaultRun({ file }) ? ', in the fault run' : ''}`,
      ...those.map(({ name }) => `  - ${name}`),
    ]),
    '',
  ]);
  return [
    '# The tests of what is defended',
    '',
    'Printed by `npm run docs` from the names of the tests, row by row of [security.md](security.md). `…` stands for what a table',
    'of cases fills in.',
    '',
    ...lists,
  ].join('\n');
}
