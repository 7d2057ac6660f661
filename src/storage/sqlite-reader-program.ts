// The program that runs long reads of a SQLite file, as a process of its own: a statement cannot be interrupted from within,
// but a process can be killed. Started by sqlite-reader.ts.
import { setPriority } from 'node:os';
import BetterSqlite from 'better-sqlite3';
import { replaceLower } from './sqlite-lower.ts';
import type { QueriesToRead, ReadAnswer } from './sqlite-reader.ts';

/** Whoever logs in goes first. */
const NICE = 10;

const [path = ''] = process.argv.slice(2);
// The server says when it is over: a signal to the whole process group must not end a read that is still waited for.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit());
setPriority(NICE);

const file = new BetterSqlite(path, { readonly: true, fileMustExist: true });
file.pragma('busy_timeout = 5000');
// What is sorted stays in memory instead of going to a file somewhere.
file.pragma('temp_store = memory');
replaceLower(file);

/** The queries see the file as it was at the first of them. */
const read = file.transaction((queries: QueriesToRead) =>
  queries.map(({ text, values }) => file.prepare<unknown[]>(text).all(...values)),
);

function answer(queries: QueriesToRead): ReadAnswer {
  try {
    return { rows: read(queries) };
  } catch (error) {
    const { message, code } = error as { readonly message: string; readonly code?: string };
    return { failure: { message, code: code ?? '' } };
  }
}

process.on('message', (queries: QueriesToRead) => process.send?.(answer(queries)));
process.send?.('ready');
