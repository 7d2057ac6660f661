// Writes groups of requests to a SQLite file on a thread of its own, so that the event loop never waits for the disk.
import { Worker } from 'node:worker_threads';

/** One statement with its values. */
export interface StatementToWrite {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** What the thread is sent. */
export interface GroupToWrite {
  readonly id: number;
  readonly requests: readonly (readonly StatementToWrite[])[];
}

/** What it answers. */
export type WrittenGroup =
  | { readonly id: number; readonly rows: readonly (readonly unknown[])[] }
  | { readonly id: number; readonly failure: { readonly message: string; readonly code: string } };

export interface SqliteWriter {
  /** Writes all of them or none; resolves, when they are on the disk, to the rows that each one's last statement returns. */
  write(requests: GroupToWrite['requests']): Promise<readonly (readonly unknown[])[]>;
  close(): Promise<void>;
}

type Settle = (written: WrittenGroup) => void;

/** Starts the thread for this file; one that died is replaced, and what it was doing fails as an outage. */
export function createSqliteWriter(path: string): SqliteWriter {
  const waiting = new Map<number, Settle>();
  let lastId = 0;
  let thread: Worker | null = start();
  let isClosed = false;

  function start(): Worker {
    const started = new Worker(new URL('./sqlite-writer-thread.ts', import.meta.url), { workerData: { path } });
    started.on('message', (written: WrittenGroup) => {
      waiting.get(written.id)?.(written);
      waiting.delete(written.id);
    });
    // The exit that follows tells everybody who waits.
    started.on('error', () => {});
    started.on('exit', () => {
      if (thread === started) thread = null;
      const failure = { message: 'The thread that writes the database ended.', code: 'SQLITE_IOERR_WRITER' };
      for (const [id, settle] of waiting) settle({ id, failure });
      waiting.clear();
    });
    return started;
  }

  return {
    write: (requests) =>
      new Promise((resolve, reject) => {
        // What comes after the end is an outage for whoever still waits, and must not start the thread again.
        if (isClosed) {
          reject(Object.assign(new Error('The database was closed.'), { code: 'SQLITE_IOERR_WRITER' }));
          return;
        }
        lastId += 1;
        waiting.set(lastId, (written) => {
          if ('rows' in written) resolve(written.rows);
          else reject(Object.assign(new Error(written.failure.message), { code: written.failure.code }));
        });
        thread ??= start();
        thread.postMessage({ id: lastId, requests } satisfies GroupToWrite);
      }),
    async close() {
      isClosed = true;
      const ending = thread;
      if (!ending) return;
      await new Promise((resolve) => {
        ending.once('exit', resolve);
        ending.postMessage('close');
      });
    },
  };
}
