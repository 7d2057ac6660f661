// The load generator, in a process of its own: does one job at a time as messages ask for it. Every connection sends its next
// request when the last one was answered (a closed loop), and works through its own part of the requests.
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import autocannon from 'autocannon';
import { percentile } from './statistics.ts';

/** One request to send. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What to send, where to, for how long. */
export interface LoadJob {
  readonly port: number;
  /** How many requests are in flight at once. */
  readonly connections: number;
  /** Answers of the first part are not counted. */
  readonly warmUpMs: number;
  readonly measureMs: number;
  readonly requests: readonly LoadRequest[];
}

/** The answers with one status. */
export interface StatusLoad {
  readonly count: number;
  /** Milliseconds, as are the others. */
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** What came back in the time that was measured. */
export interface LoadResult {
  /** Answers with status 200, per second. */
  readonly rate: number;
  /** By status. */
  readonly statuses: Readonly<Record<string, StatusLoad>>;
  /** Connections that broke, and requests without an answer. */
  readonly errors: number;
  /** The share of the time in which the generator itself was at work: near 1, it measured itself. */
  readonly generatorBusy: number;
}

const MOST_REQUESTS_PER_CONNECTION = 200;
const TIMEOUT_SECONDS = 60;
const SAMPLE_MS = 20;

process.on('message', (job: LoadJob) => void run(job).then((result) => process.send?.(result)));
process.once('disconnect', () => process.exit(0));

async function run({ port, connections, warmUpMs, measureMs, requests }: LoadJob): Promise<LoadResult> {
  let latencies = new Map<number, number[]>();
  let errors = 0;
  let connection = 0;
  const instance = autocannon(
    {
      url: `http://127.0.0.1:${port}`,
      connections,
      timeout: TIMEOUT_SECONDS,
      duration: (warmUpMs + measureMs) / 1000 + TIMEOUT_SECONDS,
      sampleInt: SAMPLE_MS,
      setupClient(client) {
        const first = connection;
        connection += 1;
        client.setRequests(partOf(requests, first, connections));
      },
    },
    () => {},
  );
  instance.on('response', (_client, status, _bytes, ms) => {
    const known = latencies.get(status);
    if (known) known.push(ms);
    else latencies.set(status, [ms]);
  });
  instance.on('reqError', () => {
    errors += 1;
  });
  const ended = new Promise<void>((resolve) => {
    instance.on('done', () => resolve());
  });

  await setTimeout(warmUpMs);
  latencies = new Map();
  errors = 0;
  const startedAt = performance.now();
  const workBefore = performance.eventLoopUtilization();
  await setTimeout(measureMs);
  const seconds = (performance.now() - startedAt) / 1000;
  const counted = latencies;
  const { utilization } = performance.eventLoopUtilization(workBefore);
  const result: LoadResult = {
    rate: (counted.get(200)?.length ?? 0) / seconds,
    statuses: Object.fromEntries([...counted].map(([status, times]) => [status, describe(times)])),
    errors,
    generatorBusy: utilization,
  };
  instance.stop();
  await ended;
  return result;
}

/** Every so-many-th request, from this one on; never none. */
function partOf(requests: readonly LoadRequest[], first: number, step: number): LoadRequest[] {
  const part: LoadRequest[] = [];
  for (let at = first; at < requests.length && part.length < MOST_REQUESTS_PER_CONNECTION; at += step) {
    const request = requests[at];
    if (request) part.push({ ...request });
  }
  const [any] = requests;
  return part.length > 0 || !any ? part : [{ ...(requests[first % requests.length] ?? any) }];
}

function describe(times: readonly number[]): StatusLoad {
  return {
    count: times.length,
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
    longest: percentile(times, 1),
  };
}
