// Where an import notes how far it is: in the row of its job, which is this process's only as long as it keeps saying so.
import type { Job } from '../job/job.ts';
import type { JobFileStore } from '../job/job-file-store.ts';
import type { Claim, JobStore } from '../job/job-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { ImportLedger } from './import-users.ts';

/** Another process works on the job now, or it was deleted: nothing more may be written for it. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';
}

/** Errors that are kept of one job; the others are counted. */
export const MOST_ERRORS = 100_000;
const CLAIM_MS = 60_000;

/** A claim that begins or is renewed now. */
export function claimFor(by: string, clock: Clock): Claim {
  return { by, until: clock.now() + CLAIM_MS };
}

interface Parts {
  readonly jobs: JobStore;
  readonly files: JobFileStore;
  readonly clock: Clock;
}

/** Builds the ledger of a job that this process has claimed under this name. */
export function createJobLedger({ jobs, files, clock }: Parts, tenantId: TenantId, job: Job, by: string): ImportLedger {
  return {
    begun: job,
    async note(counts, errors, sql: Sql) {
      const isClaimed = await jobs.advance(tenantId, job.id, claimFor(by, clock), counts, sql);
      if (!isClaimed) throw new ClaimLost('The job belongs to another process now.');
      const room = Math.max(0, MOST_ERRORS - (counts.failed - errors.length));
      await files.addErrors(tenantId, job.id, errors.slice(0, room), sql);
    },
  };
}
