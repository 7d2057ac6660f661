// Far more logins than the machine can hash: 512 connections that all come again at once, however they are answered.
import { setTimeout } from 'node:timers/promises';
import type { Served } from '../installation.ts';
import type { LoadResult, StatusLoad } from '../load-generator.ts';
import type { Engine, Figure, Row } from '../report.ts';
import { residentMegabytes } from '../resident-memory.ts';
import { sendUntilAccepted } from '../send.ts';
import { median } from '../statistics.ts';
import { emailOf, loginRequest } from '../tenant.ts';
import { type Workbench, withServers } from '../workbench.ts';
import { LOGINS } from './password-grant.ts';

const CONNECTIONS = 512;
const FLOOD_MS = { full: 10_000, quick: 4000 };
const ROUNDS = { full: 2, quick: 1 };
const MEMORY_EVERY_MS = 1000;
const REFUSALS = ['429', '503'];

interface Round {
  /** The rates at 8 and at 64 in flight, measured just before. */
  readonly rates: readonly [number, number];
  readonly flood: LoadResult;
  readonly nextLoginMs: number;
  readonly megabytes: number;
}

/** Measures the flood, and the next login when it is over. */
export function measureFlood(workbench: Workbench): Promise<Row[]> {
  return withServers(workbench, async (servers) => {
    const found = new Map<Engine, Round[]>();
    const rounds = workbench.plan.quick ? ROUNDS.quick : ROUNDS.full;
    for (let round = 1; round <= rounds; round += 1) {
      for (const [engine, server] of servers) {
        workbench.progress.step(`${engine}, round ${round} of ${rounds}`);
        found.set(engine, [...(found.get(engine) ?? []), await floodOnce(workbench, server)]);
      }
    }
    const figure = (
      name: string,
      unit: Figure['unit'],
      of: (rounds: readonly Round[]) => number,
      atMost?: number,
    ): Figure => ({
      name,
      unit,
      values: Object.fromEntries([...found].map(([engine, all]) => [engine, of(all)])),
      ...(atMost === undefined ? {} : { bar: { atMost } }),
    });
    const middle = (of: (round: Round) => number) => (all: readonly Round[]) => median(all.map(of));
    const worst = (of: (round: Round) => number) => (all: readonly Round[]) => Math.max(...all.map(of));
    const count = (of: (statuses: LoadResult['statuses']) => number) => (all: readonly Round[]) =>
      all.reduce((sum, { flood }) => sum + of(flood.statuses), 0);
    return [
      {
        title: `Flood: ${CONNECTIONS} connections that come again at once`,
        figures: [
          figure('peak without a flood (8 or 64 in flight)', '/s', peakOf),
          figure(
            'logins during the flood',
            '/s',
            middle(({ flood }) => flood.rate),
          ),
          {
            ...figure(
              'logins as a share of the peak',
              'share',
              (all) => median(all.map((one) => one.flood.rate)) / peakOf(all),
            ),
            bar: { atLeast: 0.95 },
          },
          figure(
            'accepted, 99 of 100 within',
            'ms',
            worst(({ flood }) => flood.statuses['200']?.p99 ?? Number.NaN),
            3000,
          ),
          figure(
            'refused, 99 of 100 within',
            'ms',
            worst(({ flood }) => slowestRefusal(flood)),
            150,
          ),
          figure(
            'answers 200',
            'answers',
            count((statuses) => statuses['200']?.count ?? 0),
          ),
          figure(
            'answers 429',
            'answers',
            count((statuses) => statuses['429']?.count ?? 0),
          ),
          figure(
            'answers 503',
            'answers',
            count((statuses) => statuses['503']?.count ?? 0),
          ),
          figure('other answers and broken connections', 'answers', (all) => count(others)(all) + sumOfErrors(all), 0),
          figure(
            'the next login takes',
            'ms',
            worst(({ nextLoginMs }) => nextLoginMs),
            1000,
          ),
          figure(
            'most memory of the process (RSS)',
            'MB',
            worst(({ megabytes }) => megabytes),
          ),
        ],
      },
    ];
  });
}

async function floodOnce({ load, plan }: Workbench, { port, pid }: Served): Promise<Round> {
  const calm = async (connections: number) => (await load.run({ ...plan, port, connections, requests: LOGINS })).rate;
  const rates = [await calm(8), await calm(64)] as const;
  const measureMs = plan.quick ? FLOOD_MS.quick : FLOOD_MS.full;
  const over = new AbortController();
  const memory = watchMemory(pid, over.signal);
  const flood = await load.run({ ...plan, port, connections: CONNECTIONS, measureMs, requests: LOGINS });
  const nextLoginMs = await sendUntilAccepted(port, loginRequest(emailOf(1)));
  over.abort();
  return { rates, flood, nextLoginMs, megabytes: await memory };
}

async function watchMemory(pid: number, signal: AbortSignal): Promise<number> {
  let most = 0;
  while (!signal.aborted) {
    most = Math.max(most, residentMegabytes(pid));
    await setTimeout(MEMORY_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return most;
}

function peakOf(rounds: readonly Round[]): number {
  return Math.max(...[0, 1].map((at) => median(rounds.map(({ rates }) => rates[at] ?? Number.NaN))));
}

function slowestRefusal({ statuses }: LoadResult): number {
  const refused = REFUSALS.map((status) => statuses[status]).filter((some): some is StatusLoad => some !== undefined);
  return refused.length === 0 ? 0 : Math.max(...refused.map(({ p99 }) => p99));
}

function others(statuses: LoadResult['statuses']): number {
  const expected = ['200', ...REFUSALS];
  return Object.entries(statuses)
    .filter(([status]) => !expected.includes(status))
    .reduce((sum, [, { count }]) => sum + count, 0);
}

function sumOfErrors(rounds: readonly Round[]): number {
  return rounds.reduce((sum, { flood }) => sum + flood.errors, 0);
}
