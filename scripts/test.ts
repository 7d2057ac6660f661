// `npm test`: sees that the real programs the tests drive are there, runs the checks, then every test file.
// Arguments are test files (or options of `node --test`): then just those run, without the checks.
// `npm run test:unit` (--unit) leaves out the suites that start processes and browsers.
// --record-calls runs the suites of other people's clients, and records for docs/compatibility.md what they proved.

import { generateKeyPairSync } from 'node:crypto';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createTemplate } from '../test/support/postgresql-database.ts';
import { PROVED_CALLS_VARIABLE } from '../test/support/proved-call.ts';
import { isOfFaultRun, readTestNames } from './docs/test-name.ts';
import type { RanTest, TestCount } from './test/count-reporter.ts';
import { startPostgresql } from './test/postgresql.ts';
import { complaintsOfCalls, PROVING_TESTS, recordProvedCalls } from './test/proved-calls.ts';
import { testsNotAmong } from './test/ran-tests.ts';
import { POSTGRESQL, provideRealPrograms } from './test/real-programs.ts';
import { runToEnd } from './test/run-to-end.ts';

const root = dirname(import.meta.dirname);
const inCi = process.env['CI'] === 'true';
const allFiles = ['test/**/*.test.ts', 'src/**/*.test.ts'];
// They assert times, and have a runner of their own: scripts/faults.ts.
const measuring = ['test/faults/**'];
const startingProcesses = [
  'clients/**',
  'dashboard/**',
  'process/**',
  'release/{package,systemd}*',
  'postgresql/**',
  'quick-start/running-*',
  'hosted-page/browser*',
].map((files) => `test/${files}`);
const PRELOADED = ['sealed-prototypes.ts', 'file-deadline.ts', 'ready-key-pairs.ts'];
// Suites that say nothing of a database run on both engines.
const behaviour = [
  'oauth',
  'connection',
  'grant',
  'http',
  'user',
  'user-move',
  'log',
  'log-stream',
  'token',
  'key',
  'role',
  'mail',
  'ticket',
  'cli',
  'backup',
  'storage',
  'directory',
  'attack-protection',
  'password',
  'sign-up',
  'metrics',
]
  .map((folder) => `test/${folder}/**/*.test.ts`)
  // Of these folders what asks the database for more than a row by its key.
  .concat(
    'test/user-import/{import-users,jobs,refused-records}.test.ts',
    'test/hosted-page/page.test.ts',
    'test/management/{mail-provider,mail-template,verification-email}.test.ts',
    'test/management/{action,action-binding,audit,client,client-grant,concurrency,connection,identity,jobs,log,resource-server}.test.ts',
    'test/management/{role,role-assignment,rule,setup,user,user-block}.test.ts',
    'test/management/{client,connection,user}-refusals.test.ts',
    'test/action/{actions,userinfo-claims}.test.ts',
    'test/release/upgrade.test.ts',
  );

const OWN_OPTIONS: ReadonlySet<string> = new Set(['--unit', '--record-calls']);

/** What passed or was skipped so far, in both halves. */
const seen: RanTest[] = [];
let skippedSome = false;
/** Which calls of other people's clients were answered. */
const provedCalls = join(tmpdir(), `gatehouse-proved-calls-${process.pid}`);

async function main(args: string[]): Promise<number> {
  const unit = args.includes('--unit');
  const isRecording = args.includes('--record-calls');
  const options = args.filter((argument) => argument.startsWith('--') && !OWN_OPTIONS.has(argument));
  const named = isRecording ? PROVING_TESTS : args.filter((argument) => !argument.startsWith('--'));

  const missing = unit ? [] : provideRealPrograms();
  if (missing.length > 0 && inCi) {
    say(`No test was run: with CI=true these must be there, and could not be installed: ${missing.join(', ')}.`);
    return 1;
  }
  if (!unit && named.length === 0) {
    say('the checks');
    const failed = await runToEnd([join(root, 'scripts/check.ts')], root);
    if (failed !== 0) {
      say('No test was run: first see to the checks above (npm run check runs them alone).');
      return failed;
    }
  }

  const exclude = [...(named.length > 0 ? [] : measuring), ...(unit ? startingProcesses : [])];
  const files = globSync(named.length > 0 ? named : allFiles, { cwd: root, exclude }).toSorted(byName);
  if (files.length === 0) {
    say(`No test was run: no test file matches ${(named.length > 0 ? named : allFiles).join(' ')}.`);
    return 1;
  }
  const whole = !unit && named.length === 0 && options.length === 0;
  const settle = (code: number): number => {
    if (code === 0 && isRecording) recordProvedCalls(root, provedCalls);
    return code === 0 && whole ? checkProof() : code;
  };
  if (unit || missing.includes(POSTGRESQL)) return settle(await runTests(files, options, missing, {}));
  const postgresql = startPostgresql();
  try {
    const server = { GATEHOUSE_TEST_POSTGRESQL: postgresql.url };
    await createTemplate(postgresql.url);
    if (named.length === 0) {
      const onBoth = globSync(behaviour, { cwd: root }).toSorted(byName);
      say(`${onBoth.length} test files on PostgreSQL`);
      const code = await runTests(onBoth, options, missing, { ...server, GATEHOUSE_TEST_ENGINE: 'postgresql' });
      if (code !== 0) return code;
    }
    say(files.length === 1 ? '1 test file' : `${files.length} test files, on SQLite`);
    return settle(await runTests(files, options, missing, server));
  } finally {
    postgresql.stop();
  }
}

/**
 * 1 when docs/security.md names a test that is in neither half of this run, or docs/compatibility.md a call that was not made.
 * What was skipped is told above by name, and is a failure of its own where nothing may be.
 */
function checkProof(): number {
  const expected = readTestNames(root).filter((test) => !isOfFaultRun(test));
  const absent = testsNotAmong(expected, seen, root);
  if (absent.length > 0) say(`docs/security.md names tests that did not run:\n${absent.join('\n')}`);
  const unproved = skippedSome ? [] : complaintsOfCalls(root, provedCalls);
  if (unproved.length > 0) say(`docs/compatibility.md says what was not proved:\n${unproved.join('\n')}`);
  return absent.length + unproved.length === 0 ? 0 : 1;
}

/** By the name without its folder: files of one folder often need the same server, of which a machine may have only one. */
function byName(one: string, other: string): number {
  return basename(one).localeCompare(basename(other)) || one.localeCompare(other);
}

/** The exit code of `node --test`; 1 also when nothing was tested, or, with CI=true, when something was skipped. */
async function runTests(
  files: string[],
  options: string[],
  missing: string[],
  environment: Record<string, string>,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  const countFile = join(folder, 'count.json');
  try {
    const args = [
      ...PRELOADED.flatMap((file) => ['--import', `./test/support/${file}`]),
      // Far longer than any test takes: one that hangs fails by name instead of stopping the whole run.
      ...['--test', '--test-concurrency=2', '--test-timeout=300000'],
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...[
        `--test-reporter=${join(root, 'scripts/test/count-reporter.ts')}`,
        `--test-reporter-destination=${countFile}`,
      ],
      ...options,
      ...files,
    ];
    const code = await runToEnd(args, root, {
      GATEHOUSE_TEST_MISSING: missing.join(','),
      GATEHOUSE_TEST_KEY_PAIRS: writeKeyPairs(folder),
      [PROVED_CALLS_VARIABLE]: provedCalls,
      // Every file is a process, and all of them load the same modules.
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      ...environment,
    });
    if (code !== 0) return code;
    const { executed, passed, skipped } = JSON.parse(readFileSync(countFile, 'utf8')) as TestCount;
    seen.push(...passed, ...skipped);
    skippedSome ||= skipped.length > 0;
    // From here on something follows node:test's closing lines, but only where they would look like a success.
    if (executed === 0) say('No test was run: the files hold none, or none that the options leave.');
    const refused = inCi && skipped.length > 0;
    if (refused) say(`With CI=true nothing may be skipped: ${skipped.map(({ name }) => name).join('; ')}`);
    return executed === 0 || refused ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** For test/support/ready-key-pairs.ts, which says what they are for; returns the name of their file. */
function writeKeyPairs(folder: string): string {
  const file = join(folder, 'key-pairs.json');
  const pems = Array.from({ length: 24 }, () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
  );
  writeFileSync(file, JSON.stringify(pems));
  return file;
}

function say(text: string): void {
  process.stdout.write(`gatehouse: ${text}\n`);
}

process.once('exit', () => rmSync(provedCalls, { force: true }));
process.exitCode = await main(process.argv.slice(2));
