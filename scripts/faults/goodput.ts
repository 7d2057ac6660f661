// What a server still does of its work when it is asked for much more. A machine that is not alone changes its speed within a
// minute, so the load comes in rounds, with capacity measured before, between and after, and each round is held against the
// two measurements beside it. All of it is watched alike, because watching costs the server something, too.
import type { Judged, Times } from './judged-load-generator.ts';
import type { Watched } from './watch-server.ts';

interface Plan {
  readonly rounds: number;
  /** A load that the server can just bear. */
  readonly atCapacity: () => Promise<Judged>;
  /** The load of one round, for a server that does so many logins a second. */
  readonly overload: (capacity: number) => Promise<Judged>;
  /** Begins to watch; what comes back ends it. */
  readonly watch: () => Promise<() => Promise<Watched>>;
  /** Done after each round, before anything else is asked of the server. */
  readonly afterLoad?: () => Promise<void>;
}

export interface Goodput {
  /** Logins served under load, in percent of capacity: the mean of the rounds. */
  readonly percent: number;
  /** Logins a second at capacity: the mean of all measurements. */
  readonly capacity: number;
  /** All rounds as one: counts added up, and the times of the worst round. */
  readonly over: Judged;
  readonly watched: Watched;
  /** The measurements of capacity. */
  readonly calm: readonly Judged[];
}

/** Measures it. */
export async function measureGoodput({ rounds, atCapacity, overload, watch, afterLoad }: Plan): Promise<Goodput> {
  const calm = [(await watching(watch, atCapacity)).judged];
  const loaded: { readonly judged: Judged; readonly watched: Watched }[] = [];
  const shares: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const before = rateOf(calm.at(-1));
    const load = await watching(watch, () => overload(before));
    await afterLoad?.();
    const { judged: after } = await watching(watch, atCapacity);
    loaded.push(load);
    calm.push(after);
    shares.push((200 * rateOf(load.judged)) / (before + rateOf(after)));
  }
  return {
    percent: mean(shares),
    capacity: mean(calm.map(rateOf)),
    over: asOne(loaded.map(({ judged }) => judged)),
    watched: worst(loaded.map(({ watched }) => watched)),
    calm,
  };
}

/** Logins a second. */
function rateOf(judged: Judged | undefined): number {
  return judged ? judged.accepted.count / judged.seconds : Number.NaN;
}

async function watching(
  watch: Plan['watch'],
  work: () => Promise<Judged>,
): Promise<{ readonly judged: Judged; readonly watched: Watched }> {
  const stopWatching = await watch();
  const judged = await work();
  return { judged, watched: await stopWatching() };
}

function asOne(all: readonly Judged[]): Judged {
  return {
    seconds: sum(all.map(({ seconds }) => seconds)),
    accepted: worstTimes(all.map(({ accepted }) => accepted)),
    refused: worstTimes(all.map(({ refused }) => refused)),
    statuses: added(all.map(({ statuses }) => statuses)),
    flaws: added(all.map(({ flaws }) => flaws)),
    tokenRequestIds: all.flatMap(({ tokenRequestIds }) => tokenRequestIds),
    generatorBusy: mean(all.map(({ generatorBusy }) => generatorBusy)),
  };
}

function worstTimes(all: readonly Times[]): Times {
  const most = (name: keyof Times) => Math.max(...all.map((times) => times[name]));
  return {
    count: sum(all.map(({ count }) => count)),
    ...{ p50: most('p50'), p90: most('p90'), p99: most('p99'), longest: most('longest') },
  };
}

function worst(all: readonly Watched[]): Watched {
  const paths = [...(all[0]?.probes.keys() ?? [])];
  return {
    probes: new Map(
      paths.map((path) => [path, Math.max(...all.map(({ probes }) => probes.get(path) ?? Number.NaN))] as const),
    ),
    loopDelayMs: Math.max(...all.map(({ loopDelayMs }) => loopDelayMs)),
    megabytes: all.flatMap(({ megabytes }) => megabytes),
  };
}

function added(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const [name, count] of all.flatMap((one) => Object.entries(one))) total[name] = (total[name] ?? 0) + count;
  return total;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function mean(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}
