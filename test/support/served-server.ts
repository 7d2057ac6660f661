// `gatehouse serve` as an operator runs it, and `gatehouse apply` beside it: processes of their own on one data folder.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Answer, exchange } from './http-exchange.ts';
import { type Ended, type RunningProgram, startGatehouse } from './running-program.ts';

export interface ServedServer {
  readonly port: number;
  readonly program: RunningProgram;
}

/** A data folder with its master key. */
export interface Installation {
  readonly dataDir: string;
  readonly databasePath: string;
  readonly environment: Record<string, string>;
  /** Starts the server and resolves when it listens, on a port of the system's choice. */
  serve(flags?: readonly string[]): Promise<ServedServer>;
  /** Starts `apply` with this tenant; the file is called NAME.yaml. */
  startApply(name: string, tenant: object | string, environment?: Record<string, string>): RunningProgram;
  apply(name: string, tenant: object | string, environment?: Record<string, string>): Promise<Ended>;
  /** Ends what still runs and deletes the folder. */
  remove(): Promise<void>;
}

/**
 * A test spends its time on what it is about: no costly hashes, and no waiting for a balancer at the end. A slow machine is no
 * reason to turn its logins away.
 */
const QUICK = {
  GATEHOUSE_HASH_WAIT_BUDGET_MS: '60000',
  GATEHOUSE_HASH_MEMORY_KIB: '8192',
  GATEHOUSE_HASH_ITERATIONS: '1',
  GATEHOUSE_SHUTDOWN_DELAY_SECONDS: '0',
};

export const HOST = 'tenant.example.test';

/** Makes an empty folder and a master key. */
export function makeInstallation(): Installation {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-serve-'));
  const dataDir = join(folder, 'data');
  const environment = { ...QUICK, GATEHOUSE_MASTER_KEY: randomBytes(32).toString('base64') };
  const programs: RunningProgram[] = [];
  function startHere(args: readonly string[], added: Record<string, string> = {}): RunningProgram {
    const program = startGatehouse([...args, '--data-dir', dataDir], { ...environment, ...added });
    programs.push(program);
    return program;
  }
  function startApply(name: string, tenant: object | string, added?: Record<string, string>): RunningProgram {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, typeof tenant === 'string' ? tenant : stringify(tenant));
    return startHere(['apply', path], added);
  }
  return {
    dataDir,
    databasePath: join(dataDir, 'gatehouse.db'),
    environment,
    async serve(flags = []) {
      const program = startHere(['serve', '--port', '0', ...flags]);
      const [, port] = await program.waitFor(/"port":(\d+),"msg":"listening"/);
      return { port: Number(port), program };
    },
    startApply,
    apply: (name, tenant, added) => startApply(name, tenant, added).ended,
    async remove() {
      for (const program of programs) program.kill('SIGKILL');
      await Promise.all(programs.map((program) => program.ended));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** POST /oauth/token at the tenant's host. */
export function requestToken(port: number, json: object, headers: Record<string, string> = {}): Promise<Answer> {
  return exchange({ port, path: '/oauth/token', json, headers: { host: HOST, ...headers } });
}
