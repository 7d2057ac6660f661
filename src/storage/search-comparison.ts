// Comparisons of searches in SQL of either engine.
//
// Security: whatever somebody wrote becomes a parameter.
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Pieces } from '../lib/lucene-lexer.ts';
import type { Database } from './database.ts';
import type { SearchLimit } from './search-condition.ts';

export type Engine = Database['engine'];

/** A condition of SQL; it is true, false or, where a value is missing, null. */
export type Condition = Expression<SqlBool>;

/** True for a text of these pieces, whatever its letter case. */
export function matchesSql(text: RawBuilder<unknown>, pieces: Pieces): Condition {
  const [only, ...others] = pieces;
  if (others.length === 0) return sql<SqlBool>`lower(${text}) = lower(${only})`;
  return sql<SqlBool>`lower(${text}) like lower(${likePattern(pieces)}) escape '\\'`;
}

/** True for a text that begins so, letter case included; an index of the column answers it. */
export function beginsSql(column: RawBuilder<unknown>, prefix: string): Condition {
  const after = firstTextAfter(prefix);
  if (after === null) return sql<SqlBool>`${column} >= ${prefix}`;
  return sql<SqlBool>`(${column} >= ${prefix} and ${column} < ${after})`;
}

/** True between the limits; with no limit true for every value. */
export function betweenSql(
  operand: RawBuilder<unknown>,
  { from, to }: { readonly from: SearchLimit | null; readonly to: SearchLimit | null },
  valueOf: (value: SearchLimit['value']) => RawBuilder<unknown>,
): Condition {
  const parts = [
    ...(from ? [sql`${operand} ${from.inclusive ? sql`>=` : sql`>`} ${valueOf(from.value)}`] : []),
    ...(to ? [sql`${operand} ${to.inclusive ? sql`<=` : sql`<`} ${valueOf(to.value)}`] : []),
  ];
  return parts.length === 0 ? sql<SqlBool>`${operand} is not null` : sql<SqlBool>`(${sql.join(parts, sql` and `)})`;
}

/** The text without its letter case, in an order that is the same on both engines. */
export function foldedText(text: RawBuilder<unknown>, engine: Engine): RawBuilder<unknown> {
  return engine === 'postgresql' ? sql`lower(${text}) collate "C"` : sql`lower(${text})`;
}

/** The value as a number, whatever type it is compared with. */
export function numberSql(value: SearchLimit['value']): RawBuilder<unknown> {
  return sql`cast(${value} as double precision)`;
}

/** Security: what has a meaning in a pattern stands for itself. */
function likePattern(pieces: Pieces): string {
  return pieces.map((piece) => piece.replace(/[\\%_]/g, '\\$&')).join('%');
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
