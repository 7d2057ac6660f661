// Child processes of the benchmark: started with a clean environment, and ended with it at the latest.
import { type ChildProcess, type ForkOptions, fork, type Serializable, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';

/** The folder of the checkout. */
export const ROOT = dirname(dirname(import.meta.dirname));

/** A program that runs. */
export interface Program {
  readonly pid: number;
  /** Resolves to the first match in what it prints; rejects when it ends without printing it. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves to everything it printed; rejects unless it ends with code 0. */
  finish(): Promise<string>;
  /** Asks it to end and resolves when it has; rejects when it had to be killed. */
  stop(): Promise<void>;
}

const INSIST_AFTER_MS = 30_000;
/** Characters of what a program printed that go into an error. */
const MOST_SHOWN = 4000;

const living = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

/** Starts this Node.js with these arguments in the folder of the checkout. */
export function startNode(args: readonly string[], environment: Record<string, string> = {}): Program {
  const child = watched(
    spawn(process.execPath, args, {
      cwd: ROOT,
      env: cleanEnvironment(environment),
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
  let printed = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      for (const listener of listeners) listener();
    });
  }
  const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const fail = () => new Error(`node ${args.join(' ')} failed:\n${printed.slice(-MOST_SHOWN)}`);
  return {
    pid: child.pid ?? 0,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(printed);
          if (!match) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        closed.then(() => reject(fail()), reject);
      }),
    async finish() {
      const [code] = await closed;
      if (code !== 0) throw fail();
      return printed;
    },
    async stop() {
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), INSIST_AFTER_MS);
      const [, signal] = await closed;
      clearTimeout(insist);
      if (signal === 'SIGKILL')
        throw new Error(`node ${args.join(' ')} did not end when it was asked to:\n${printed.slice(-MOST_SHOWN)}`);
    },
  };
}

/** Starts a file of this folder that speaks with its parent by messages, and ends when that is gone. */
export function forkHere(file: string, environment: Record<string, string> = {}): ChildProcess {
  // As JSON, Infinity and NaN would arrive as null.
  const serialization = 'advanced';
  const options: ForkOptions = { cwd: ROOT, env: cleanEnvironment(environment), execArgv: [], serialization };
  return watched(fork(join(import.meta.dirname, file), options));
}

/** Sends the message and resolves to the next one that comes back; rejects when the child ends instead. */
export function askChild<T>(child: ChildProcess, message: Serializable): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      child.off('message', onMessage).off('exit', onExit);
    };
    const onMessage = (answer: unknown): void => {
      settle();
      resolve(answer as T);
    };
    const onExit = (): void => {
      settle();
      reject(new Error(`${child.spawnargs.at(-1)} ended without an answer.`));
    };
    child.once('message', onMessage).once('exit', onExit).send(message);
  });
}

function watched(child: ChildProcess): ChildProcess {
  living.add(child);
  child.once('exit', () => living.delete(child));
  return child;
}

/** This process's environment without what would change how the programs behave. */
function cleanEnvironment(added: Record<string, string>): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(GATEHOUSE_|NODE_|UV_|npm_|PG)/.test(name));
  return { ...Object.fromEntries(kept), ...added };
}
