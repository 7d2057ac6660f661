// The parent's side of the fault run's load generator.
import { once } from 'node:events';
import { forkHere } from '../bench/child-program.ts';
import type { Judged, JudgedJob } from './judged-load-generator.ts';

/** Does one job in a process of its own; rejects when that ends before it is done. */
export async function runJudgedLoad(job: JudgedJob): Promise<Judged> {
  const child = forkHere('../faults/judged-load-generator.ts');
  const ended = once(child, 'exit').then(() => {
    throw new Error('The load generator ended.');
  });
  child.send(job);
  const [judged] = (await Promise.race([once(child, 'message'), ended])) as [Judged];
  ended.catch(() => {});
  child.disconnect();
  return judged;
}
