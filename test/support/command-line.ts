// Runs commands of `gatehouse` inside the test process, on a data folder of their own, and keeps what they print.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { runCommand } from '../../src/cli/cli.ts';
import { createTestDatabase } from './test-database.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  json<T = Record<string, unknown>>(): T;
}

/** A data folder with a database and a master key. */
export interface CommandLine {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly environment: Record<string, string>;
  /** Runs a command; `input` is what it reads on standard input. */
  run(args: readonly string[], input?: string): Promise<Outcome>;
  /** Runs a command and throws when it fails. */
  succeed(args: readonly string[], input?: string): Promise<Outcome>;
  /** Writes a file into the folder; resolves to its path. */
  write(name: string, content: string | object): string;
  close(): Promise<void>;
}

/** Makes one, on SQLite or, where the runner brought PostgreSQL, there. */
export async function openCommandLine(environment: Record<string, string> = {}): Promise<CommandLine> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-cli-'));
  const database = await createTestDatabase(join(folder, 'gatehouse.db'));
  const all = {
    GATEHOUSE_DATA_DIR: folder,
    GATEHOUSE_DATABASE_URL: database.url,
    GATEHOUSE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    GATEHOUSE_HASH_MEMORY_KIB: '8192',
    GATEHOUSE_HASH_ITERATIONS: '1',
    GATEHOUSE_LOG_LEVEL: 'silent',
    UV_THREADPOOL_SIZE: '8',
    ...environment,
  };
  const run = (args: readonly string[], input = '') => runInProcess(args, all, input);
  return {
    folder,
    databaseUrl: database.url,
    environment: all,
    run,
    async succeed(args, input) {
      const outcome = await run(args, input);
      if (outcome.code !== 0)
        throw new Error(`gatehouse ${args.join(' ')} failed:\n${outcome.stdout}${outcome.stderr}`);
      return outcome;
    },
    write(name, content) {
      const path = join(folder, name);
      writeFileSync(path, typeof content === 'string' ? content : stringify(content));
      return path;
    },
    async close() {
      await database.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs one command with this environment. */
export async function runInProcess(
  args: readonly string[],
  environment: Record<string, string>,
  input = '',
): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const code = await runCommand(args, '0.0.0', {
    print: (line) => {
      stdout += `${line}\n`;
    },
    note: (line) => {
      stderr += `${line}\n`;
    },
    isWatched: false,
    overwrite: () => {},
    readInput: async () => input,
    askSecret: async () => input,
    environment,
  });
  return { code, stdout, stderr, json: <T>() => JSON.parse(stdout) as T };
}
