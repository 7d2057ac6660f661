// `npm run test:faults`: the suites of test/faults, one after another, and a table of what they measured. They take minutes and
// assert times, so `npm test` leaves them out. Names as arguments run just those suites.
// With --full the counts are ten times as large, which takes hours, and what was found so far goes to docs/fault-run.md. It may
// be done in parts: a suite that was good is not run again until the sources change (--again does it all the same).
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readTestNames } from './docs/test-name.ts';
import { isGood, printDocument, printTable, type SuiteResult } from './faults/fault-report.ts';
import { SUITES } from './faults/fault-suite.ts';
import { type Figure, FULL_VARIABLE, isMet, RESULT_VARIABLE } from './faults/figure.ts';
import type { TestCount } from './test/count-reporter.ts';
import { startPostgresql } from './test/postgresql.ts';
import { testsNotAmong } from './test/ran-tests.ts';
import { runToEnd } from './test/run-to-end.ts';

const root = dirname(import.meta.dirname);
const kept = join(root, 'dist/fault-run');

async function main(args: string[]): Promise<number> {
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
  const source = fingerprintOfSources();
  const postgresql = startPostgresql();
  try {
    const results: SuiteResult[] = [];
    for (const [index, suite] of chosen.entries()) {
      const found = full && !again ? readKept(suite, source) : null;
      const earlier = found !== null && isGood(found) ? found : null;
      say(`${index + 1} of ${chosen.length}, ${suite}: ${SUITES[suite]}${earlier ? ' (done before)' : ''}`);
      const result = earlier ?? (await runSuite(suite, full, postgresql.url));
      if (full) keep(result, source);
      results.push(result);
    }
    process.stdout.write(`${printTable(results)}\n\n`);
    if (full) {
      const parts = Object.keys(SUITES).map((suite) => readKept(suite, source) ?? suite);
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
  mkdirSync(kept, { recursive: true });
  const file = join(kept, `${suite}.figures`);
  rmSync(file, { force: true });
  const startedAt = performance.now();
  const measuredAt = new Date().toISOString();
  const path = join('test/faults', `${suite}.test.ts`);
  const countFile = join(kept, `${suite}.count`);
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
  const figures = lines.map(reviveFigure);
  return {
    suite,
    title: SUITES[suite] ?? suite,
    figures,
    // A suite that missed a bound fails; one that failed without is one that broke.
    ended: (code === 0 && absent.length === 0) || !figures.every(isMet),
    seconds: (performance.now() - startedAt) / 1000,
    measuredAt,
  };
}

/** Those that docs/security.md names in this file, and that did not pass. */
function testsNotRun(path: string, countFile: string): string[] {
  const listed = readTestNames(root).filter((test) => test.file === path);
  const { passed } = JSON.parse(readFileSync(countFile, 'utf8')) as TestCount;
  return testsNotAmong(listed, passed, root);
}

/** JSON has no NaN and writes null. */
function reviveFigure(line: string): Figure {
  const figure = JSON.parse(line) as Omit<Figure, 'value'> & { readonly value: number | null };
  return { ...figure, value: figure.value ?? Number.NaN };
}

interface Kept {
  readonly source: string;
  readonly result: SuiteResult;
}

function keep(result: SuiteResult, source: string): void {
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, `${result.suite}.json`), JSON.stringify({ source, result } satisfies Kept));
}

/** What a full run found for these sources; null when there is nothing. */
function readKept(suite: string, source: string): SuiteResult | null {
  const file = join(kept, `${suite}.json`);
  if (!existsSync(file)) return null;
  const { source: keptSource, result } = JSON.parse(readFileSync(file, 'utf8')) as Kept;
  return keptSource === source ? result : null;
}

function fingerprintOfSources(): string {
  const hash = createHash('sha256');
  for (const path of globSync('{src,scripts/faults,scripts/bench,test}/**/*.ts', { cwd: root }).toSorted()) {
    hash.update(path).update(readFileSync(join(root, path)));
  }
  return hash.digest('hex');
}

function say(text: string): void {
  process.stdout.write(`gatehouse: ${text}\n`);
}

process.exitCode = await main(process.argv.slice(2));
