// The parent's side of the load generator.
import { askChild, forkHere } from './child-program.ts';
import type { LoadJob, LoadResult } from './load-generator.ts';

/** Does one job at a time. */
export interface Load {
  run(job: LoadJob): Promise<LoadResult>;
  stop(): void;
}

/** Starts the generator. */
export function startLoad(): Load {
  const child = forkHere('load-generator.ts');
  return {
    run: (job) => askChild<LoadResult>(child, job),
    stop: () => child.disconnect(),
  };
}
