// The load generator of the fault run, in a process of its own: a closed loop of connections that looks at every answer.
// Run by judged-load.ts, one job at a time.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../bench/statistics.ts';
import { createPace } from './pace.ts';
import { createRawClient, headerOf, type RawAnswer, type RawClient } from './raw-client.ts';
import { anyRequest, type FaultRequest, getRequest, type Mix } from './requests.ts';

/** What to send, where to, how. */
export interface JudgedJob {
  readonly port: number;
  readonly mix: Mix;
  readonly connections: number;
  /** Ends after this time, or after so many answers. */
  readonly seconds: number;
  readonly answers?: number;
  /** How many requests a second are made at most, all connections together. Left out: as many as are answered. */
  readonly requestsPerSecond?: number;
}

/** Milliseconds of the answers of one kind. */
export interface Times {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly longest: number;
}

export interface Judged {
  readonly seconds: number;
  /** Tokens: the 200s of good logins. */
  readonly accepted: Times;
  /** 429 and 503. */
  readonly refused: Times;
  /** By kind and status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What was wrong with answers, and how often. */
  readonly flaws: Readonly<Record<string, number>>;
  /** The request ids of all tokens. */
  readonly tokenRequestIds: readonly string[];
  /** The share of the time in which the generator itself was at work. */
  readonly generatorBusy: number;
}

process.on('message', (job: JudgedJob) => void run(job).then((judged) => process.send?.(judged)));
process.once('disconnect', () => process.exit(0));

async function run({
  port,
  mix,
  connections,
  seconds,
  answers = Infinity,
  requestsPerSecond = Infinity,
}: JudgedJob): Promise<Judged> {
  const accepted: number[] = [];
  const refused: number[] = [];
  const statuses: Record<string, number> = {};
  const flaws: Record<string, number> = {};
  const tokenRequestIds: string[] = [];
  const count = (of: Record<string, number>, name: string) => {
    of[name] = (of[name] ?? 0) + 1;
  };
  // Opened before the clock starts: what is judged is how requests are answered, not how fast connections are taken.
  const clients = Array.from({ length: connections }, () => createRawClient(port));
  await Promise.all(clients.map((client) => client.send(getRequest('/healthz'))));
  const startedAt = performance.now();
  const endAt = startedAt + seconds * 1000;
  const workBefore = performance.eventLoopUtilization();
  const pace = createPace(requestsPerSecond);
  let answered = 0;

  async function loop(client: RawClient): Promise<void> {
    while (performance.now() < endAt && answered < answers) {
      await pace.turn();
      if (performance.now() >= endAt) break;
      const request = anyRequest(mix);
      try {
        const answer = await client.send(request.bytes);
        answered += 1;
        count(statuses, `${request.kind} ${answer.status}`);
        for (const flaw of flawsOf(request, answer)) count(flaws, flaw);
        if (answer.status === 429 || answer.status === 503) {
          refused.push(answer.ms);
        } else if (request.good && answer.status === 200) {
          accepted.push(answer.ms);
          tokenRequestIds.push(headerOf(answer, 'x-auth0-requestid') ?? '');
        }
      } catch (error) {
        count(flaws, `${request.kind}: no answer (${(error as Error).message})`);
        await sleep(50);
      }
    }
    client.close();
  }
  await Promise.all(clients.map(loop));
  pace.end();
  return {
    seconds: (performance.now() - startedAt) / 1000,
    accepted: timesOf(accepted),
    refused: timesOf(refused),
    statuses,
    flaws,
    tokenRequestIds,
    generatorBusy: performance.eventLoopUtilization(workBefore).utilization,
  };
}

/** Refusals are mostly alike: what was found in a body is not looked for in the next one of the same words. */
const bodies = new Map<string, Record<string, unknown> | null>();
const MOST_BODIES = 100;

function bodyOf({ status, body }: RawAnswer): Record<string, unknown> | null {
  if (status === 200) return readObject(body);
  const known = bodies.get(body);
  if (known !== undefined) return known;
  const read = readObject(body);
  if (bodies.size < MOST_BODIES) bodies.set(body, read);
  return read;
}

/** What is wrong with an answer; nothing for a good one. */
function flawsOf({ kind, expected, good }: FaultRequest, answer: RawAnswer): string[] {
  const isRefusal = answer.status === 429 || answer.status === 503;
  const body = bodyOf(answer);
  return [
    ...(isRefusal || expected.includes(answer.status) ? [] : [`${kind}: status ${answer.status}`]),
    ...(isRefusal && headerOf(answer, 'retry-after') === null ? [`${answer.status} without Retry-After`] : []),
    ...(body === null ? [`${kind}: ${answer.status} without a JSON object`] : []),
    ...(answer.status !== 200 && typeof body?.['error'] !== 'string'
      ? [`${kind}: ${answer.status} without a code`]
      : []),
    ...(!good && (body?.['access_token'] ?? body?.['id_token']) !== undefined ? [`${kind}: a token`] : []),
    ...(good && answer.status === 200 && typeof body?.['access_token'] !== 'string' ? [`${kind}: no token`] : []),
  ];
}

function readObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function timesOf(times: readonly number[]): Times {
  return {
    count: times.length,
    p50: percentile(times, 0.5),
    p90: percentile(times, 0.9),
    p99: percentile(times, 0.99),
    longest: percentile(times, 1),
  };
}
