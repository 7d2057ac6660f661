// `gatehouse dev` as a newcomer starts it: a process of its own on free ports, with a data folder that goes with it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTwoFreePorts } from './free-ports.ts';
import { exchange } from './http-exchange.ts';
import { type Ended, type RunningProgram, startGatehouse } from './running-program.ts';

interface Settings {
  /** Tenant file for `--apply`; the quick-start one when left out. */
  readonly file?: string;
  /** A folder to start on again, left there at the end; a new one when left out. */
  readonly dataDir?: string;
  readonly ports?: readonly [http: number, https: number];
  readonly environment?: Record<string, string>;
}

export interface DevServer {
  readonly http: string;
  readonly https: string;
  /** What the official clients call the domain: host and port. */
  readonly domain: string;
  readonly ports: readonly [http: number, https: number];
  /** The certificate that clients must trust. */
  readonly caPath: string;
  readonly dataDir: string;
  readonly program: RunningProgram;
  stop(): Promise<Ended>;
}

const ATTEMPTS = 3;
/** A slow machine is no reason to turn its logins away. */
const PATIENT = { GATEHOUSE_HASH_WAIT_BUDGET_MS: '60000' };

/** Resolves when the server is ready and has printed its first token. */
export async function startDevServer(settings: Settings = {}): Promise<DevServer> {
  const dataDir = settings.dataDir ?? mkdtempSync(join(tmpdir(), 'gatehouse-dev-'));
  for (let attempt = 1; ; attempt += 1) {
    const ports = settings.ports ?? (await findTwoFreePorts());
    try {
      return await startOn(ports, dataDir, settings);
    } catch (error) {
      // Somebody else may have taken a port since it was free.
      const taken = error instanceof Error && error.message.includes('The port is taken');
      if (!taken || settings.ports !== undefined || attempt === ATTEMPTS) throw error;
    }
  }
}

async function startOn(ports: readonly [number, number], dataDir: string, settings: Settings): Promise<DevServer> {
  const [http, https] = ports;
  const apply = settings.file === undefined ? [] : ['--apply', settings.file];
  const flags = ['--data-dir', dataDir, '--port', String(http), '--https-port', String(https), ...apply];
  const program = startGatehouse(['dev', ...flags], { ...PATIENT, ...settings.environment });
  await program.waitFor(/Stop with Ctrl-C/);
  const { status, text } = await exchange({ port: http, path: '/readyz' });
  if (status !== 200) throw new Error(`/readyz answered ${status}: ${text}`);
  return {
    http: `http://localhost:${http}`,
    https: `https://localhost:${https}`,
    domain: `localhost:${https}`,
    ports,
    caPath: join(dataDir, 'ca.pem'),
    dataDir,
    program,
    async stop() {
      const end = await program.stop();
      if (settings.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      return end;
    },
  };
}
