// Jobs: rows in, rows out. A process that works on one claims it for a while and keeps renewing that; after a crash another
// may claim it, and the first cannot write any more.
import type { Selectable } from 'kysely';
import type { Sql } from '../storage/database.ts';
import type { JobsTable } from '../storage/schema-job.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Job, JobCounts, JobId, JobStatus, JobType, NewJob } from './job.ts';

export type JobStore = ReturnType<typeof createJobStore>;

/** A job and whose it is. */
export interface TenantJob {
  readonly tenantId: TenantId;
  readonly job: Job;
}

/** Who works on a job, and until when nobody else may. */
export interface Claim {
  /** Another for every process. */
  readonly by: string;
  readonly until: number;
}

/** Reads and writes jobs. */
export function createJobStore(database: Sql) {
  return {
    async insert(tenantId: TenantId, job: NewJob, sql: Sql): Promise<void> {
      await sql
        .insertInto('jobs')
        .values({
          tenant_id: tenantId,
          id: job.id,
          type: job.type,
          status: 'pending',
          connection_id: job.connectionId,
          external_id: job.externalId,
          settings: JSON.stringify(job.settings),
          source: job.source,
          bytes_total: job.bytesTotal,
          ...{ bytes_done: 0, records_done: 0, inserted: 0, updated: 0, failed: 0 },
          failure: null,
          claimed_by: null,
          claimed_until: 0,
          created_at: job.createdAt,
          started_at: null,
          finished_at: null,
        })
        .execute();
    },

    /** The job of this id; null when there is none. */
    async find(tenantId: TenantId, id: string, sql: Sql = database): Promise<Job | null> {
      const row = await sql
        .selectFrom('jobs')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? fromRow(row) : null;
    },

    /** The newest unfinished job that reads this very file; null when there is none. */
    async findUnfinishedBySource(tenantId: TenantId, source: string): Promise<Job | null> {
      const row = await database
        .selectFrom('jobs')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('source', '=', source)
        .where('status', 'in', UNFINISHED)
        .orderBy('created_at', 'desc')
        .executeTakeFirst();
      return row ? fromRow(row) : null;
    },

    /** How many jobs of this type with a stored file wait or are under way. */
    async countUnfinished(tenantId: TenantId, type: JobType, sql: Sql): Promise<number> {
      const { count } = await sql
        .selectFrom('jobs')
        .select((row) => row.fn.countAll<number>().as('count'))
        .where('tenant_id', '=', tenantId)
        .where('type', '=', type)
        .where('source', 'is', null)
        .where('status', 'in', UNFINISHED)
        .executeTakeFirstOrThrow();
      return Number(count);
    },

    /** Jobs with a stored file that wait, or that a process left behind; the oldest first. */
    async listWaiting(now: number): Promise<TenantJob[]> {
      const rows = await database
        .selectFrom('jobs')
        .selectAll()
        .where('status', 'in', UNFINISHED)
        .where('source', 'is', null)
        .where('claimed_until', '<=', now)
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map((row) => ({ tenantId: row.tenant_id as TenantId, job: fromRow(row) }));
    },

    /** True when another job of the tenant is being worked on. */
    async isTenantBusy(tenantId: TenantId, now: number): Promise<boolean> {
      const row = await database
        .selectFrom('jobs')
        .select('id')
        .where('tenant_id', '=', tenantId)
        .where('status', '=', 'processing')
        .where('claimed_until', '>', now)
        .executeTakeFirst();
      return row !== undefined;
    },

    /** Takes the job unless somebody else works on it; false when somebody does, or when it has ended. */
    async claim(tenantId: TenantId, id: JobId, claim: Claim, now: number): Promise<boolean> {
      const { numUpdatedRows } = await database
        .updateTable('jobs')
        .set((row) => ({
          status: 'processing',
          claimed_by: claim.by,
          claimed_until: claim.until,
          started_at: row.fn.coalesce('started_at', row.val(now)),
        }))
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('status', 'in', UNFINISHED)
        .where('claimed_until', '<=', now)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Adds to the counts and renews the claim; false, and nothing is written, when the claim went to somebody else. */
    async advance(tenantId: TenantId, id: JobId, claim: Claim, counts: JobCounts, sql: Sql): Promise<boolean> {
      const { numUpdatedRows } = await sql
        .updateTable('jobs')
        .set({
          bytes_done: counts.bytesDone,
          records_done: counts.recordsDone,
          inserted: counts.inserted,
          updated: counts.updated,
          failed: counts.failed,
          claimed_until: claim.until,
        })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('claimed_by', '=', claim.by)
        .where('status', '=', 'processing')
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Ends the job, for whoever has claimed it. */
    async finish(
      tenantId: TenantId,
      id: JobId,
      by: string,
      end: { readonly status: 'completed' | 'failed'; readonly failure: string | null; readonly at: number },
      sql: Sql,
    ): Promise<void> {
      await sql
        .updateTable('jobs')
        .set({ status: end.status, failure: end.failure, finished_at: end.at, claimed_until: 0 })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('claimed_by', '=', by)
        .execute();
    },

    /** Ends a job that nobody had to claim; `failure` as in `Job`. */
    async settle(tenantId: TenantId, id: string, failure: string | null, at: number, sql: Sql): Promise<void> {
      await sql
        .updateTable('jobs')
        .set({ status: failure === null ? 'completed' : 'failed', failure, finished_at: at })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .execute();
    },

    /** Lets somebody else go on with the job at once. */
    async release(tenantId: TenantId, id: JobId, by: string): Promise<void> {
      await database
        .updateTable('jobs')
        .set({ claimed_until: 0 })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('claimed_by', '=', by)
        .execute();
    },

    /** Removes jobs that ended before this instant, with everything that belongs to them. */
    async deleteFinishedBefore(instant: number): Promise<void> {
      await database.deleteFrom('jobs').where('finished_at', '<', instant).execute();
    },
  };
}

const UNFINISHED: readonly JobStatus[] = ['pending', 'processing'];

function fromRow(row: Selectable<JobsTable>): Job {
  return {
    id: row.id as JobId,
    type: row.type as JobType,
    status: row.status as JobStatus,
    connectionId: row.connection_id,
    externalId: row.external_id,
    settings: JSON.parse(row.settings) as Job['settings'],
    source: row.source,
    bytesTotal: row.bytes_total,
    bytesDone: row.bytes_done,
    recordsDone: row.records_done,
    inserted: row.inserted,
    updated: row.updated,
    failed: row.failed,
    failure: row.failure,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  };
}
