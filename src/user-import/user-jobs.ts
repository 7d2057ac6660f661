// Jobs about users as a caller asks for them: made, looked up, and their results fetched. The work itself is done by
// job-runner.ts, which is woken. Called by the Management API.
import type { StoredConnection } from '../connection/connection.ts';
import { databaseOptionsOf } from '../connection/database-options.ts';
import type { Job, JobId, NewJob } from '../job/job.ts';
import { type JobError, type JobFileStore, PIECE_BYTES } from '../job/job-file-store.ts';
import type { JobStore } from '../job/job-store.ts';
import type { Clock } from '../lib/clock.ts';
import { equalInConstantTime } from '../lib/constant-time.ts';
import { randomAlphanumeric } from '../lib/id.ts';
import { lockConfiguration } from '../storage/configuration-version.ts';
import type { Database, Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { MOST_ERRORS } from './job-ledger.ts';
import {
  DEFAULT_FIELDS,
  type ExportField,
  type ExportSettings,
  exportSettingsOf,
  type ImportConnection,
} from './job-settings.ts';

/** Auth0: bytes of a file that one job imports, and jobs of one type that a tenant may have under way. */
export const MOST_FILE_BYTES = 500 * 1024;
const MOST_UNFINISHED = 2;
/** Auth0: how long the address of an export works; a new one is given whenever somebody asks for the job. */
const ADDRESS_MS = 60_000;

/** The tenant has as many jobs of this type under way as it may have. */
export class TooManyJobs extends Error {
  override readonly name = 'TooManyJobs';
}

/** The file of an import is larger than one job takes. */
export class FileTooLarge extends Error {
  override readonly name = 'FileTooLarge';
}

export interface NewImport {
  readonly connection: StoredConnection;
  readonly file: Buffer;
  readonly upsert: boolean;
  readonly externalId: string | null;
  readonly sendCompletionEmail: boolean;
}

export interface NewExport {
  /** Null for the users of every connection. */
  readonly connectionId: string | null;
  readonly format: ExportSettings['format'];
  /** Users at most; null for all. */
  readonly limit: number | null;
  /** Null for the usual ones. */
  readonly fields: readonly ExportField[] | null;
}

/** The file of a finished export. */
export interface ExportFile {
  readonly format: ExportSettings['format'];
  /** gzip, piece by piece. */
  readonly pieces: AsyncIterable<Buffer>;
}

/** Called in the transaction that makes the job. */
export type RecordJob = (sql: Sql, id: JobId) => Promise<void>;

interface Parts {
  readonly database: Database;
  readonly jobs: JobStore;
  readonly files: JobFileStore;
  readonly clock: Clock;
  readonly keyedHash: (value: string) => string;
  /** Tells the runner that there is something to do. */
  readonly wake: () => void;
}

export type UserJobs = ReturnType<typeof createUserJobs>;

/** Builds them. */
export function createUserJobs({ database, jobs, files, clock, keyedHash, wake }: Parts) {
  async function create(
    tenantId: TenantId,
    made: Pick<NewJob, 'type' | 'connectionId' | 'externalId' | 'settings' | 'bytesTotal'>,
    inTransaction: (id: JobId, sql: Sql) => Promise<void>,
  ): Promise<Job> {
    const id: JobId = `job_${randomAlphanumeric(16)}`;
    await database.transaction(async (sql) => {
      // Two requests at once must not both be the last one that has room.
      await lockConfiguration(sql);
      const unfinished = await jobs.countUnfinished(tenantId, made.type, sql);
      if (unfinished >= MOST_UNFINISHED) throw new TooManyJobs(`There are ${unfinished} jobs of this type under way.`);
      await jobs.insert(tenantId, { ...made, id, source: null, createdAt: clock.now() }, sql);
      await inTransaction(id, sql);
    });
    wake();
    const job = await jobs.find(tenantId, id);
    if (!job) throw new Error('A new job is not there.');
    return job;
  }

  const proofOf = (tenantId: TenantId, jobId: string, expires: string) =>
    keyedHash(`users-export ${tenantId} ${jobId} ${expires}`);

  return {
    /** Throws `FileTooLarge`, or `TooManyJobs` while two imports of the tenant are under way. */
    async createImport(tenantId: TenantId, wanted: NewImport, record: RecordJob): Promise<Job> {
      const { connection, file, upsert, externalId, sendCompletionEmail } = wanted;
      if (file.length > MOST_FILE_BYTES) throw new FileTooLarge(`The file has more than ${MOST_FILE_BYTES} bytes.`);
      return create(
        tenantId,
        {
          type: 'users_import',
          connectionId: connection.id,
          externalId,
          settings: { connection: importConnectionOf(connection), upsert, sendCompletionEmail },
          bytesTotal: file.length,
        },
        async (id, sql) => {
          for (let position = 0; position * PIECE_BYTES < file.length; position += 1) {
            const piece = file.subarray(position * PIECE_BYTES, (position + 1) * PIECE_BYTES);
            await files.savePiece(tenantId, id, position, piece, sql);
          }
          await record(sql, id);
        },
      );
    },

    /** Throws `TooManyJobs` while two exports of the tenant are under way. */
    async createExport(tenantId: TenantId, wanted: NewExport, record: RecordJob): Promise<Job> {
      const { connectionId, format, limit, fields } = wanted;
      const settings = { format, limit, fields: fields ?? DEFAULT_FIELDS };
      const made = { type: 'users_export', connectionId, externalId: null, settings, bytesTotal: 0 } as const;
      return create(tenantId, made, (id, sql) => record(sql, id));
    },

    /** The job of this id; null when there is none. */
    find: (tenantId: TenantId, id: string): Promise<Job | null> => jobs.find(tenantId, id),

    /** What is wrong with which records, in the order of the file; null when there is no such job. */
    async listErrors(tenantId: TenantId, id: string): Promise<readonly JobError[] | null> {
      const job = await jobs.find(tenantId, id);
      if (!job) return null;
      return (await files.listErrors(tenantId, job.id, null, MOST_ERRORS)).map(({ error }) => error);
    },

    /** A text that opens the file of this export for a minute, for whoever has it; null while there is no file. */
    addressOf(tenantId: TenantId, job: Job): string | null {
      if (job.type !== 'users_export' || job.status !== 'completed') return null;
      const expires = String(clock.now() + ADDRESS_MS);
      return `${job.id}.${expires}.${proofOf(tenantId, job.id, expires)}`;
    },

    /** The file that such a text opens; null for one that is wrong, expired, or of a job that is gone. */
    async readExport(tenantId: TenantId, address: string): Promise<ExportFile | null> {
      const [id = '', expires = '', proof = ''] = address.split('.');
      if (!equalInConstantTime(proof, proofOf(tenantId, id, expires)) || Number(expires) < clock.now()) return null;
      const job = await jobs.find(tenantId, id);
      if (job?.type !== 'users_export' || job.status !== 'completed') return null;
      return { format: exportSettingsOf(job).format, pieces: files.readPieces(tenantId, job.id) };
    },
  };
}

/** What an import needs to know of its connection. */
export function importConnectionOf({ id, name, strategy, options }: StoredConnection): ImportConnection {
  return { id, name, strategy, requiresUsername: databaseOptionsOf(options).requiresUsername };
}
