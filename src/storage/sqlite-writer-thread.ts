// The thread that brings groups of writes of a SQLite file to the disk. Waiting for the disk blocks a thread, and this one
// has nothing else to do.
import { parentPort, workerData } from 'node:worker_threads';
import BetterSqlite from 'better-sqlite3';
import type { GroupToWrite, WrittenGroup } from './sqlite-writer.ts';

const { path } = workerData as { readonly path: string };
const file = new BetterSqlite(path);
file.pragma('synchronous = FULL');
file.pragma('foreign_keys = ON');
file.pragma('busy_timeout = 5000');
const statements = new Map<string, BetterSqlite.Statement<unknown[]>>();
const MOST_STATEMENTS = 200;

function prepared(text: string): BetterSqlite.Statement<unknown[]> {
  const known = statements.get(text) ?? file.prepare<unknown[]>(text);
  if (statements.size < MOST_STATEMENTS) statements.set(text, known);
  return known;
}

/** All of them or none; the rows that the last statement of each request returns. */
const transaction = file.transaction((requests: GroupToWrite['requests']) =>
  requests.map((statementsOfOne) => {
    let rows: unknown[] = [];
    for (const { text, values } of statementsOfOne) {
      const statement = prepared(text);
      if (statement.reader) rows = statement.all(...values);
      else statement.run(...values);
    }
    return rows;
  }),
);

function answer({ id, requests }: GroupToWrite): WrittenGroup {
  try {
    return { id, rows: transaction.immediate(requests) };
  } catch (error) {
    const { message, code } = error as { readonly message: string; readonly code?: string };
    return { id, failure: { message, code: code ?? '' } };
  }
}

parentPort?.on('message', (group: GroupToWrite | 'close') => {
  if (group !== 'close') {
    parentPort?.postMessage(answer(group));
    return;
  }
  file.close();
  process.exit();
});
