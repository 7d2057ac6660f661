// Imports a file of this machine, of any size: as a job that this process works on itself, so that an import which was
// interrupted is found again by its file and goes on. Called by the command line, which is a process of its own already.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { StoredConnection } from '../connection/connection.ts';
import type { Job, JobCounts, JobId } from '../job/job.ts';
import type { JobError, JobFileStore } from '../job/job-file-store.ts';
import type { JobStore } from '../job/job-store.ts';
import type { Clock } from '../lib/clock.ts';
import { randomAlphanumeric, randomHex } from '../lib/id.ts';
import type { Database, Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { type ImportLedger, importUsers, NO_COUNTS } from './import-users.ts';
import { claimFor, createJobLedger, MOST_ERRORS } from './job-ledger.ts';
import { BY_ADDRESS, IN_LARGE_PIECES } from './record-reader.ts';
import { ImportFileError } from './record-splitter.ts';
import { importConnectionOf } from './user-jobs.ts';

interface Parts {
  /** An ordinary connection, by which the end is noted. */
  readonly database: Database;
  /** A connection for the import alone (`OpenOptions.forBulk`). */
  readonly bulk: Database;
  readonly jobs: JobStore;
  readonly files: JobFileStore;
  readonly clock: Clock;
}

export interface FileImport {
  readonly path: string;
  readonly connection: StoredConnection;
  readonly upsert: boolean;
  readonly isDryRun: boolean;
  readonly signal: AbortSignal;
  /** Told after every transaction: the share of the file that is done, from 0 to 1, and the counts. */
  readonly onProgress: (share: number, counts: JobCounts) => void;
  /** Told once when somebody else is at work on the same file, and this waits. */
  readonly onWait: () => void;
  /** Adds to the transaction that ends a job. */
  readonly onEnd: (sql: Sql, counts: JobCounts) => Promise<void>;
}

/** The end of an import. */
export interface FileImportReport {
  readonly counts: JobCounts;
  /** Records that an interrupted run before this one had dealt with. */
  readonly continuedAfter: number;
  /** What is wrong with which records of the file, by their number from 0; `MOST_ERRORS` of them at most. */
  readonly errors: AsyncIterable<readonly { readonly position: number; readonly error: JobError }[]>;
}

/** Another process still works on the same file. */
export class ImportUnderWay extends Error {
  override readonly name = 'ImportUnderWay';
}

const READ_BYTES = 256 * 1024;
const SAMPLE_BYTES = 1024 * 1024;
const ERRORS_AT_ONCE = 1000;
/** Longer than the claim of a process that was killed lasts. */
const WAIT_MS = 65_000;
const ASK_EVERY_MS = 1000;

/**
 * Imports the file. Throws `ImportFileError` when it is no list of users, `ImportUnderWay` when another process does not let
 * go of it, and the signal's reason when that aborts: the next call with the same file then goes on.
 */
export async function importFile(parts: Parts, tenantId: TenantId, wanted: FileImport): Promise<FileImportReport> {
  const { bytes, fingerprint } = await examine(wanted);
  if (wanted.isDryRun) return rehearse(parts, tenantId, wanted, bytes);
  const { jobs, files, clock } = parts;
  const by = randomHex(16);
  const job = await claimJob(parts, tenantId, wanted, { bytes, fingerprint }, by);
  try {
    const ledger = createJobLedger({ jobs, files, clock }, tenantId, job, by);
    const counts = await run(parts, tenantId, wanted, bytes, job.createdAt, ledger);
    await finish(parts, tenantId, wanted, job, by, counts, null);
    return { counts, continuedAfter: job.recordsDone, errors: readErrors(files, tenantId, job.id) };
  } catch (error) {
    if (error instanceof ImportFileError) await finish(parts, tenantId, wanted, job, by, null, error.message);
    else await jobs.release(tenantId, job.id, by);
    throw error;
  }
}

function run(
  { bulk, clock }: Parts,
  tenantId: TenantId,
  { path, connection, upsert, isDryRun, signal, onProgress }: FileImport,
  bytes: number,
  now: number,
  ledger: ImportLedger,
): Promise<JobCounts> {
  const { requiresUsername } = importConnectionOf(connection);
  return importUsers(
    { database: bulk, clock },
    { tenantId, connection, requiresUsername, upsert, isDryRun, now, order: IN_LARGE_PIECES },
    createReadStream(path, { highWaterMark: READ_BYTES }),
    ledger,
    (counts) => onProgress(Math.min(1, counts.bytesDone / bytes), counts),
    signal,
  );
}

/** Nothing is written, so nothing has to be found again. */
async function rehearse(
  parts: Parts,
  tenantId: TenantId,
  wanted: FileImport,
  bytes: number,
): Promise<FileImportReport> {
  const found: { position: number; error: JobError }[] = [];
  const ledger: ImportLedger = {
    begun: NO_COUNTS,
    async note(_counts, errors) {
      found.push(...errors.slice(0, MOST_ERRORS - found.length));
    },
  };
  const counts = await run(parts, tenantId, wanted, bytes, parts.clock.now(), ledger);
  return { counts, continuedAfter: 0, errors: inOnePiece(found) };
}

/** The job of this file that was interrupted, or a new one; this process has it then. */
async function claimJob(
  { jobs, database, clock }: Parts,
  tenantId: TenantId,
  { connection, upsert, onWait, signal }: FileImport,
  { bytes, fingerprint }: { readonly bytes: number; readonly fingerprint: string },
  by: string,
): Promise<Job> {
  let job = await jobs.findUnfinishedBySource(tenantId, fingerprint);
  if (!job) {
    const id: JobId = `job_${randomAlphanumeric(16)}`;
    const made = {
      ...{ id, type: 'users_import' as const, connectionId: connection.id, externalId: null },
      settings: { connection: importConnectionOf(connection), upsert, sendCompletionEmail: false },
      ...{ source: fingerprint, bytesTotal: bytes, createdAt: clock.now() },
    };
    await database.transaction((sql) => jobs.insert(tenantId, made, sql));
    job = await jobs.find(tenantId, id);
  }
  if (!job) throw new Error('A new job is not there.');
  const giveUpAt = clock.now() + WAIT_MS;
  while (!(await jobs.claim(tenantId, job.id, claimFor(by, clock), clock.now()))) {
    if (clock.now() > giveUpAt) throw new ImportUnderWay('Another process is importing this file.');
    onWait();
    await clock.sleep(ASK_EVERY_MS, signal);
    signal.throwIfAborted();
  }
  // The other one may have gone on until it let go.
  return (await jobs.find(tenantId, job.id)) ?? job;
}

function finish(
  { database, jobs, clock }: Parts,
  tenantId: TenantId,
  { onEnd }: FileImport,
  job: Job,
  by: string,
  counts: JobCounts | null,
  failure: string | null,
): Promise<void> {
  const status = failure === null ? ('completed' as const) : ('failed' as const);
  return database.transaction(async (sql) => {
    await jobs.finish(tenantId, job.id, by, { status, failure, at: clock.now() }, sql);
    if (counts) await onEnd(sql, counts);
  });
}

async function* readErrors(files: JobFileStore, tenantId: TenantId, jobId: JobId): FileImportReport['errors'] {
  let last: number | null = null;
  for (;;) {
    const page: Awaited<ReturnType<JobFileStore['listErrors']>> = await files.listErrors(
      tenantId,
      jobId,
      last,
      ERRORS_AT_ONCE,
    );
    if (page.length > 0) yield page;
    if (page.length < ERRORS_AT_ONCE) return;
    last = page.at(-1)?.position ?? null;
  }
}

async function* inOnePiece<T>(items: T): AsyncGenerator<T> {
  yield items;
}

/** The size of the file, and a fingerprint of it and of what is to be done with it. */
async function examine({ path, connection, upsert }: FileImport): Promise<{ bytes: number; fingerprint: string }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const hash = createHash('sha256').update(JSON.stringify([size, connection.id, upsert, BY_ADDRESS]));
    for (const position of [0, Math.max(0, size - SAMPLE_BYTES)]) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, position);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return { bytes: size, fingerprint: hash.digest('hex') };
  } finally {
    await file.close();
  }
}
