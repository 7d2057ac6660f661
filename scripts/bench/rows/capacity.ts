// What `doctor --capacity` forecasts, against what a server then does.
import { type Installation, startCommand } from '../installation.ts';
import type { Bar, Engine, Figure, Row } from '../report.ts';
import { median } from '../statistics.ts';
import { machineRequests } from '../tenant.ts';
import { type Loaded, loadInTurn, USUAL, type Workbench, withServers } from '../workbench.ts';
import { LOGINS } from './password-grant.ts';

/** A machine is bought by it: to be wrong by a third would matter. */
const GOAL: Bar = { atLeast: 0.67, atMost: 1.5 };

const KINDS = [
  { name: 'logins', connections: 8, requests: LOGINS, read: (forecast: Forecast) => forecast.loginsPerSecond },
  {
    name: 'client credentials, RS256',
    connections: 16,
    requests: machineRequests('RS256'),
    read: (forecast: Forecast) => forecast.clientCredentialsPerSecond.RS256,
  },
  {
    name: 'client credentials, ES256',
    connections: 16,
    requests: machineRequests('ES256'),
    read: (forecast: Forecast) => forecast.clientCredentialsPerSecond.ES256,
  },
] as const;

interface Forecast {
  readonly loginsPerSecond: number;
  readonly clientCredentialsPerSecond: Readonly<Record<'RS256' | 'ES256', number>>;
}

/** Asks the doctor on each engine, loads the servers, and asks again: what else the machine does may change meanwhile. */
export async function measureCapacityForecast(workbench: Workbench): Promise<Row[]> {
  const { engines, progress } = workbench;
  const forecasts = new Map<Engine, Forecast[]>(engines.map((engine) => [engine, []]));
  const askDoctors = async () => {
    for (const engine of engines) {
      progress.step(`asking the doctor on ${engine}`);
      forecasts.get(engine)?.push(await askDoctor(await workbench.provide(engine, USUAL)));
    }
  };
  await askDoctors();
  const measured = await withServers(workbench, async (servers) => {
    const all: ReadonlyMap<Engine, Loaded>[] = [];
    for (const { connections, requests } of KINDS) {
      const jobs = [...servers].map(([column, { port }]) => ({ column, job: { port, connections, requests } }));
      all.push(await loadInTurn(workbench, jobs));
    }
    return all;
  });
  await askDoctors();

  const valuesOf = (of: (engine: Engine) => number) =>
    Object.fromEntries(engines.map((engine) => [engine, of(engine)]));
  const figures = KINDS.flatMap(({ name, read }, kind): Figure[] => {
    const reached = (engine: Engine) => measured[kind]?.get(engine)?.rate ?? Number.NaN;
    const foreseen = (engine: Engine) => median((forecasts.get(engine) ?? []).map(read));
    return [
      { name: `${name}, forecast`, unit: '/s', values: valuesOf(foreseen) },
      { name: `${name}, measured`, unit: '/s', values: valuesOf(reached) },
      {
        name: `${name}, measured against forecast`,
        unit: 'times',
        values: valuesOf((engine) => reached(engine) / foreseen(engine)),
        bar: GOAL,
      },
    ];
  });
  return [{ title: 'What `doctor --capacity` forecasts', figures }];
}

async function askDoctor(installation: Installation): Promise<Forecast> {
  const printed = await startCommand(installation, ['doctor', '--capacity', '--json']).finish();
  return (JSON.parse(printed) as { capacity: { forecast: Forecast } }).capacity.forecast;
}
