// An installation of Gatehouse to be measured: a data folder, a master key, the tenant with its users, and the server started
// as an operator starts it, with the defaults for everything that takes time.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Program, startNode } from './child-program.ts';
import { TENANT } from './tenant.ts';

/** Where an installation keeps what it knows. */
export interface Installation {
  readonly folder: string;
  readonly databaseUrl: string;
}

/** A server that listens. */
export interface Served {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** The program; the sources when it is left out. */
  readonly program?: string;
  /** Options of Node.js itself. */
  readonly nodeOptions?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const PROGRAM = 'src/main.ts';

/** Writes the tenant into the database, which is made when it is missing. Nobody may be serving it. */
export async function applyTenant(installation: Installation, tenant: object = TENANT): Promise<void> {
  const file = join(installation.folder, 'tenant.yaml');
  mkdirSync(installation.folder, { recursive: true });
  writeFileSync(file, JSON.stringify(tenant));
  await startCommand(installation, ['apply', file]).finish();
}

/** Starts a command on it; what is in `environment` is added. */
export function startCommand(
  installation: Installation,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Program {
  return startNode([PROGRAM, ...args], { ...environmentOf(installation), ...environment });
}

/** Starts the server and resolves when it listens, on a port of the system's choice. */
export async function serve(
  installation: Installation,
  { program = PROGRAM, nodeOptions = [], environment = {} }: ServeOptions = {},
): Promise<Served> {
  const server = startNode([...nodeOptions, program, 'serve', '--port', '0'], {
    ...environmentOf(installation),
    ...environment,
  });
  const [, port] = await server.waitFor(/"port":(\d+),"msg":"listening"/);
  return { port: Number(port), pid: server.pid, stop: () => server.stop() };
}

function environmentOf({ folder, databaseUrl }: Installation): Record<string, string> {
  return {
    GATEHOUSE_DATA_DIR: join(folder, 'data'),
    GATEHOUSE_DATABASE_URL: databaseUrl,
    GATEHOUSE_MASTER_KEY: masterKeyOf(folder),
    GATEHOUSE_SHUTDOWN_DELAY_SECONDS: '0',
  };
}

/** Made once and kept beside the database, which can be used again then. */
function masterKeyOf(folder: string): string {
  const path = join(folder, 'master-key');
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const key = randomBytes(32).toString('base64');
    writeFileSync(path, key, { mode: 0o600 });
    return key;
  }
}
