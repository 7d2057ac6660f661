// Logins at directories over LDAPS: a real OpenLDAP, and a real Samba as a domain controller, against binds at the same server
// alone. On the first engine only: what is behind a directory is the same on all.
import { type BindLimit, startBindLimit } from '../directory/bind-limit.ts';
import type { Directory, DirectoryKind, Population } from '../directory/directory.ts';
import { DIRECTORY_PASSWORD } from '../directory/directory.ts';
import { OPENLDAP } from '../directory/openldap.ts';
import { SAMBA } from '../directory/samba.ts';
import { applyTenant, type Served } from '../installation.ts';
import type { LoadRequest } from '../load-generator.ts';
import type { InstallationPlan } from '../provision.ts';
import type { Engine, Figure, Row } from '../report.ts';
import { median } from '../statistics.ts';
import { loginRequest, tenantWith } from '../tenant.ts';
import { type Contestant, type Loaded, loadInTurn, loopRate, serveProfiled, type Workbench } from '../workbench.ts';

const KINDS: readonly DirectoryKind[] = [OPENLDAP, SAMBA];
const INSTALLATION: InstallationPlan = { name: 'directories', users: 1, kept: false };
const PLAIN = 'plain';
const NESTED = 'nested';
const GOAL = { atLeast: 0.7 };
const IN_FLIGHT = 8;
const FULL = { rounds: 5, warmUpMs: 300, measureMs: 1500 };
const QUICK = { rounds: 2, warmUpMs: 300, measureMs: 700 };

type Name = typeof PLAIN | typeof NESTED | 'limit' | 'find-bind';

/** Measures each kind of directory that this machine has. */
export async function measureDirectories(workbench: Workbench): Promise<Row[]> {
  const rows: Row[] = [];
  for (const kind of KINDS) rows.push(...(await measureKind(workbench, kind)));
  return rows;
}

async function measureKind(workbench: Workbench, kind: DirectoryKind): Promise<Row[]> {
  const leftOut = (reason: string): Row[] => [{ title: `Logins at ${kind.title}`, figures: [], leftOut: reason }];
  const missing = kind.findMissing();
  if (missing !== null) return leftOut(`this machine does not have ${missing}`);
  if (workbench.plan.quick && kind.isSlow) return leftOut('a quick run leaves it out');
  const [engine] = workbench.engines;
  if (engine === undefined) return leftOut('there is no engine');
  workbench.progress.step(`starting ${kind.title}`);
  const directory = await kind.start();
  try {
    const installation = await workbench.provide(engine, INSTALLATION);
    await applyTenant(installation, tenantWith(connectionsTo(directory)));
    const server = await serveProfiled(workbench, installation);
    try {
      const rows: Row[] = [];
      for (const population of directory.populations) {
        // A quick run measures what has a goal.
        if (workbench.plan.quick && !population.hasGoal) continue;
        rows.push(await measurePopulation(workbench, { engine, server, directory, population }));
      }
      return rows;
    } finally {
      await server.stop();
    }
  } finally {
    await directory.stop();
  }
}

function connectionsTo({ strategy, server, plain, nested }: Directory): object[] {
  const connection = (kind: string, more: object) => ({
    name: `${strategy}-${kind}`,
    strategy,
    options: { ...server, ...more },
  });
  return [connection(PLAIN, plain), connection(NESTED, nested)];
}

interface Ground {
  readonly engine: Engine;
  readonly server: Served;
  readonly directory: Directory;
  readonly population: Population;
}

async function measurePopulation(workbench: Workbench, ground: Ground): Promise<Row> {
  const { directory, population } = ground;
  const { server, userFilter, attributes } = directory;
  const { people } = population;
  const limit = await startBindLimit({ server, userFilter, attributes, people, password: DIRECTORY_PASSWORD });
  try {
    return await measureAgainst(limit, workbench, ground);
  } finally {
    limit.stop();
  }
}

async function measureAgainst(limit: BindLimit, workbench: Workbench, ground: Ground): Promise<Row> {
  const { engine, server, directory, population } = ground;
  const isFull = population.hasGoal && !workbench.plan.quick;
  const plan = { ...workbench.plan, ...(isFull ? FULL : QUICK) };
  const bare = (column: 'limit' | 'find-bind', path: string): Contestant<Name> => ({
    column,
    job: { port: limit.port, connections: IN_FLIGHT, requests: [{ method: 'POST', path, headers: {} }] },
  });
  const gatehouse = (kind: typeof PLAIN | typeof NESTED): Contestant<Name> => ({
    column: kind,
    job: {
      port: server.port,
      connections: IN_FLIGHT,
      requests: loginsOf(population, `${directory.strategy}-${kind}`),
    },
  });
  const rounds: Round[] = [];
  while (rounds.length < plan.rounds) {
    rounds.push(
      await loadInTurn<Name>({ ...workbench, plan: { ...plan, rounds: 1 } }, [
        bare('limit', '/bind'),
        gatehouse(PLAIN),
        // What has no goal is measured less often.
        ...(isFull && rounds.length < QUICK.rounds ? [bare('find-bind', '/find-bind'), gatehouse(NESTED)] : []),
      ]),
    );
  }
  const loop = await loopRate({ limit, plan }, 'bind', IN_FLIGHT);
  const both = (name: string, member: 'p50' | 'p99'): Figure => ({
    name,
    unit: 'ms',
    values: { [engine]: medianOf(rounds, PLAIN, member), limit: medianOf(rounds, 'limit', member) },
  });
  const rate = medianOf(rounds, PLAIN, 'rate');
  return {
    title: `${population.title}, ${IN_FLIGHT} in flight`,
    figures: [
      {
        name: 'logins; the limit only binds',
        unit: '/s',
        values: { [engine]: rate, limit: medianOf(rounds, 'limit', 'rate'), loop },
      },
      {
        name: 'share of the limit',
        unit: 'share',
        values: { [engine]: shareOf(rounds, 'limit') },
        ...(population.hasGoal ? { bar: GOAL } : {}),
      },
      { name: 'share of the loop', unit: 'share', values: { [engine]: rate / loop } },
      ...(isFull ? figuresOfMore(engine, rounds) : []),
      both('median time', 'p50'),
      both('99 of 100 within', 'p99'),
    ],
  };
}

/** What each contestant reached in one round. */
type Round = ReadonlyMap<Name, Loaded>;

function medianOf(rounds: readonly Round[], name: Name, member: keyof Loaded): number {
  return median(rounds.flatMap((round) => round.get(name)?.[member] ?? []));
}

/** Taken round by round: a machine that is slower for a while is slower for both. */
function shareOf(rounds: readonly Round[], limit: 'limit' | 'find-bind'): number {
  return median(
    rounds.flatMap((round) => {
      const [own, most] = [round.get(PLAIN), round.get(limit)];
      return own && most ? own.rate / most.rate : [];
    }),
  );
}

/** What more a login asks of the directory than a bind. */
function figuresOfMore(engine: Engine, rounds: readonly Round[]): Figure[] {
  return [
    {
      name: 'the same logins; the limit searches and binds',
      unit: '/s',
      values: { [engine]: medianOf(rounds, PLAIN, 'rate'), limit: medianOf(rounds, 'find-bind', 'rate') },
    },
    { name: 'share of that limit', unit: 'share', values: { [engine]: shareOf(rounds, 'find-bind') } },
    {
      name: 'logins that read nested groups',
      unit: '/s',
      values: { [engine]: medianOf(rounds, NESTED, 'rate') },
    },
  ];
}

/** A login of everybody. */
function loginsOf({ people }: Population, realm: string): LoadRequest[] {
  return people.map(({ name }) => loginRequest(name, { password: DIRECTORY_PASSWORD, realm }));
}
