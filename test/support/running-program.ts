// Child processes of tests: started, watched, and ended with the test process at the latest, whatever becomes of the test.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';

/** The folder of the checkout, in which every program starts. */
export const ROOT = dirname(dirname(import.meta.dirname));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProgram {
  /** Its number; 0 when it could not be started. */
  readonly pid: number;
  /** Everything printed so far, on either stream. */
  printed(): string;
  /** Resolves to the first match in what is printed; rejects when the program ends without printing it. */
  waitFor(pattern: RegExp): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  /** Makes it stand still, as long as it gets no SIGCONT; resolves when nothing of it moves any more. */
  freeze(): Promise<void>;
  /** Asks it to end, insists after a while, and resolves when it has. */
  stop(): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

interface Settings {
  /** Added to the cleaned environment. */
  readonly environment?: Record<string, string>;
  /** What the program reads on its standard input. */
  readonly input?: string;
  /** True for a shell or npm, whose own children are to end with it. */
  readonly withChildren?: boolean;
  /** True for a program that ends when its input does: the input stays open until this process ends. */
  readonly keepsInputOpen?: boolean;
}

const INSIST_AFTER_MS = 40_000;

const living = new Set<(signal: NodeJS.Signals) => void>();
process.on('exit', () => {
  for (const kill of living) kill('SIGKILL');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

/**
 * This process's environment without what would change how the programs under test behave, such as proxies; where compiled
 * modules are kept changes nothing but their start.
 */
export function cleanEnvironment(added: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      name === 'NODE_COMPILE_CACHE' || !/^(GATEHOUSE_|NODE_|npm_|SSL_CERT_)|_proxy$|^CURL_CA_BUNDLE$/i.test(name),
  );
  const path = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`;
  return { ...Object.fromEntries(kept), PATH: path, ...added };
}

/** Starts a program. */
export function start(command: string, args: readonly string[], settings: Settings = {}): RunningProgram {
  const { environment = {}, input, withChildren = false, keepsInputOpen = false } = settings;
  const child = spawn(command, args, { cwd: ROOT, env: cleanEnvironment(environment), detached: withChildren });
  child.stdin.on('error', () => {
    // A program that reads no input may be gone before it got any.
  });
  if (!keepsInputOpen) child.stdin.end(input);
  const kill = (signal: NodeJS.Signals) => killChild(child, signal, withChildren);
  living.add(kill);
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  const heard = () => {
    for (const listener of listeners) listener();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    heard();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    heard();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      living.delete(kill);
      resolve({ code, signal, stdout, stderr });
    });
  });
  // Whoever awaits it sees the error; a test that failed before that must not end by an unhandled rejection.
  ended.catch(() => living.delete(kill));

  return {
    pid: child.pid ?? 0,
    ended,
    kill,
    async freeze() {
      kill('SIGSTOP');
      // A thread that is at work on another processor stops a little later, and may answer meanwhile.
      while (!isFrozen(child.pid ?? 0)) await setImmediate();
    },
    printed: () => stdout + stderr,
    waitFor: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(stdout) ?? pattern.exec(stderr);
          if (!match) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        ended.then(
          () => reject(new Error(`${command} ended without printing ${pattern.source}:\n${stdout}${stderr}`)),
          reject,
        );
      }),
    async stop() {
      kill('SIGTERM');
      const insist = setTimeout(() => kill('SIGKILL'), INSIST_AFTER_MS);
      try {
        return await ended;
      } finally {
        clearTimeout(insist);
      }
    },
  };
}

// Where Linux offers it, the kernel ends a server whose test process was killed and could end nothing any more. setpriv
// replaces itself by the command, so the process is the same.
const SETPRIV = '/usr/bin/setpriv';
const DYING_WITH_TEST = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL', '--'] : [];

/** Starts a server that ends when this process does, even if it is killed. */
export function startTied(program: string, args: readonly string[], settings: Settings = {}): RunningProgram {
  const [command = '', ...rest] = [...DYING_WITH_TEST, program, ...args];
  return start(command, rest, settings);
}

/** Starts Gatehouse from the command line. */
export function startGatehouse(args: readonly string[], environment: Record<string, string> = {}): RunningProgram {
  return startTied(process.execPath, ['src/main.ts', ...args], { environment });
}

/** Whether every thread of the process has stopped. */
function isFrozen(pid: number): boolean {
  const threads = `/proc/${pid}/task`;
  try {
    // The name of the program stands in brackets before the state, and may hold anything.
    return readdirSync(threads).every((thread) => /.*\) T /.test(readFileSync(`${threads}/${thread}/stat`, 'utf8')));
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    // A thread ended between the two looks, or all of them did: then nothing is left that could answer.
    return !existsSync(threads);
  }
}

function killChild(child: ChildProcess, signal: NodeJS.Signals, withChildren: boolean): void {
  if (child.pid === undefined) return;
  if (!withChildren) {
    child.kill(signal);
    return;
  }
  try {
    // The group of a detached child has the child's own number.
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
