// A job: work on many users that goes on after the request that asked for it, in the words of Auth0's `jobs`. The folder keeps
// what is known of jobs; who does the work is in user-import/.

/** `job_` and sixteen letters and digits. */
export type JobId = `job_${string}`;

export type JobType = 'users_import' | 'users_export' | 'verification_email';
export type JobStatus = 'pending' | 'processing' | 'completed' | 'failed';

/** What a job has done so far. */
export interface JobCounts {
  readonly bytesDone: number;
  /** Records dealt with, in the order of the file. */
  readonly recordsDone: number;
  readonly inserted: number;
  readonly updated: number;
  readonly failed: number;
}

/** A job as it is to be stored. */
export interface NewJob {
  readonly id: JobId;
  readonly type: JobType;
  /** Null for a job about every connection of its tenant. */
  readonly connectionId: string | null;
  /** What the caller calls it. */
  readonly externalId: string | null;
  /** What its type needs to know beside; no secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** A fingerprint of the file that a command reads, `mail` for a mail; null for a job whose file is stored. */
  readonly source: string | null;
  /** Bytes of the file that it reads. */
  readonly bytesTotal: number;
  /** Milliseconds since 1970 UTC, as are the others. */
  readonly createdAt: number;
}

export interface Job extends NewJob, JobCounts {
  readonly status: JobStatus;
  /** Why the whole of it failed, in words for the caller. */
  readonly failure: string | null;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

/** How far it is, in whole percent. */
export function percentageOf({ status, bytesDone, bytesTotal }: Job): number {
  if (status === 'completed') return 100;
  return bytesTotal === 0 ? 0 : Math.min(99, Math.floor((bytesDone / bytesTotal) * 100));
}
