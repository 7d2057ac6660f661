// Long reads of a SQLite file, in processes of their own that are killed at the deadline. One is started when none is idle,
// and stays for the next read.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { CompiledQuery } from 'kysely';
import type { ReadRows } from './bounded-read.ts';

/** What a process is sent. */
export type QueriesToRead = readonly { readonly text: string; readonly values: readonly unknown[] }[];

/** What it answers. */
export type ReadAnswer =
  | { readonly rows: ReadRows }
  | { readonly failure: { readonly message: string; readonly code: string } };

export interface SqliteReader {
  /** The rows of each query; null when they took longer than the deadline. */
  read(queries: readonly CompiledQuery[]): Promise<ReadRows | null>;
  /** Ends the processes; what they were reading fails as an outage. */
  close(): Promise<void>;
}

const START_TIMEOUT_MS = 10_000;

/** Builds it for this file; nothing is started yet. */
export function createSqliteReader(path: string, deadlineMs: number): SqliteReader {
  const running = new Set<ChildProcess>();
  let idle: ChildProcess[] = [];
  let isClosed = false;

  async function start(): Promise<ChildProcess> {
    // Security: the process needs none of what the environment holds, such as the master key, and no signal opens a debugger.
    const child = fork(new URL('./sqlite-reader-program.ts', import.meta.url), [path], {
      execArgv: ['--disable-sigusr1'],
      env: {},
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    running.add(child);
    child.on('error', () => {});
    child.on('exit', () => {
      running.delete(child);
      idle = idle.filter((one) => one !== child);
    });
    const greeting = await nextMessage(child, START_TIMEOUT_MS);
    if (greeting !== null) return child;
    child.kill('SIGKILL');
    throw outage('The process that reads the database did not start.');
  }

  return {
    async read(queries) {
      if (isClosed) throw outage('The database was closed.');
      const child = idle.pop() ?? (await start());
      const sent: QueriesToRead = queries.map(({ sql, parameters }) => ({ text: sql, values: parameters }));
      child.send(sent);
      const answer = (await nextMessage(child, deadlineMs)) as ReadAnswer | null;
      if (answer === null) {
        child.kill('SIGKILL');
        return null;
      }
      idle.push(child);
      if ('rows' in answer) return answer.rows;
      throw Object.assign(new Error(answer.failure.message), { code: answer.failure.code });
    },
    async close() {
      isClosed = true;
      await Promise.all(
        [...running].map(async (child) => {
          const ended = once(child, 'exit');
          child.kill('SIGKILL');
          await ended;
        }),
      );
    },
  };
}

/** The next thing the process says, null when it says nothing in time; throws when it ends. */
function nextMessage(child: ChildProcess, milliseconds: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => resolve(null)), milliseconds);
    const onMessage = (message: unknown) => finish(() => resolve(message));
    const onEnd = () => finish(() => reject(outage('The process that reads the database ended.')));
    function finish(settle: () => void): void {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onEnd).off('error', onEnd);
      settle();
    }
    child.on('message', onMessage).on('exit', onEnd).on('error', onEnd);
  });
}

function outage(message: string): Error {
  return Object.assign(new Error(message), { code: 'SQLITE_IOERR_READER' });
}
