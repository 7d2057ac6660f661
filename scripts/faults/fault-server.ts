// A server for the fault run: an installation in a folder of its own with the fault run's tenant, and `gatehouse serve` on it
// as an operator starts it, with the defaults for whatever is not given.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTwoFreePorts } from '../../test/support/free-ports.ts';
import { type Program, startNode } from '../bench/child-program.ts';
import { seedUsers } from '../bench/seed-users.ts';
import { USERS } from './requests.ts';

/** A line of the operational log. */
export type LogLine = Readonly<Record<string, unknown>>;

export interface FaultServer {
  readonly port: number;
  readonly pid: number;
  readonly program: Program;
  /** The text of the metrics; empty when the server has none. */
  metrics(): Promise<string>;
  openFiles(): number;
  /** Memory that the process holds, in megabytes of 1,000,000 bytes. */
  residentMegabytes(): number;
  /** Sends SIGTERM, once; resolves to the log when the process has ended with code 0, and rejects for another. */
  stop(): Promise<readonly LogLine[]>;
}

export interface FaultInstallation {
  readonly databaseUrl: string;
  /** The SQLite file, when there is one. */
  readonly databasePath: string;
  serve(environment?: Readonly<Record<string, string>>): Promise<FaultServer>;
  /** Deletes what is there; the servers must have stopped. */
  remove(): void;
}

/** For suites that are not about hashing. */
export const CHEAP_HASHING = { GATEHOUSE_HASH_MEMORY_KIB: '8192', GATEHOUSE_HASH_ITERATIONS: '1' };

interface Plan {
  readonly tenant: object;
  /** SQLite in the folder when left out. */
  readonly databaseUrl?: string;
  /** The numbered users; none when left out. */
  readonly users?: boolean;
  /** Added to the environment of every command. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Makes the installation: key, database, tenant, users. */
export async function makeFaultInstallation(plan: Plan): Promise<FaultInstallation> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-faults-'));
  const databasePath = join(folder, 'data', 'gatehouse.db');
  const databaseUrl = plan.databaseUrl ?? `sqlite:${databasePath}`;
  const environment = {
    GATEHOUSE_DATA_DIR: join(folder, 'data'),
    GATEHOUSE_DATABASE_URL: databaseUrl,
    GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64'),
    GATEHOUSE_SHUTDOWN_DELAY_SECONDS: '0',
    GATEHOUSE_PORT: '0',
    // Every request of the fault run names an address of its own.
    GATEHOUSE_TRUSTED_PROXIES: '127.0.0.1',
    ...plan.environment,
  };
  const file = join(folder, 'tenant.yaml');
  writeFileSync(file, JSON.stringify(plan.tenant));
  await startNode(['src/main.ts', 'apply', file], environment).finish();
  if (plan.users === true) await seedUsers(databaseUrl, USERS);
  return {
    databaseUrl,
    databasePath,
    serve: (more = {}) => serve({ ...environment, ...more }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function serve(environment: Readonly<Record<string, string>>): Promise<FaultServer> {
  const [metricsPort] = await findTwoFreePorts();
  const program = startNode(['src/main.ts', 'serve'], {
    GATEHOUSE_METRICS_PORT: String(metricsPort),
    ...environment,
  });
  const [, port] = await program.waitFor(/"port":(\d+),"msg":"listening"/);
  const { pid } = program;
  let stopped: Promise<readonly LogLine[]> | null = null;
  return {
    port: Number(port),
    pid,
    program,
    metrics: async () => (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text(),
    openFiles: () => readdirSync(`/proc/${pid}/fd`).length,
    residentMegabytes() {
      const kibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return (Number(kibibytes) * 1024) / 1e6;
    },
    stop() {
      stopped ??= stop(program);
      return stopped;
    },
  };
}

async function stop(program: Program): Promise<readonly LogLine[]> {
  process.kill(program.pid, 'SIGTERM');
  const printed = await program.finish();
  return printed
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as LogLine);
}
