// Whether people in the database wait longer because a directory has died: logins at the database while others keep logging
// in at a directory that works, that never answers, or that refuses every connection. On the first engine only.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { startFaultyLdap } from '../../../test/support/faulty-ldap.ts';
import { type Callers, startCallers } from '../directory/callers.ts';
import { applyTenant, type Served } from '../installation.ts';
import type { LoadResult } from '../load-generator.ts';
import type { Engine, Figure, Row } from '../report.ts';
import { median } from '../statistics.ts';
import { loginRequest, tenantWith } from '../tenant.ts';
import { serveProfiled, USUAL, type Workbench } from '../workbench.ts';
import { LOGINS } from './password-grant.ts';

/** About half of what two processors can hash: a machine that is full feels whatever else it is asked, dead or alive. */
const IN_FLIGHT = 1;
const CALLERS = { callers: 16, callsPerSecond: 32 };
/** They have been at it for so long when the measuring begins. */
const LEAD_MS = 300;
/** What is longer: until the first of them were told that the directory does not answer. */
const FIRST_LEAD_MS = { alive: LEAD_MS, silent: 3500, refusing: LEAD_MS };
const ROUNDS = 4;
const TIMES = { warmUpMs: 300, measureMs: 2000 };
const TITLE = 'Logins at the database beside a directory that dies, one in flight';
const GOAL = { atMost: 1.1 };
const DIRECTORIES = { alive: 'works', silent: 'never answers', refusing: 'refuses connections' } as const;
type Beside = keyof typeof DIRECTORIES;
const CASES = ['alone', 'alive', 'silent', 'refusing'] as const;

/** What a round found: 99 of 100 logins at the database were within so many milliseconds, and so many came a second. */
interface Measured {
  readonly p99: number;
  readonly rate: number;
  /** Answers to those who asked the directory beside. */
  readonly beside: number;
}

type Round = Readonly<Record<Beside | 'alone', Measured>>;

/** Measures it, each case in each round. */
export async function measureDeadDirectories(workbench: Workbench): Promise<Row[]> {
  const [engine] = workbench.engines;
  if (engine === undefined) return [];
  // One short round of such a ratio is noise.
  if (workbench.plan.quick) return [{ title: TITLE, figures: [], leftOut: 'a quick run leaves it out' }];
  const directories = await startDirectories();
  const callers = startCallers();
  try {
    const installation = await workbench.provide(engine, { ...USUAL, name: 'dead-directories' });
    const connections = (Object.keys(DIRECTORIES) as Beside[]).map((name) => ({
      name,
      strategy: 'ldap',
      options: {
        urls: [`ldaps://localhost:${directories.ports[name]}`],
        base: 'dc=example,dc=test',
        ca: directories.ca,
      },
    }));
    await applyTenant(installation, tenantWith(connections));
    const server = await serveProfiled(workbench, installation);
    try {
      return [rowOf(engine, await measureRounds(workbench, server, callers))];
    } finally {
      await server.stop();
    }
  } finally {
    callers.close();
    await directories.close();
  }
}

async function measureRounds(workbench: Workbench, server: Served, callers: Callers): Promise<Round[]> {
  const { progress } = workbench;
  const rounds: Round[] = [];
  while (rounds.length < ROUNDS) {
    const round: Record<string, Measured> = {};
    // Every other round backwards, so that a machine that gets slower is not taken for a dead directory.
    for (const one of rounds.length % 2 === 0 ? CASES : CASES.toReversed()) {
      progress.step(
        `${one === 'alone' ? 'no directory' : `it ${DIRECTORIES[one]}`}, round ${rounds.length + 1} of ${ROUNDS}`,
      );
      round[one] =
        one === 'alone'
          ? await measureDatabase(workbench, server)
          : await measureBeside(workbench, server, callers, one, rounds.length === 0 ? FIRST_LEAD_MS[one] : LEAD_MS);
    }
    rounds.push(round as Round);
  }
  return rounds;
}

async function measureBeside(
  workbench: Workbench,
  server: Served,
  callers: Callers,
  name: Beside,
  leadMs: number,
): Promise<Measured> {
  callers.begin({ port: server.port, request: loginRequest('somebody', { realm: name }), ...CALLERS });
  await setTimeout(leadMs);
  const measured = await measureDatabase(workbench, server);
  const expected = name === 'alive' ? 200 : 503;
  const { [expected]: beside = 0, ...others } = await callers.stop();
  if (Object.keys(others).length > 0) {
    throw new Error(`Logins at a directory that ${DIRECTORIES[name]} were answered ${JSON.stringify(others)}.`);
  }
  return { ...measured, beside };
}

async function measureDatabase({ load }: Workbench, { port }: Served): Promise<Measured> {
  const result: LoadResult = await load.run({ port, connections: IN_FLIGHT, requests: LOGINS, ...TIMES });
  const { 200: answered, ...others } = result.statuses;
  if (!answered || Object.keys(others).length > 0 || result.errors > 0) {
    throw new Error(
      `The database answered ${JSON.stringify(result.statuses)}, with ${result.errors} broken connections.`,
    );
  }
  return { p99: answered.p99, rate: result.rate, beside: 0 };
}

function rowOf(engine: Engine, rounds: readonly Round[]): Row {
  const figure = (name: string, unit: Figure['unit'], of: (round: Round) => number): Figure => ({
    name,
    unit,
    values: { [engine]: median(rounds.map(of)) },
  });
  const ofDeath = (death: 'silent' | 'refusing'): Figure[] => [
    figure(`99 of 100 within, while the directory ${DIRECTORIES[death]}`, 'ms', (round) => round[death].p99),
    {
      ...figure('that against one that works', 'times', (round) => round[death].p99 / round.alive.p99),
      bar: GOAL,
    },
    figure('logins at the database meanwhile', '/s', (round) => round[death].rate),
    besideOf(death, 'logins at the directory, answered 503'),
  ];
  const besideOf = (name: Beside, words: string): Figure => ({
    ...figure(words, 'answers', () => 0),
    values: { [engine]: rounds.reduce((sum, round) => sum + round[name].beside, 0) },
  });
  return {
    title: TITLE,
    figures: [
      figure('99 of 100 within, nobody asks a directory', 'ms', (round) => round.alone.p99),
      figure('99 of 100 within, while the directory works', 'ms', (round) => round.alive.p99),
      figure('logins at the database meanwhile', '/s', (round) => round.alive.rate),
      besideOf('alive', 'logins at the directory, answered 200'),
      ...ofDeath('silent'),
      ...ofDeath('refusing'),
    ],
  };
}

/** One that works, one that takes connections and says nothing, and a port where nobody is. */
async function startDirectories() {
  const alive = await startFaultyLdap({ tls: true });
  const open = new Set<Socket>();
  const listen = async (): Promise<Server> => {
    const server = createServer((socket) => {
      open.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => open.delete(socket));
      socket.resume();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return server;
  };
  const [silent, gone] = [await listen(), await listen()];
  const portOf = (server: Server) => (server.address() as AddressInfo).port;
  const ports: Readonly<Record<Beside, number>> = { alive: alive.port, silent: portOf(silent), refusing: portOf(gone) };
  gone.close();
  await once(gone, 'close');
  return {
    ports,
    ca: alive.ca,
    async close() {
      silent.close();
      for (const socket of open) socket.destroy();
      await alive.close();
    },
  };
}
