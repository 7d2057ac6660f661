// Does the work of one claimed job: reads its file and imports the users in it, or writes users into its file. Called in a
// process of its own (job-program.ts), where it may take as long as it takes.
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Job, JobId } from '../job/job.ts';
import { createJobFileStore, type JobFileStore, PIECE_BYTES } from '../job/job-file-store.ts';
import { createJobStore, type JobStore } from '../job/job-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { Database } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { toUserObject } from '../user/user-object.ts';
import { createUserStore } from '../user/user-store.ts';
import { fieldsOf } from './export-field.ts';
import { writeEntries } from './export-format.ts';
import { importUsers, NO_COUNTS } from './import-users.ts';
import { ClaimLost, claimFor, createJobLedger } from './job-ledger.ts';
import { exportSettingsOf, importSettingsOf } from './job-settings.ts';
import { listAccounts, listUsers } from './list-users.ts';
import { ImportFileError } from './record-splitter.ts';
import { createUserExportStore } from './user-export-store.ts';

interface Parts {
  readonly database: Database;
  readonly clock: Clock;
}

/** A claimed job. */
export interface JobOrder {
  readonly tenantId: TenantId;
  readonly jobId: JobId;
  /** The name under which it was claimed. */
  readonly by: string;
  /** The names of the tenant's connections by their ids. */
  readonly connectionNames: ReadonlyMap<string, string>;
}

/** Why the whole of the job failed, in words for the caller; null when it is done. */
export type JobFailure = string | null;

/** Does it. Throws `ClaimLost` when somebody else works on it. */
export async function runJob(parts: Parts, order: JobOrder): Promise<JobFailure> {
  const { database } = parts;
  const jobs = createJobStore(database.sql);
  const files = createJobFileStore(database.sql);
  const job = await jobs.find(order.tenantId, order.jobId);
  if (!job) throw new ClaimLost('The job is not there any more.');
  if (job.type === 'users_export') return exportUsers(parts, jobs, files, order, job);
  const { connection, upsert } = importSettingsOf(job);
  const { requiresUsername } = connection;
  try {
    await importUsers(
      parts,
      {
        ...{ tenantId: order.tenantId, connection, requiresUsername, upsert },
        ...{ isDryRun: false, now: job.createdAt, order: null },
      },
      files.readPieces(order.tenantId, job.id),
      createJobLedger({ jobs, files, clock: parts.clock }, order.tenantId, job, order.by),
    );
    return null;
  } catch (error) {
    if (error instanceof ImportFileError) return error.message;
    throw error;
  }
}

async function exportUsers(
  { database, clock }: Parts,
  jobs: JobStore,
  files: JobFileStore,
  { tenantId, by, connectionNames }: JobOrder,
  job: Job,
): Promise<JobFailure> {
  const { format, limit, fields } = exportSettingsOf(job);
  const users = createUserStore(database.sql);
  const accounts = createUserExportStore(database.sql);
  let written = 0;

  async function* stored() {
    if (job.connectionId === null) yield* listUsers(users, tenantId, limit);
    else {
      for await (const page of listAccounts({ users, accounts }, tenantId, job.connectionId, limit)) {
        yield page.map((account) => account.stored);
      }
    }
  }

  async function* pages() {
    for await (const page of stored()) {
      written += page.length;
      yield page.map((user) => fieldsOf(toUserObject(user, connectionNames), fields));
    }
  }

  async function save(position: number, bytes: Buffer): Promise<void> {
    const counts = { ...NO_COUNTS, recordsDone: written };
    await database.transaction(async (sql) => {
      if (!(await jobs.advance(tenantId, job.id, claimFor(by, clock), counts, sql))) {
        throw new ClaimLost('The job belongs to another process now.');
      }
      // What an interrupted run left is of another instant.
      if (position === 0) await files.deletePieces(tenantId, job.id, sql);
      await files.savePiece(tenantId, job.id, position, bytes, sql);
    });
  }

  // Auth0: what is called `json` has one object a line.
  const columns = fields.map(({ exportAs }) => exportAs);
  const text = writeEntries(pages(), format === 'json' ? 'ndjson' : 'csv', columns);
  let position = 0;
  let waiting: Buffer = Buffer.alloc(0);
  await pipeline(text, createGzip(), async (packed: AsyncIterable<Buffer>) => {
    for await (const part of packed) {
      waiting = Buffer.concat([waiting, part]);
      for (; waiting.length >= PIECE_BYTES; position += 1) {
        await save(position, waiting.subarray(0, PIECE_BYTES));
        waiting = waiting.subarray(PIECE_BYTES);
      }
    }
  });
  await save(position, waiting);
  return null;
}
