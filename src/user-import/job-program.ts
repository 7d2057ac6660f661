// The program that works on one job in a process of its own, so that logins do not wait for it. Started by job-runner.ts.
import { systemClock } from '../lib/clock.ts';
import { answerParent } from '../storage/child-program.ts';
import { openDatabase } from '../storage/database.ts';
import { type JobFailure, type JobOrder, runJob } from './run-job.ts';

/** What the program is told. */
export interface JobMessage extends JobOrder {
  readonly databaseUrl: string;
}

answerParent<JobMessage, JobFailure>(async ({ databaseUrl, ...order }) => {
  const database = await openDatabase(databaseUrl, { mustExist: true, forBulk: true, poolSize: 2 });
  try {
    return await runJob({ database, clock: systemClock }, order);
  } finally {
    await database.close();
  }
});
