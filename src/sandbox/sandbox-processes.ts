// The processes that scripts run in: a few, each for one tenant as long as it lives, kept warm for the next run. One that
// takes too long is killed from here, whatever it does. Called by sandbox-runs.ts.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FetchForGuest, readAsked, type SentResponse } from './guest-fetch.ts';
import { readAnswer, type ScriptAnswer, type ScriptCode, type ScriptOrder, type SentOrder } from './script.ts';

/** No process could be started, or it ended at its start: nothing was run. */
export class SandboxUnavailable extends Error {
  override readonly name = 'SandboxUnavailable';
}

export interface SandboxProcesses {
  /**
   * Runs the order in a process of this tenant, sending the requests of its scripts; null when it was killed at the deadline or ended by itself. Throws
   * `SandboxUnavailable`. The caller sees to it that no more run at once than there may be processes.
   */
  run(
    tenant: string,
    order: ScriptOrder,
    deadlineMs: number,
    fetch: FetchForGuest,
  ): Promise<ScriptAnswer | 'killed' | 'ended'>;
  /** Ends all of them; what they were running is lost. */
  close(): Promise<void>;
}

interface Sandbox {
  readonly tenant: string;
  readonly child: ChildProcess;
  /** The code that it has, one entry for each harness. */
  readonly codes: ScriptCode[];
  /** Ends it when nobody needs it; null while it runs. */
  idleTimer: NodeJS.Timeout | null;
}

const PROGRAM = new URL('./sandbox-program.ts', import.meta.url);
/** What the program imports from outside. */
const PACKAGES = ['quickjs-emscripten-core', '@jitl/quickjs-wasmfile-release-sync', 'hash-wasm'] as const;
/** Most requests of one run to other servers. */
const MOST_REQUESTS = 10;
/** Milliseconds that an idle process is kept. */
const KEPT_MS = 60_000;
const START_TIMEOUT_MS = 10_000;
/** Most megabytes of its own objects; the memory of scripts is bounded by the engine. */
const HEAP_MEGABYTES = 64;

/** Builds it; nothing is started yet. `most` bounds the processes. */
export function createSandboxProcesses(most: number): SandboxProcesses {
  const all = new Set<Sandbox>();
  let isClosed = false;

  function end(sandbox: Sandbox): void {
    if (sandbox.idleTimer) clearTimeout(sandbox.idleTimer);
    all.delete(sandbox);
    sandbox.child.kill('SIGKILL');
  }

  /** An idle one of this tenant. Security: of no other tenant, whatever a script may have done to it. */
  function findIdle(tenant: string): Sandbox | null {
    for (const sandbox of all) {
      if (sandbox.tenant !== tenant || sandbox.idleTimer === null) continue;
      clearTimeout(sandbox.idleTimer);
      sandbox.idleTimer = null;
      return sandbox;
    }
    return null;
  }

  /** Makes room by ending the one that was used least lately. */
  function endIdlest(): void {
    for (const sandbox of all) if (sandbox.idleTimer !== null) return end(sandbox);
  }

  async function start(tenant: string): Promise<Sandbox> {
    if (isClosed) throw new SandboxUnavailable('The server is closing.');
    if (all.size >= most) endIdlest();
    const child = fork(PROGRAM, {
      // Security: nothing of the environment, no descriptor but the channel, no file but the code, no further process.
      env: {},
      execArgv: ['--disable-sigusr1', '--permission', ...readableFiles(), `--max-old-space-size=${HEAP_MEGABYTES}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const sandbox: Sandbox = { tenant, child, codes: [], idleTimer: null };
    all.add(sandbox);
    child.on('error', () => {});
    child.once('exit', () => end(sandbox));
    if ((await nextMessage(child, START_TIMEOUT_MS)).message === 'ready') return sandbox;
    end(sandbox);
    throw new SandboxUnavailable('A process for scripts did not start.');
  }

  /** Keeps it for the next run; the set is in the order of use. */
  function keep(sandbox: Sandbox): void {
    if (isClosed) return;
    all.delete(sandbox);
    all.add(sandbox);
    sandbox.idleTimer = setTimeout(() => end(sandbox), KEPT_MS).unref();
  }

  return {
    async run(tenant, order, deadlineMs, fetch) {
      const sandbox = findIdle(tenant) ?? (await start(tenant));
      // One that has just died says so by ending.
      sandbox.child.send(sentOrder(sandbox.codes, order), () => {});
      const { message, isLate } = await nextMessage(sandbox.child, deadlineMs, requestTaker(sandbox.child, fetch));
      const answer = readAnswer(message);
      if (!answer || answer.isLast) end(sandbox);
      else keep(sandbox);
      return answer ?? (isLate ? 'killed' : 'ended');
    },
    async close() {
      isClosed = true;
      await Promise.all(
        [...all].map(async (sandbox) => {
          const ended = once(sandbox.child, 'exit');
          end(sandbox);
          await ended;
        }),
      );
    },
  };
}

/** The order without what the process has; `codes` is brought to what it will have. */
function sentOrder(codes: ScriptCode[], { harness, scripts, input }: ScriptOrder): SentOrder {
  const at = codes.findIndex((code) => code.harness === harness);
  const slot = at < 0 ? codes.length : at;
  const known = codes[slot]?.scripts ?? [];
  const isKnown =
    at >= 0 && known.length === scripts.length && known.every((script, index) => script === scripts[index]);
  const code = isKnown ? null : { harness, scripts };
  if (code) codes[slot] = code;
  return { slot, code, input: JSON.stringify(input) };
}

/** The program's own code, and the folders in which its packages lie: a checkout's, or wherever npm put them. */
function readableFiles(): string[] {
  const paths = createRequire(import.meta.url).resolve.paths(PACKAGES[0]) ?? [];
  const folders = PACKAGES.flatMap((name) => paths.find((path) => existsSync(join(path, name))) ?? []);
  const own = ['.', '../../package.json'].map((path) => fileURLToPath(new URL(path, import.meta.url)));
  // Node.js looks at a link and at what it leads to.
  const files = [...own, ...folders].flatMap((file) => [file, realpathSync(file)]);
  return [...new Set(files)].map((file) => `--allow-fs-read=${file}`);
}

/** Sends what the scripts of a run ask for, and tells of a message whether it was that. */
function requestTaker(child: ChildProcess, fetch: FetchForGuest): (message: unknown) => boolean {
  let taken = 0;
  async function take(id: number, request: Parameters<FetchForGuest>[0] | null): Promise<void> {
    taken += 1;
    const response =
      taken > MOST_REQUESTS
        ? { error: `a login’s code sends ${MOST_REQUESTS} requests at most` }
        : request
          ? await fetch(request)
          : { error: 'the request is malformed' };
    const answer: SentResponse = { fetched: id, response: JSON.stringify(response) };
    // It may have ended meanwhile.
    if (child.connected) child.send(answer, () => {});
  }
  return (message) => {
    const asked = readAsked(message);
    if (asked) void take(asked.id, asked.request);
    return asked !== null;
  };
}

/** The next thing that the process says, but for what `isAside` takes; nothing when it is late, or has ended. */
function nextMessage(
  child: ChildProcess,
  milliseconds: number,
  isAside: (message: unknown) => boolean = () => false,
): Promise<{ readonly message: unknown; readonly isLate: boolean }> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(undefined, true), milliseconds);
    const onMessage = (message: unknown) => {
      if (!isAside(message)) finish(message, false);
    };
    const onEnd = () => finish(undefined, false);
    function finish(message: unknown, isLate: boolean): void {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onEnd).off('error', onEnd);
      resolve({ message, isLate });
    }
    child.on('message', onMessage).on('exit', onEnd).on('error', onEnd);
  });
}
