// SQLite's own lower() knows the letters A to Z only. Connections that searches run on get one that knows every script, as
// PostgreSQL's does.
import type BetterSqlite from 'better-sqlite3';
import { foldCase } from '../lib/fold-case.ts';

/** Replaces lower() on this connection. No index may be made with it: other connections would not agree. */
export function replaceLower(file: BetterSqlite.Database): void {
  file.function('lower', { deterministic: true }, (value: unknown) =>
    typeof value === 'string' ? foldCase(value) : value,
  );
}
