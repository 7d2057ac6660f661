// Queries compiled once and run many times: building a query costs ten times what the database needs for it, and the token
// path asks the same few questions for ever. SQLite plans a join anew whenever it is given values, which takes ten times as
// long as the join: what the values choose is put before it, in a `with` that is materialized.
import type { Compilable, CompiledQuery } from 'kysely';
import type { Sql } from './database.ts';
import { directStatementsOf } from './direct-statement.ts';

class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Stands in a query for a value that `first` or `all` is given later under this name. */
export function param<T>(name: string): T {
  return new Placeholder(name) as T;
}

/** A compiled query. */
export interface Prepared<Arguments, Row> {
  first(args: Arguments, sql?: Sql): Promise<Row | null>;
  all(args: Arguments, sql?: Sql): Promise<Row[]>;
  /** The query with its values, to be run later. */
  bind(args: Arguments): CompiledQuery<Row>;
}

/** Compiles the query at its first use; it then runs on the given database, or inside a transaction of it. */
export function prepare<Arguments extends Record<string, unknown>, Row>(
  database: Sql,
  build: (sql: Sql) => Compilable<Row>,
): Prepared<Arguments, Row> {
  let known: CompiledQuery<Row> | null = null;
  const compiled = () => (known ??= build(database).compile());
  const valuesOf = (args: Arguments) =>
    compiled().parameters.map((value) => (value instanceof Placeholder ? args[value.name] : value));
  const bind = (args: Arguments): CompiledQuery<Row> => ({ ...compiled(), parameters: valuesOf(args) });
  async function all(args: Arguments, sql: Sql = database): Promise<Row[]> {
    const direct = compiled().query.kind === 'SelectQueryNode' ? directStatementsOf(sql) : null;
    if (direct) return (await direct.read(compiled().sql, valuesOf(args))) as Row[];
    const { rows } = await sql.executeQuery<Row>(bind(args));
    return rows;
  }
  return { bind, all, first: async (args, sql) => (await all(args, sql))[0] ?? null };
}
