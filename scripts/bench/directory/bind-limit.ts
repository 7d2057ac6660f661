// The parent's side of the server that only binds.
import { askChild, forkHere } from '../child-program.ts';
import type { BindLimitSetting, BindLoopJob, BindWork } from './bind-limit-server.ts';

export interface BindLimit {
  readonly port: number;
  /** How often a second that is done without HTTP and without a load generator. */
  loop(name: BindWork, inFlight: number, ms: number): Promise<number>;
  stop(): void;
}

/** Starts it. */
export async function startBindLimit(setting: BindLimitSetting): Promise<BindLimit> {
  const child = forkHere('directory/bind-limit-server.ts');
  const { port } = await askChild<{ port: number }>(child, { ...setting });
  return {
    port,
    async loop(name, inFlight, ms) {
      const job: BindLoopJob = { name, inFlight, ms };
      const { rate } = await askChild<{ rate: number }>(child, { ...job });
      return rate;
    },
    stop: () => child.disconnect(),
  };
}
