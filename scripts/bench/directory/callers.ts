// The parent's side of the callers that come again and again.
import { askChild, forkHere } from '../child-program.ts';
import type { CallersJob, Statuses } from './callers-program.ts';

export interface Callers {
  /** Lets them call from now on. */
  begin(job: CallersJob): void;
  /** Sends them away; resolves to how often each status came, where 0 stands for no answer. */
  stop(): Promise<Statuses>;
  close(): void;
}

/** Starts their process. */
export function startCallers(): Callers {
  const child = forkHere('directory/callers-program.ts');
  return {
    begin: (job) => void child.send(job),
    stop: () => askChild<Statuses>(child, 'stop'),
    close: () => child.disconnect(),
  };
}
