// Works through the jobs that wait, each in a process of its own: those of one tenant one after the other. A job that a node
// left behind is taken up by whichever node looks next, and what nobody needs any more is thrown away. Started by app.ts's
// owner, the command that serves.

import type { JobFileStore } from '../job/job-file-store.ts';
import type { JobStore, TenantJob } from '../job/job-store.ts';
import type { Clock } from '../lib/clock.ts';
import { randomHex } from '../lib/id.ts';
import type { Logger } from '../lib/logger.ts';
import { type ChildOptions, runInChild } from '../storage/child-program.ts';
import type { Database, Sql } from '../storage/database.ts';
import { isStorageOutage } from '../storage/storage-outage.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { claimFor } from './job-ledger.ts';
import type { JobMessage } from './job-program.ts';
import type { JobFailure, JobOrder } from './run-job.ts';

/** Does the work of a claimed job; the signal ends it. */
export type RunJob = (order: JobOrder, signal: AbortSignal) => Promise<JobFailure>;

export interface JobRunner {
  /** Looks for work until the signal aborts; resolves when nothing is under way any more. */
  run(signal: AbortSignal): Promise<void>;
  /** Looks now. */
  wake(): void;
  /** Does everything that waits, and throws away what is old. */
  runWaiting(signal?: AbortSignal): Promise<void>;
}

interface Parts {
  readonly database: Database;
  readonly jobs: JobStore;
  readonly files: JobFileStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly runJob: RunJob;
  /** The names of a tenant's connections by their ids. */
  readonly connectionNames: (tenantId: TenantId) => Promise<ReadonlyMap<string, string>>;
  /** Adds to the transaction that ends a job, such as an event of the tenant's log. */
  readonly onEnd: (sql: Sql, ended: TenantJob) => Promise<void>;
}

const LOOK_EVERY_MS = 5000;
/** Auth0: a job fails after two hours, and everything about it goes a day after its end. */
const MOST_JOB_MS = 2 * 60 * 60 * 1000;
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Runs jobs in processes of their own, on this database; they are given this process's environment. */
export function createChildRunner(databaseUrl: string, environment: ChildOptions['environment']): RunJob {
  const program = new URL('./job-program.ts', import.meta.url);
  return (order, signal) => {
    const message: JobMessage = { ...order, databaseUrl };
    return runInChild<JobFailure>(program, message, { environment, signal });
  };
}

/** Builds the runner. */
export function createJobRunner(parts: Parts): JobRunner {
  const { database, jobs, files, clock, logger, runJob, connectionNames, onEnd } = parts;
  const by = randomHex(16);
  let woken = new AbortController();

  async function runOne({ tenantId, job }: TenantJob, stopping: AbortSignal): Promise<void> {
    if (await jobs.isTenantBusy(tenantId, clock.now())) return;
    if (!(await jobs.claim(tenantId, job.id, claimFor(by, clock), clock.now()))) return;
    const left = MOST_JOB_MS - (clock.now() - (job.startedAt ?? clock.now()));
    const overdue = AbortSignal.timeout(Math.max(0, left));
    try {
      const order = { tenantId, jobId: job.id, by, connectionNames: await connectionNames(tenantId) };
      const failure = await runJob(order, AbortSignal.any([stopping, overdue]));
      await finish(tenantId, job, failure);
    } catch (error) {
      if (stopping.aborted) await jobs.release(tenantId, job.id, by);
      else if (overdue.aborted) await finish(tenantId, job, 'The job took longer than two hours.');
      else await fail(tenantId, job, error);
    }
  }

  async function fail(tenantId: TenantId, job: TenantJob['job'], error: unknown): Promise<void> {
    logger.error({ err: error, job: job.id }, 'a job about users failed');
    if (isStorageOutage(error)) await jobs.release(tenantId, job.id, by);
    else await finish(tenantId, job, 'An unexpected error occurred.');
  }

  /** Security: the file of an import is full of hashes, and nobody needs it any more. */
  function finish(tenantId: TenantId, job: TenantJob['job'], failure: JobFailure): Promise<void> {
    const status = failure === null ? ('completed' as const) : ('failed' as const);
    return database.transaction(async (sql) => {
      await jobs.finish(tenantId, job.id, by, { status, failure, at: clock.now() }, sql);
      const ended = await jobs.find(tenantId, job.id, sql);
      if (ended) await onEnd(sql, { tenantId, job: ended });
      if (job.type !== 'users_export' || failure !== null) await files.deletePieces(tenantId, job.id, sql);
    });
  }

  async function runWaiting(signal: AbortSignal = new AbortController().signal): Promise<void> {
    await jobs.deleteFinishedBefore(clock.now() - KEPT_MS);
    for (;;) {
      const waiting = await jobs.listWaiting(clock.now());
      const [next] = waiting;
      if (!next || signal.aborted) return;
      const before = waiting.length;
      for (const one of waiting) if (!signal.aborted) await runOne(one, signal);
      // What is left belongs to a tenant that another node works for.
      if ((await jobs.listWaiting(clock.now())).length >= before) return;
    }
  }

  return {
    runWaiting,
    wake: () => woken.abort(),
    async run(signal) {
      while (!signal.aborted) {
        woken = new AbortController();
        try {
          await runWaiting(signal);
        } catch (error) {
          // The next look may find the database again.
          logger.warn({ err: error }, 'jobs about users could not be looked at');
        }
        await clock.sleep(LOOK_EVERY_MS, AbortSignal.any([signal, woken.signal]));
      }
    },
  };
}
