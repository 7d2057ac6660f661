// `npm run test:faults`: the suites of test/faults, one after another, and a table of what they measured. They take minutes and
// assert times, so `npm test` leaves them out. Names as arguments run just those suites.
// With --full the counts are ten times as large, which takes hours, and what was found goes to docs/fault-run.md. It may be
// done in parts: a suite that was good is not run again until the sources change (--again does it all the same).
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTestNames } from './docs/test-name.ts';
import { describeMachine, isGood, printDocument, printTable, type SuiteResult } from './faults/fault-report.ts';
import { SUITES } from './faults/fault-suite.ts';
import { type Figure, FULL_VARIABLE, isMet, RESULT_VARIABLE } from './faults/figure.ts';
import { fingerprintOf, keep, readKept, reviveFigure } from './faults/kept-results.ts';
import type { TestCount } from './test/count-reporter.ts';
import { startPostgresql } from './test/postgresql.ts';
import { testsNotAmong } from './test/ran-tests.ts';
import { runToEnd } from './test/run-to-end.ts';

const root = dirname(import.meta.dirname);
const work = join(root, 'dist/fault-run');

const HELP = `npm run test:faults -- [SUITE ...] [--full] [--again]

Breaks things on purpose and measures what becomes of the logins.

Without names all suites run, one after another:
${Object.entries(SUITES)
  .map(([name, title]) => `  ${name.padEnd(16)} ${title}`)
  .join('\n')}

  --full   ten times the counts, for hours; writes docs/fault-run.md, part by part
  --again  also those that were good in full on these sources
  --help   this text
`;

async function main(args: string[]): Promise<number> {
  if (args.includes('--help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const full = args.includes('--full');
  const again = args.includes('--again');
  const named = args.filter((argument) => !argument.startsWith('--'));
  const unknown = [
    ...args.filter((argument) => argument.startsWith('--') && argument !== '--full' && argument !== '--again'),
    ...named.filter((name) => !Object.hasOwn(SUITES, name)),
  ];
  if (unknown.length > 0) {
    say(
      `No such suite or option: ${unknown.join(', ')}. There are: ${Object.keys(SUITES).join(', ')}, --full, --again.`,
    );
    return 1;
  }
  const chosen = Object.keys(SUITES).filter((suite) => named.length === 0 || named.includes(suite));
  const sources = fingerprintOf(root);
  const postgresql = startPostgresql();
  try {
    const results: SuiteResult[] = [];
    for (const [index, suite] of chosen.entries()) {
      const found = full && !again ? readKept(root).get(suite) : undefined;
      const earlier = found && found.sources === sources && isGood(found) ? found : null;
      say(`${index + 1} of ${chosen.length}, ${suite}: ${SUITES[suite]}${earlier ? ' (done before)' : ''}`);
      const result = earlier ?? (await runSuite(suite, full, postgresql.url));
      if (full && !earlier) keep(root, result);
      results.push(result);
    }
    process.stdout.write(`${printTable(results)}\n\n`);
    if (full) {
      const kept = readKept(root);
      const parts = Object.keys(SUITES).map((suite) => kept.get(suite) ?? suite);
      writeFileSync(join(root, 'docs/fault-run.md'), printDocument(parts));
      say('wrote docs/fault-run.md, which docs/security.md reads: npm run docs prints it');
    }
    const good = results.every(isGood);
    say(good ? 'every bound was kept' : 'a bound was missed: see NOT MET above');
    return good ? 0 : 1;
  } finally {
    postgresql.stop();
  }
}

async function runSuite(suite: string, full: boolean, postgresqlUrl: string): Promise<SuiteResult> {
  mkdirSync(work, { recursive: true });
  const file = join(work, `${suite}.figures`);
  rmSync(file, { force: true });
  const startedAt = performance.now();
  const measuredAt = new Date().toISOString();
  const path = join('test/faults', `${suite}.test.ts`);
  const countFile = join(work, `${suite}.count`);
  const reporters = { spec: 'stdout', [join(root, 'scripts/test/count-reporter.ts')]: countFile };
  const args = Object.entries(reporters).flatMap(([reporter, destination]) => [
    `--test-reporter=${reporter}`,
    `--test-reporter-destination=${destination}`,
  ]);
  const code = await runToEnd([...args, path], root, {
    [FULL_VARIABLE]: full ? '1' : '0',
    [RESULT_VARIABLE]: file,
    GATEHOUSE_TEST_POSTGRESQL: postgresqlUrl,
  });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  rmSync(file, { force: true });
  const absent = code === 0 ? testsNotRun(path, countFile) : [];
  rmSync(countFile, { force: true });
  if (absent.length > 0) say(`docs/security.md names tests that did not run:\n${absent.join('\n')}`);
  const figures = lines.map((line) => reviveFigure(JSON.parse(line) as Figure));
  return {
    suite,
    title: SUITES[suite] ?? suite,
    figures,
    // A suite that missed a bound fails; one that failed without is one that broke.
    ended: (code === 0 && absent.length === 0) || !figures.every(isMet),
    seconds: (performance.now() - startedAt) / 1000,
    measuredAt,
    machine: describeMachine(),
  };
}

/** Those that docs/security.md names in this file, and that did not pass. */
function testsNotRun(path: string, countFile: string): string[] {
  const listed = readTestNames(root).filter((test) => test.file === path);
  const { passed } = JSON.parse(readFileSync(countFile, 'utf8')) as TestCount;
  return testsNotAmong(listed, passed, root);
}

function say(text: string): void {
  process.stdout.write(`gatehouse: ${text}\n`);
}

process.exitCode = await main(process.argv.slice(2));
