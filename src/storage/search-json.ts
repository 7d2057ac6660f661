// Tests of members of JSON that lies in text columns, in SQL of either engine. A list stands for each of its elements.
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { betweenSql, type Condition, type Engine, foldedText, matchesSql, numberSql } from './search-comparison.ts';
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

const NUMBER = /^-?\d{1,15}(\.\d{1,15})?$/;

/** True when a value of the member meets the test. */
export function jsonTestSql({ column, path = [] }: SearchField, test: SearchTest, engine: Engine): Condition {
  const values = engine === 'sqlite' ? sqliteValues(column, path) : postgresqlValues(column, path);
  return sql<SqlBool>`exists (select 1 from ${values.rows} where ${valueTest(values, test, engine)})`;
}

function valueTest({ text, number, isNull }: JsonValues, test: SearchTest, engine: Engine): Condition {
  switch (test.kind) {
    case 'matches': {
      const matches = matchesSql(text, test.pieces);
      const [only = '', ...others] = test.pieces;
      // 1.0 is the number 1 however it is written.
      const isNumber = others.length === 0 && NUMBER.test(only);
      return isNumber ? sql<SqlBool>`(${matches} or ${number} = ${numberSql(Number(only))})` : matches;
    }
    case 'between': {
      const isNumeric = typeof (test.from ?? test.to)?.value === 'number';
      if (isNumeric) return betweenSql(number, test, numberSql);
      return betweenSql(foldedText(text, engine), test, (value) => sql`lower(${value})`);
    }
    case 'exists':
    case 'is':
      return sql<SqlBool>`not ${isNull}`;
  }
}

function sqliteValues(column: string, path: readonly string[]): JsonValues {
  const stored = sql.ref(column);
  // What is nested too deep for the database is searched as if it were empty.
  let [holder, kind] = [sql`case when json_valid(${stored}) then ${stored} else '{}' end`, sql`'object'`];
  const steps = path.map((member, index) => {
    const [here, step] = [sql`${`$."${member}"`}`, sql.ref(`v${index}`)];
    const row = sql`json_each(case when ${kind} = 'object' then
      case json_type(${holder}, ${here}) when 'array' then ${holder} -> ${here} else json_array(${holder} -> ${here}) end
      else '[]' end) as ${step}`;
    [holder, kind] = [sql.ref(`v${index}.value`), sql.ref(`v${index}.type`)];
    return row;
  });
  const atom = sql.ref(`v${path.length - 1}.atom`);
  return {
    rows: sql.join(steps, sql` cross join `),
    text: sql`case ${kind} when 'true' then 'true' when 'false' then 'false' else cast(${atom} as text) end`,
    number: sql`case when ${kind} in ('integer', 'real') then ${atom} end`,
    isNull: sql`(${kind} = 'null')`,
  };
}

function postgresqlValues(column: string, path: readonly string[]): JsonValues {
  const stored = sql.ref(column);
  // JSON of other makers may hold a zero character or half a surrogate pair, which this engine takes as text only.
  const clean = sql`(case when strpos(${stored}, '\\u') = 0 then ${stored} else regexp_replace(${stored},
    '(?<!\\\\)((?:\\\\\\\\)*)\\\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\1?', 'g') end)::jsonb`;
  const value = sql.ref('v.value');
  const path_ = `$${path.map((member) => `."${member}"`).join('')}[*]`;
  return {
    rows: sql`jsonb_path_query(${clean}, cast(${path_} as jsonpath)) as v(value)`,
    text: sql`case when jsonb_typeof(${value}) in ('string', 'number', 'boolean') then ${value} #>> '{}' end`,
    number: sql`case when jsonb_typeof(${value}) = 'number' then (${value} #>> '{}')::double precision end`,
    isNull: sql`(jsonb_typeof(${value}) = 'null')`,
  };
}
