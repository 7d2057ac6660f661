// Tests of members of JSON that lies in text columns, in SQL of either engine. A list stands for each of its elements.
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Pieces } from '../lib/lucene-lexer.ts';
import {
  type Condition,
  type Engine,
  holdsSql,
  numberBetweenSql,
  numberValue,
  textBetweenSql,
  textMatchesSql,
} from './search-comparison.ts';
import type { SearchField, SearchTest } from './search-condition.ts';

/** How an engine reads the values of a member. */
interface JsonValues {
  /** Rows with one value each. */
  readonly rows: RawBuilder<unknown>;
  /** Strings, numbers and truth values as text; null for anything else. */
  readonly text: RawBuilder<unknown>;
  /** Null for what is no number. */
  readonly number: RawBuilder<unknown>;
  readonly isNull: RawBuilder<unknown>;
}

/** Stands in JSON as it is. There is a k (U+212A) that only lower case makes a k. */
const PLAIN_WORD = /[0-9a-jl-z]+/gi;
const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;

/** True when a value of the member meets the test. */
export function jsonTestSql({ column, path = [] }: SearchField, test: SearchTest, engine: Engine): Condition {
  const values = engine === 'sqlite' ? sqliteValues(column, path) : postgresqlValues(column, path);
  const mayMeet = holdsSql(sql.ref(column), tracesOf(path, test, engine));
  return sql<SqlBool>`(${mayMeet} and exists (select 1 from ${values.rows} where ${valueTest(values, test, engine)}))`;
}

/** What the JSON as text has in it where a value may meet the test: most rows need no further look. */
function tracesOf(path: readonly string[], test: SearchTest, engine: Engine): string[] {
  const names = path.map((name) => JSON.stringify(name));
  const isWordKnown = engine === 'sqlite' && test.kind === 'matches' && !isNumber(test.pieces);
  if (!isWordKnown) return names;
  const words = test.pieces.flatMap((piece) => piece.match(PLAIN_WORD) ?? []);
  return [...names, words.reduce((longest, word) => (word.length > longest.length ? word : longest), '')];
}

function isNumber([only = '', ...others]: Pieces): boolean {
  return others.length === 0 && NUMBER.test(only);
}

function valueTest({ text, number, isNull }: JsonValues, test: SearchTest, engine: Engine): Condition {
  switch (test.kind) {
    case 'matches': {
      const matches = textMatchesSql(text, test.pieces, engine);
      // 1.0 is the number 1 however it is written.
      return isNumber(test.pieces)
        ? sql<SqlBool>`(${matches} or ${number} = ${numberValue(Number(test.pieces[0]))})`
        : matches;
    }
    case 'between': {
      const isNumeric = typeof (test.from ?? test.to)?.value === 'number';
      return isNumeric ? numberBetweenSql(number, test) : textBetweenSql(text, test, engine);
    }
    case 'exists':
    case 'is':
      return sql<SqlBool>`not ${isNull}`;
  }
}

function sqliteValues(column: string, path: readonly string[]): JsonValues {
  const stored = sql.ref(column);
  // What is nested too deep for the database is searched as if it were empty.
  let holder = sql`case when json_valid(${stored}) then ${stored} else '{}' end`;
  const steps = path.map((name, index) => {
    const [within, member, step] = [holder, sql`${`$."${name}"`}`, `v${index}`];
    holder = sql`case ${sql.ref(`${step}.type`)} when 'object' then ${sql.ref(`${step}.value`)} else '{}' end`;
    return sql`json_each(case json_type(${within}, ${member}) when 'array' then ${within} -> ${member}
      else json_array(${within} -> ${member}) end) as ${sql.ref(step)}`;
  });
  const last = `v${path.length - 1}`;
  const [kind, atom] = [sql.ref(`${last}.type`), sql.ref(`${last}.atom`)];
  return {
    rows: sql.join(steps, sql` cross join `),
    text: sql`case ${kind} when 'true' then 'true' when 'false' then 'false' else cast(${atom} as text) end`,
    number: sql`case when ${kind} in ('integer', 'real') then ${atom} end`,
    isNull: sql`(${kind} = 'null')`,
  };
}

function postgresqlValues(column: string, path: readonly string[]): JsonValues {
  const stored = sql.ref(column);
  // JSON may hold a zero character or half a surrogate pair, which this engine takes as text only.
  const clean = sql`(case when strpos(${stored}, '\\u') = 0 then ${stored} else regexp_replace(${stored},
    '(?<!\\\\)((?:\\\\\\\\)*)\\\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\1?', 'g') end)::jsonb`;
  const steps = `$${path.map((name) => `."${name}"`).join('')}[*]`;
  const value = sql.ref('v.value');
  return {
    rows: sql`jsonb_path_query(${clean}, cast(${steps} as jsonpath)) as v(value)`,
    text: sql`case when jsonb_typeof(${value}) in ('string', 'number', 'boolean') then ${value} #>> '{}' end`,
    number: sql`case when jsonb_typeof(${value}) = 'number' then (${value} #>> '{}')::double precision end`,
    isNull: sql`(jsonb_typeof(${value}) = 'null')`,
  };
}
