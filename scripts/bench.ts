// `npm run bench`: how fast real servers of this checkout are on this machine, against what the machine can do at best.
// The measurements are in scripts/bench/rows/; --help lists them and the options.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ROOT } from './bench/child-program.ts';
import { startLimit } from './bench/limit.ts';
import { startLoad } from './bench/load.ts';
import { describeUsage, type Options, readOptions, UsageError } from './bench/options.ts';
import { findPostgresql, startPostgresql } from './bench/postgresql.ts';
import { printPerformance } from './bench/print-docs.ts';
import { printTable } from './bench/print-table.ts';
import { createProgress } from './bench/progress.ts';
import { createProvision } from './bench/provision.ts';
import type { Engine, Report, Row } from './bench/report.ts';
import { measureCapacityForecast } from './bench/rows/capacity.ts';
import { measureClientCredentials } from './bench/rows/client-credentials.ts';
import { measureDashboard } from './bench/rows/dashboard.ts';
import { measureDeadDirectories } from './bench/rows/dead-directories.ts';
import { measureDirectories } from './bench/rows/directories.ts';
import { measureFlood } from './bench/rows/flood.ts';
import { measureMillionUsers } from './bench/rows/million-users.ts';
import { measurePasswordGrant } from './bench/rows/password-grant.ts';
import { measureJwks, measureUserinfo } from './bench/rows/reads.ts';
import { measureRefresh } from './bench/rows/refresh.ts';
import { measureRules } from './bench/rows/rules.ts';
import { measureStart } from './bench/rows/start.ts';
import { measureUnknownUser } from './bench/rows/unknown-user.ts';
import { measureUserImport } from './bench/rows/user-import.ts';
import { describeSetting } from './bench/setting.ts';
import type { Plan, Workbench } from './bench/workbench.ts';

const ROWS: Readonly<Record<string, (workbench: Workbench) => Promise<Row[]>>> = {
  'password-grant': measurePasswordGrant,
  'client-credentials': measureClientCredentials,
  capacity: measureCapacityForecast,
  refresh: measureRefresh,
  userinfo: measureUserinfo,
  jwks: measureJwks,
  directories: measureDirectories,
  'dead-directories': measureDeadDirectories,
  rules: measureRules,
  flood: measureFlood,
  start: measureStart,
  'unknown-user': measureUnknownUser,
  'million-users': measureMillionUsers,
  'user-import': measureUserImport,
  dashboard: measureDashboard,
};
const NAMES = Object.keys(ROWS);
const NOT_QUICK = 'million-users';
const FULL: Plan = { quick: false, rounds: 3, warmUpMs: 500, measureMs: 3500 };
const QUICK: Plan = { quick: true, rounds: 2, warmUpMs: 300, measureMs: 700 };

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args, NAMES);
  if (!options) {
    process.stdout.write(describeUsage(NAMES));
    return 0;
  }
  if (options.docsFrom !== null) {
    writeDocs(readReport(options.docsFrom));
    return 0;
  }
  const report = await measure(options);
  process.stdout.write(printTable(report));
  const text = `${JSON.stringify(report, null, 2)}\n`;
  for (const path of [join(options.folder, 'result.json'), ...(options.json === null ? [] : [options.json])]) {
    writeFileSync(path, text);
  }
  if (options.docs) writeDocs(report);
  return report.failures.length > 0 ? 1 : 0;
}

async function measure(options: Options): Promise<Report> {
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true });
  const names = NAMES.filter((name) =>
    options.only.length > 0 ? options.only.includes(name) : !(options.quick && name === NOT_QUICK),
  );
  const engines = chooseEngines(options.engine);
  const progress = createProgress(names.length);
  const programs = engines.includes('postgresql') ? findPostgresql() : null;
  const postgresql = programs === null ? null : startPostgresql(programs, join(folder, 'postgresql'));
  const [limit, load] = [await startLimit(), startLoad()];
  try {
    const provide = createProvision(folder, postgresql, (words) => progress.step(words));
    const plan = options.quick ? QUICK : FULL;
    const { profile } = options;
    const workbench: Workbench = { plan, engines, folder, limit, load, progress, provide, profile };
    const setting = await describeSetting(engines, postgresql, options.quick);
    const rows: Row[] = [];
    const failures: { row: string; reason: string }[] = [];
    for (const name of names) {
      progress.row(name);
      try {
        rows.push(...((await ROWS[name]?.(workbench)) ?? []));
      } catch (error) {
        const { message } = error as Error;
        progress.clear();
        process.stderr.write(`${name}: ${message}\n`);
        failures.push({ row: name, reason: /^\w*Error.*$/m.exec(message)?.[0] ?? message.split('\n')[0] ?? '' });
      }
    }
    progress.clear();
    return { setting, rows, failures };
  } finally {
    limit.stop();
    load.stop();
    postgresql?.stop();
  }
}

function chooseEngines(engine: Options['engine']): Engine[] {
  const isInstalled = findPostgresql() !== null;
  if (engine === 'both') return isInstalled ? ['sqlite', 'postgresql'] : ['sqlite'];
  if (engine === 'postgresql' && !isInstalled) throw new UsageError('PostgreSQL is not installed on this machine.');
  return [engine];
}

function readReport(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Report;
  } catch (error) {
    throw new UsageError(`--docs-from: ${(error as Error).message}`, { cause: error });
  }
}

function writeDocs(report: Report): void {
  const path = join(ROOT, 'docs/performance.md');
  writeFileSync(path, printPerformance(report));
  process.stderr.write(`wrote ${path}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\nnpm run bench -- --help lists the options.\n`);
  process.exitCode = 2;
}
