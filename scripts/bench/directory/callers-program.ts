// Callers who are refused and come again at a steady pace, in a process of their own. Its parent's messages: a job, which
// begins at once and is not answered, and `stop`, which is answered by how often each status came.
import { Agent, request } from 'node:http';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadRequest } from '../load-generator.ts';

export interface CallersJob {
  readonly port: number;
  readonly request: LoadRequest;
  /** How many wait for an answer at once, at most. */
  readonly callers: number;
  /** How often they call, all together. */
  readonly callsPerSecond: number;
}

/** How often each status came; 0 stands for none. */
export type Statuses = Readonly<Record<number, number>>;

let end = new AbortController();
let counted: Record<number, number> = {};

process.on('message', (message: CallersJob | 'stop') => {
  if (message === 'stop') {
    end.abort();
    process.send?.(counted);
    return;
  }
  end = new AbortController();
  counted = {};
  run(message, end.signal, counted);
});
process.once('disconnect', () => process.exit(0));

function run({ port, request: message, callers, callsPerSecond }: CallersJob, over: AbortSignal, statuses: object) {
  const count = statuses as Record<number, number>;
  const agent = new Agent({ keepAlive: true });
  over.addEventListener('abort', () => agent.destroy(), { once: true });
  let nextAt = performance.now();

  async function callAgainAndAgain(): Promise<void> {
    while (!over.aborted) {
      const pause = nextAt - performance.now();
      nextAt = Math.max(nextAt, performance.now()) + 1000 / callsPerSecond;
      if (pause > 0) await sleep(pause);
      if (over.aborted) return;
      const status = await call(agent, port, message, over);
      // Who is still waiting at the end goes without an answer.
      if (status !== null) count[status] = (count[status] ?? 0) + 1;
    }
  }
  for (let caller = 0; caller < callers; caller += 1) void callAgainAndAgain();
}

function call(
  agent: Agent,
  port: number,
  { method, path, headers, body = '' }: LoadRequest,
  over: AbortSignal,
): Promise<number | null> {
  return new Promise((resolve) => {
    const length = { 'content-length': Buffer.byteLength(body) };
    const outgoing = request({ agent, host: '127.0.0.1', port, method, path, headers: { ...headers, ...length } });
    outgoing.once('response', (incoming) => {
      incoming.resume().once('end', () => resolve(incoming.statusCode ?? 0));
      incoming.once('error', () => resolve(over.aborted ? null : 0));
    });
    outgoing.once('error', () => resolve(over.aborted ? null : 0));
    outgoing.end(body);
  });
}
