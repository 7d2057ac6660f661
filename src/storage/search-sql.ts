// Turns what a search asks into SQL of either engine. Called by the stores that search.
import { type SqlBool, sql } from 'kysely';
import {
  betweenSql,
  type Condition,
  type Engine,
  keyMatchesSql,
  numberBetweenSql,
  textBetweenSql,
  textMatchesSql,
} from './search-comparison.ts';
import type { SearchCondition, SearchField, SearchTest } from './search-condition.ts';
import { jsonTestSql } from './search-json.ts';

/**
 * The condition as SQL. `relate` is given the relation of a field that lies in other rows, and what those rows must meet.
 * Names of columns come from the fields, which are ours.
 */
export function conditionSql(
  condition: SearchCondition,
  engine: Engine,
  relate: (relation: string, condition: Condition) => Condition = neverRelated,
): Condition {
  const { kind } = condition;
  if (kind === 'everything') return sql<SqlBool>`1 = 1`;
  if (kind === 'test') {
    const { field, test } = condition;
    const met = testSql(field, test, engine);
    return field.relation === undefined ? met : relate(field.relation, met);
  }
  // A missing value meets no test, and so it meets the opposite of every test.
  if (kind === 'not') return sql<SqlBool>`(${conditionSql(condition.part, engine, relate)}) is not true`;
  const parts = condition.parts.map((part) => conditionSql(part, engine, relate));
  return sql<SqlBool>`(${sql.join(parts, kind === 'and' ? sql` and ` : sql` or `)})`;
}

function neverRelated(relation: string): never {
  throw new Error(`Nothing is known of ${relation}.`);
}

function testSql(field: SearchField, test: SearchTest, engine: Engine): Condition {
  const { type } = field;
  if (type === 'json') return jsonTestSql(field, test, engine);
  const column = sql.ref(field.column);
  switch (test.kind) {
    case 'exists':
      return sql<SqlBool>`${sql.ref(field.presence ?? field.column)} is not null`;
    case 'is':
      return sql<SqlBool>`${column} = ${sql.lit(test.value)}`;
    case 'matches': {
      // Ids are told apart by letter case, but for a part of one it makes no difference.
      const isStoredForm = type === 'key' || (type === 'exact' && test.pieces.length === 1);
      return isStoredForm ? keyMatchesSql(column, test.pieces) : textMatchesSql(column, test.pieces, engine);
    }
    case 'between':
      if (type === 'text') return textBetweenSql(column, test, engine);
      return type === 'number' ? numberBetweenSql(column, test) : betweenSql(column, test);
  }
}
