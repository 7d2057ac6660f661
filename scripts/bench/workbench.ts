// What every measurement works with, and the two things that most of them do: start a server on each engine, and load several
// servers in turn.
import type { Installation, Served } from './installation.ts';
import { serve } from './installation.ts';
import type { Limit } from './limit.ts';
import type { LimitWork } from './limit-work.ts';
import type { Load } from './load.ts';
import type { LoadJob } from './load-generator.ts';
import type { Progress } from './progress.ts';
import type { InstallationPlan } from './provision.ts';
import type { Column, Engine } from './report.ts';
import { median } from './statistics.ts';

/** How often and how long things are measured. */
export interface Plan {
  /** True leaves out what takes long. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface Workbench {
  readonly plan: Plan;
  readonly engines: readonly Engine[];
  /** For what is made on the way. */
  readonly folder: string;
  readonly limit: Limit;
  readonly load: Load;
  readonly progress: Progress;
  /** Where the servers under load write their profiles; null for none. */
  readonly profile: string | null;
  /** An installation with its users, made at the first call of a run. */
  provide(engine: Engine, plan: InstallationPlan): Promise<Installation>;
}

/** The installation that most rows are measured on. */
export const USUAL: InstallationPlan = { name: 'usual', users: 1000, kept: false };

/** Runs the work with a server on each engine's usual installation. */
export async function withServers<T>(
  workbench: Workbench,
  work: (servers: ReadonlyMap<Engine, Served>) => Promise<T>,
): Promise<T> {
  const servers = new Map<Engine, Served>();
  try {
    for (const engine of workbench.engines)
      servers.set(engine, await serveProfiled(workbench, await workbench.provide(engine, USUAL)));
    return await work(servers);
  } finally {
    await Promise.all([...servers.values()].map((server) => server.stop()));
  }
}

/** A server of this installation; it writes its profile where that is wanted. */
export function serveProfiled({ profile }: Workbench, installation: Installation): Promise<Served> {
  return serve(installation, { nodeOptions: profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`] });
}

/** Who is loaded, and with what. */
export interface Contestant<Name extends string = Column> {
  readonly column: Name;
  readonly job: Pick<LoadJob, 'port' | 'connections' | 'requests'>;
}

/** Medians of the rounds. */
export interface Loaded {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** The share of the time in which the generator was at work. */
  readonly generatorBusy: number;
}

/** What each contestant reached. */
export type LoadedByColumn<Name extends string = Column> = ReadonlyMap<Name, Loaded>;

/** Loads one after the other, round by round, so that what disturbs the machine disturbs all. Throws for any answer but 200. */
export async function loadInTurn<Name extends string = Column>(
  { plan, load, progress }: Pick<Workbench, 'plan' | 'load' | 'progress'>,
  contestants: readonly Contestant<Name>[],
): Promise<LoadedByColumn<Name>> {
  const rounds = new Map<Name, Loaded[]>();
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const { column, job } of contestants) {
      progress.step(`${column}, ${job.connections} in flight, round ${round} of ${plan.rounds}`);
      const { rate, statuses, errors, generatorBusy } = await load.run({ ...job, ...plan });
      const { 200: answered, ...others } = statuses;
      if (!answered || Object.keys(others).length > 0 || errors > 0) {
        throw new Error(`${column} answered ${JSON.stringify(statuses)}, with ${errors} broken connections.`);
      }
      rounds.set(column, [
        ...(rounds.get(column) ?? []),
        { rate, p50: answered.p50, p99: answered.p99, generatorBusy },
      ]);
    }
  }
  return new Map([...rounds].map(([column, all]) => [column, medianOf(all)]));
}

interface Looping<Work> {
  loop(name: Work, inFlight: number, ms: number): Promise<number>;
}

/** How often a second this work is done without HTTP: the median of as many rounds, each half as long. */
export async function loopRate<Work extends string = keyof LimitWork>(
  { limit, plan }: { readonly limit: Looping<Work>; readonly plan: Plan },
  name: Work,
  inFlight: number,
): Promise<number> {
  const rates: number[] = [];
  while (rates.length < plan.rounds) rates.push(await limit.loop(name, inFlight, plan.measureMs / 2));
  return median(rates);
}

function medianOf(rounds: readonly Loaded[]): Loaded {
  const of = (name: keyof Loaded) => median(rounds.map((round) => round[name]));
  return { rate: of('rate'), p50: of('p50'), p99: of('p99'), generatorBusy: of('generatorBusy') };
}

/** One member of what was reached, for a figure. */
export function valuesOf(loaded: LoadedByColumn, name: keyof Loaded): Partial<Record<Column, number>> {
  return Object.fromEntries([...loaded].map(([key, value]) => [key, value[name]]));
}

/** Each engine's rate as a part of this one. */
export function shares(
  loaded: LoadedByColumn,
  engines: readonly Engine[],
  whole: number,
): Partial<Record<Engine, number>> {
  return Object.fromEntries(engines.map((engine) => [engine, (loaded.get(engine)?.rate ?? Number.NaN) / whole]));
}
