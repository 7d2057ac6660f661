// Comparisons of searches in SQL of either engine, for search-sql.ts and search-json.ts.
//
// Security: whatever somebody wrote becomes a parameter.
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import { foldCase } from '../lib/fold-case.ts';
import type { Pieces } from '../lib/lucene-lexer.ts';
import type { Database } from './database.ts';
import type { SearchLimit } from './search-condition.ts';

export type Engine = Database['engine'];

/** A condition of SQL; it is true, false or, where a value is missing, null. */
export type Condition = Expression<SqlBool>;

type Operand = RawBuilder<unknown>;

/** A range of values; null is an open end. */
interface Limits {
  readonly from: SearchLimit | null;
  readonly to: SearchLimit | null;
}

/** True for a text of these pieces, whatever its letter case. */
export function textMatchesSql(text: Operand, pieces: Pieces, engine: Engine): Condition {
  const [only = '', ...others] = pieces;
  if (others.length === 0) return sql<SqlBool>`lower(${text}) = ${lowerValue(only, engine)}`;
  return likeSql(sql`lower(${text})`, lowerValue(likePattern(pieces), engine));
}

/** True for a stored form of these pieces, which are in that form themselves; an index answers what it begins with. */
export function keyMatchesSql(key: Operand, pieces: Pieces): Condition {
  const [first = '', ...others] = pieces;
  if (others.length === 0) return sql<SqlBool>`${key} = ${first}`;
  const like = likeSql(key, sql`${likePattern(pieces)}`);
  if (first === '') return like;
  const begins = beginsSql(key, first);
  return others.join('') === '' ? begins : sql<SqlBool>`(${begins} and ${like})`;
}

/** True for a text that holds these pieces in this order; on SQLite the case of A to Z makes no difference. */
export function holdsSql(text: Operand, pieces: Pieces): Condition {
  return likeSql(text, sql`${likePattern(['', ...pieces, ''])}`);
}

/** True for a text between the limits, whatever its letter case. */
export function textBetweenSql(text: Operand, limits: Limits, engine: Engine): Condition {
  // By code points on both engines.
  const folded = engine === 'postgresql' ? sql`lower(${text}) collate "C"` : sql`lower(${text})`;
  return betweenSql(folded, limits, (value) => lowerValue(String(value), engine));
}

/** True for a number between the limits. */
export function numberBetweenSql(number: Operand, limits: Limits): Condition {
  return betweenSql(number, limits, numberValue);
}

/** True between the limits, which are values as the operand has them; with no limit true for every value. */
export function betweenSql(
  operand: Operand,
  { from, to }: Limits,
  valueOf: (value: SearchLimit['value']) => Operand = (value) => sql`${value}`,
): Condition {
  const parts = [
    ...(from ? [sql`${operand} ${from.inclusive ? sql`>=` : sql`>`} ${valueOf(from.value)}`] : []),
    ...(to ? [sql`${operand} ${to.inclusive ? sql`<=` : sql`<`} ${valueOf(to.value)}`] : []),
  ];
  return parts.length === 0 ? sql<SqlBool>`${operand} is not null` : sql<SqlBool>`(${sql.join(parts, sql` and `)})`;
}

/** The value as a number, whatever type it is compared with. */
export function numberValue(value: SearchLimit['value']): Operand {
  return sql`cast(${value} as double precision)`;
}

/** Lower case as the engine's lower() makes it; on SQLite it is ours, and need not be asked for every row. */
function lowerValue(value: string, engine: Engine): Operand {
  return engine === 'sqlite' ? sql`${foldCase(value)}` : sql`lower(${value})`;
}

function likeSql(text: Operand, pattern: Operand): Condition {
  return sql<SqlBool>`${text} like ${pattern} escape '\\'`;
}

/** Security: what has a meaning in a pattern stands for itself. */
function likePattern(pieces: Pieces): string {
  return pieces.map((piece) => piece.replace(/[\\%_]/g, '\\$&')).join('%');
}

/** A range, which an index answers. */
function beginsSql(key: Operand, prefix: string): Condition {
  const after = firstTextAfter(prefix);
  if (after === null) return sql<SqlBool>`${key} >= ${prefix}`;
  return sql<SqlBool>`(${key} >= ${prefix} and ${key} < ${after})`;
}

/** The first text in the order of code points that does not begin with this one; null when there is none. */
function firstTextAfter(prefix: string): string | null {
  const points = [...prefix].map((character) => character.codePointAt(0) ?? 0);
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    if (last === 0x10ffff) continue;
    // Between the halves of surrogate pairs there are no characters.
    return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  }
  return null;
}
