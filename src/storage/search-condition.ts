// What a search asks of rows, as a typed tree: the fields that a search text names, with values of their kinds. Which fields
// there are is said by whoever searches; search-sql.ts turns the tree into SQL.
import { readInstantRange } from '../lib/instant-range.ts';
import { type LuceneQuery, readLucene } from '../lib/lucene.ts';
import type { Pieces, RangeEnd, TextRange } from '../lib/lucene-lexer.ts';

/** Something to search by. */
export interface SearchField {
  /**
   * `text` is compared without letter case and `exact` with it, `key` in the form in which it is stored, `json` is a member
   * of the JSON in the column, and `instant` a date or time.
   */
  readonly type: 'text' | 'key' | 'exact' | 'number' | 'instant' | 'flag' | 'json';
  readonly column: string;
  /** Where the member lies in the JSON; lists on the way and at the end stand for each of their elements. */
  readonly path?: readonly string[];
  /** The column that tells whether there is a value; `column` when left out. */
  readonly presence?: string;
  /** How a key is stored. */
  readonly encode?: (text: string) => string;
  /** How an instant is stored, where it is not as milliseconds. */
  readonly stamp?: (instant: number) => string;
  /** The value is what follows this text in the column. */
  readonly after?: string;
  /** The rows that have the column, when these are not the rows that are searched. */
  readonly relation?: string;
}

/** The fields of what is searched. */
export interface SearchFields {
  /** The field of this name; null when there is none. */
  find(name: string): SearchField | null;
  /** Names of the fields that a value without a field is looked for in. */
  readonly unnamed: readonly string[];
}

/** One end of a range of values as they are stored. */
export interface SearchLimit {
  readonly value: string | number;
  readonly inclusive: boolean;
}

/** What is asked of one field. */
export type SearchTest =
  | { readonly kind: 'exists' }
  | { readonly kind: 'is'; readonly value: 0 | 1 }
  | { readonly kind: 'matches'; readonly pieces: Pieces }
  | { readonly kind: 'between'; readonly from: SearchLimit | null; readonly to: SearchLimit | null };

export type SearchCondition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly SearchCondition[] }
  | { readonly kind: 'not'; readonly part: SearchCondition }
  | { readonly kind: 'everything' }
  | { readonly kind: 'test'; readonly field: SearchField; readonly test: SearchTest };

/** What a search text asks, or what is wrong with it in one sentence. */
export type ConditionReading =
  | { readonly kind: 'condition'; readonly condition: SearchCondition }
  | { readonly kind: 'problem'; readonly sentence: string };

/** The path of a member as a search text may name it. */
const PLAIN_MEMBER = /^[^"\\*\p{Cc}]+$/u;
const NUMBER = /^[+-]?\d{1,15}(\.\d{1,15})?$/;

class ConditionProblem extends Error {
  override readonly name = 'ConditionProblem';
}

/** Reads the text; a blank one asks nothing. */
export function readCondition(text: string, fields: SearchFields): ConditionReading {
  const reading = readLucene(text);
  if (reading.kind === 'problem') return reading;
  try {
    return { kind: 'condition', condition: conditionOf(reading.query, fields) };
  } catch (error) {
    if (error instanceof ConditionProblem) return { kind: 'problem', sentence: error.message };
    throw error;
  }
}

/** The steps to a member, from names with dots between; null for a path that no search can name. */
export function memberPath(dotted: string): readonly string[] | null {
  const path = dotted.split('.');
  return path.every((step) => PLAIN_MEMBER.test(step)) ? path : null;
}

function conditionOf(query: LuceneQuery, fields: SearchFields): SearchCondition {
  switch (query.kind) {
    case 'everything':
      return query;
    case 'not':
      return { kind: 'not', part: conditionOf(query.part, fields) };
    case 'and':
    case 'or':
      return { kind: query.kind, parts: query.parts.map((part) => conditionOf(part, fields)) };
    case 'exists':
      return { kind: 'test', field: fieldOf(query.field, fields), test: { kind: 'exists' } };
    case 'range': {
      if (query.field === null) throw new ConditionProblem('A range needs a field in front of it.');
      const field = fieldOf(query.field, fields);
      return { kind: 'test', field, test: rangeOf(field, query.field, query.range) };
    }
    case 'match': {
      const names = query.field === null ? fields.unnamed : [query.field];
      const tests = names.map((name) => testOf(fieldOf(name, fields), name, query.pieces));
      return { kind: 'or', parts: tests };
    }
  }
}

function fieldOf(name: string, fields: SearchFields): SearchField {
  const field = fields.find(name);
  if (!field) throw new ConditionProblem(`There is no field ${name} to search by.`);
  return field;
}

function testOf(field: SearchField, name: string, pieces: Pieces): SearchCondition {
  const test = (asked: SearchTest): SearchCondition => ({ kind: 'test', field, test: asked });
  const { type, after } = field;
  const [first = '', ...others] = pieces;
  if (type === 'text' || type === 'key' || type === 'exact' || type === 'json') {
    const encoded = pieces.map((piece) => encodeText(field, piece));
    return test({
      kind: 'matches',
      pieces: after === undefined ? encoded : ['', after + encoded[0], ...encoded.slice(1)],
    });
  }
  if (others.length > 0) throw new ConditionProblem(`${name} takes no wildcard.`);
  if (type !== 'flag') {
    const end = { text: first, inclusive: true };
    return test(rangeOf(field, name, { from: end, to: end }));
  }
  if (first !== 'true' && first !== 'false') throw new ConditionProblem(`${name} is true or false.`);
  return test({ kind: 'is', value: first === 'true' ? 1 : 0 });
}

function rangeOf(field: SearchField, name: string, { from, to }: TextRange): SearchTest {
  if (field.type === 'flag' || field.after !== undefined) throw new ConditionProblem(`${name} takes no range.`);
  const limitOf = field.type === 'instant' ? instantLimit : plainLimit;
  const limits = {
    from: from ? limitOf(field, name, from, 'from') : lowestOf(field),
    to: to && limitOf(field, name, to, 'to'),
  };
  const isMixed = limits.from && limits.to && typeof limits.from.value !== typeof limits.to.value;
  if (isMixed) throw new ConditionProblem(`The ends of the range of ${name} must both be numbers or both be words.`);
  return { kind: 'between', ...limits };
}

/** A key is empty text where there is no value, and no range holds that. */
function lowestOf({ type }: SearchField): SearchLimit | null {
  return type === 'key' ? { value: '', inclusive: false } : null;
}

function plainLimit(field: SearchField, name: string, { text, inclusive }: RangeEnd): SearchLimit {
  const isNumber = NUMBER.test(text);
  if (field.type === 'number' && !isNumber) throw new ConditionProblem(`${name} is a number.`);
  const asNumber = isNumber && (field.type === 'number' || field.type === 'json');
  return { value: asNumber ? Number(text) : encodeText(field, text), inclusive };
}

/** A day that is written as an end of a range belongs to it as a whole or not at all. */
function instantLimit({ stamp }: SearchField, name: string, end: RangeEnd, side: 'from' | 'to'): SearchLimit {
  const covered = readInstantRange(end.text);
  if (!covered) throw new ConditionProblem(`${name} is a date such as 2026-01-31 or 2026-01-31T10:00:00Z.`);
  const instant = end.inclusive === (side === 'from') ? covered.from : covered.to;
  return { value: stamp ? stamp(instant) : instant, inclusive: side === 'from' };
}

function encodeText({ encode }: SearchField, text: string): string {
  return encode ? encode(text) : text;
}
