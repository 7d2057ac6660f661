// `gatehouse user import FILE`: users of another system, or of an export, with their password hashes.
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ConfigurationError } from '../../config/load-config.ts';
import { databaseOptionsOf } from '../../connection/database-options.ts';
import { createJobFileStore } from '../../job/job-file-store.ts';
import { createJobStore } from '../../job/job-store.ts';
import { lowerOwnPriority } from '../../lib/low-priority.ts';
import { openDatabase } from '../../storage/database.ts';
import { type FileImportReport, ImportUnderWay, importFile } from '../../user-import/import-file.ts';
import { ImportFileError } from '../../user-import/record-splitter.ts';
import { type Invocation, show, textFlag } from '../command.ts';
import { createOperatorAudit } from '../operator-audit.ts';
import { createBar } from '../progress.ts';
import { getDatabase } from './database-choice.ts';
import type { NounWork } from './noun.ts';
import { withTenant } from './verbs.ts';

const MOST_SHOWN = 10;
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Imports the file; 1 when records failed, or when it was interrupted. */
export async function importUsersFile(invocation: Invocation): Promise<number> {
  return withTenant(invocation, async (work) => {
    const { terminal, flags } = invocation;
    const [path = ''] = invocation.args;
    const stop = new AbortController();
    const onSignal = () => stop.abort();
    for (const signal of SIGNALS) process.on(signal, onSignal);
    try {
      const report = await run(invocation, work, path, stop.signal);
      terminal.overwrite('');
      const errorsPath = textFlag(invocation, 'errors');
      if (errorsPath !== null) await writeErrors(report, errorsPath);
      await tell(invocation, report, flags['dryRun'] === true, errorsPath);
      return report.counts.failed > 0 ? 1 : 0;
    } catch (error) {
      terminal.overwrite('');
      if (stop.signal.aborted) throw new ConfigurationError('Interrupted. Run the same command again to continue.');
      throw plainly(error, path);
    } finally {
      for (const signal of SIGNALS) process.off(signal, onSignal);
    }
  });
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function run(
  invocation: Invocation,
  work: NounWork,
  path: string,
  signal: AbortSignal,
): Promise<FileImportReport> {
  const { terminal, flags, configuration } = invocation;
  const { ground, tenant } = work;
  const { database, clock } = ground;
  const connection = await getDatabase(work, invocation);
  if (!databaseOptionsOf(connection.options).keepsPasswords) {
    throw new ConfigurationError(
      `${connection.name} asks its customScripts for users, so nobody can be imported there. Set import_mode: true first.`,
    );
  }
  const [jobs, files] = [createJobStore(database.sql), createJobFileStore(database.sql)];
  lowerOwnPriority();
  await jobs.deleteFinishedBefore(clock.now() - KEPT_MS);
  const showBar = createBar(terminal);
  let isTold = false;
  const bulk = await openDatabase(configuration.databaseUrl, { mustExist: true, forBulk: true, poolSize: 2 });
  try {
    return await importFile({ database, bulk, jobs, files, clock }, tenant.id, {
      ...{ path, connection, signal },
      upsert: flags['upsert'] === true,
      isDryRun: flags['dryRun'] === true,
      onProgress: (share, { recordsDone, failed }) =>
        showBar(share, `${recordsDone} users${failed > 0 ? `, ${failed} failed` : ''}`),
      onWait() {
        if (!isTold) terminal.note('Another import of this file has not ended yet; waiting for up to a minute.');
        isTold = true;
      },
      async onEnd(sql, { inserted, updated }) {
        const name = `${inserted} added and ${updated} changed in ${connection.name}`;
        const change = { type: 'sui', action: 'created', noun: 'user', name, members: [] } as const;
        await createOperatorAudit(ground, 'gatehouse user import')(sql, tenant, [change]);
      },
    });
  } finally {
    await bulk.close();
  }
}

async function tell(
  invocation: Invocation,
  { counts, continuedAfter, errors }: FileImportReport,
  isDryRun: boolean,
  errorsPath: string | null,
): Promise<void> {
  const { terminal } = invocation;
  const { inserted, updated, failed, recordsDone: total } = counts;
  const json = { dry_run: isDryRun, continued_after: continuedAfter, summary: { total, inserted, updated, failed } };
  show(invocation, json, [
    ...(continuedAfter > 0 ? [`continued after ${continuedAfter} users of an interrupted run`] : []),
    `${total} users: ${inserted} added, ${updated} changed, ${failed} failed`,
    ...(isDryRun ? ['Nothing was written: this was a dry run.'] : []),
  ]);
  if (failed === 0) return;
  if (errorsPath !== null) {
    terminal.note(`What is wrong with which users stands in ${errorsPath}.`);
    return;
  }
  for await (const page of errors) {
    for (const { position, error } of page.slice(0, MOST_SHOWN)) {
      const words = error.errors.map((one) => one.message).join(' ');
      terminal.note(`user ${position + 1}: ${words}`);
    }
    break;
  }
  if (failed > MOST_SHOWN) terminal.note(`These are the first ${MOST_SHOWN}; see all with --errors FILE.`);
}

/** The errors as Auth0's API answers them; readable by the owner only. */
async function writeErrors({ errors }: FileImportReport, path: string): Promise<void> {
  async function* text() {
    let separator = '[\n';
    for await (const page of errors) {
      for (const { error } of page) {
        yield `${separator}${JSON.stringify(error)}`;
        separator = ',\n';
      }
    }
    yield separator === '[\n' ? '[]\n' : '\n]\n';
  }
  await pipeline(text(), createWriteStream(path, { mode: 0o600 }));
}

function plainly(error: unknown, path: string): unknown {
  if (error instanceof ImportFileError) return new ConfigurationError(`${path}: ${error.message}`, { cause: error });
  if (error instanceof ImportUnderWay) return new ConfigurationError(error.message, { cause: error });
  if ((error as NodeJS.ErrnoException | null)?.code !== 'ENOENT') return error;
  return new ConfigurationError(`The file ${path} cannot be read. Name an existing file of users.`, { cause: error });
}
