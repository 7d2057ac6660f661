// The parent's side of the limit server.
import { askChild, forkHere } from './child-program.ts';
import type { LimitWork } from './limit-work.ts';

/** The bare server and the plain loop, in one process of their own. */
export interface Limit {
  readonly port: number;
  /** How often a second this work is done without HTTP and without a load generator. */
  loop(name: keyof LimitWork, inFlight: number, ms: number): Promise<number>;
  stop(): void;
}

/** Starts the limit server, with as many threads for hashing and signing as Gatehouse gives itself. */
export async function startLimit(): Promise<Limit> {
  const child = forkHere('limit-server.ts', { UV_THREADPOOL_SIZE: '8' });
  const { port } = await askChild<{ port: number }>(child, 'listen');
  return {
    port,
    async loop(name, inFlight, ms) {
      const { rate } = await askChild<{ rate: number }>(child, { name, inFlight, ms });
      return rate;
    },
    stop: () => child.disconnect(),
  };
}
