// What migrations have to say differently to each engine.
import { type ColumnDataType, type Expression, type QueryExecutorProvider, SqliteAdapter, sql as text } from 'kysely';

/** True for SQLite, false for PostgreSQL. */
export function isSqlite(sql: QueryExecutorProvider): boolean {
  return sql.getExecutor().adapter instanceof SqliteAdapter;
}

/** A column of text that is ordered by code points, as everything is on SQLite: then an index finds what begins so. */
export function inCodePointOrder(sql: QueryExecutorProvider): ColumnDataType | Expression<unknown> {
  return isSqlite(sql) ? 'text' : text`text collate "C"`;
}
