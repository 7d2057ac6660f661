// A search as the Management API takes it: `q`, `sort`, `page` and `per_page`, checked and read before anything is asked of
// the database.
import type { NotRead } from './bounded-read.ts';
import { readCondition, type SearchCondition, type SearchFields } from './search-condition.ts';

/** What is asked for. */
export interface SearchRequest {
  /** In Lucene's query syntax; null for everything. */
  readonly q: string | null;
  /** `FIELD:1` or `FIELD:-1`; null for the usual order. */
  readonly sort: string | null;
  /** The first page is 0. */
  readonly page: number;
  readonly perPage: number;
  /** True to be told how many there are on all pages, which costs as much as looking at them. */
  readonly wantsTotal: boolean;
}

/** The order of rows; the key of the rows decides between equals. */
export interface SearchOrder {
  readonly column: string;
  /** What counts in place of null. */
  readonly missing?: number;
}

/** What can be searched by, and sorted by. */
export interface SearchShape {
  readonly fields: SearchFields;
  readonly orders: ReadonlyMap<string, SearchOrder>;
  /** A sort that is used when none is given. */
  readonly usualSort: string;
}

/** A request that can be run. */
export interface Search {
  readonly condition: SearchCondition;
  readonly order: SearchOrder;
  readonly direction: 'asc' | 'desc';
  readonly offset: number;
  readonly limit: number;
}

/** Why a search cannot be run, in one sentence for whoever asked. */
export interface SearchProblem {
  readonly kind: 'problem';
  readonly sentence: string;
}

/** What came of a search. */
export type Found<Item> =
  | { readonly kind: 'found'; readonly items: readonly Item[]; readonly total: number | null }
  | SearchProblem
  | NotRead;

/** The last result that can be reached by paging. */
const RESULT_WINDOW = 1000;
const LARGEST_PAGE = 100;

/** Reads the request, or tells what is wrong with it. */
export function readSearch(
  { q, sort, page, perPage }: SearchRequest,
  { fields, orders, usualSort }: SearchShape,
): { readonly kind: 'search'; readonly search: Search } | SearchProblem {
  if (!Number.isInteger(page) || page < 0) return problem('page is a whole number from 0 on.');
  if (!Number.isInteger(perPage) || perPage < 1 || perPage > LARGEST_PAGE) {
    return problem(`per_page is a whole number from 1 to ${LARGEST_PAGE}.`);
  }
  if ((page + 1) * perPage > RESULT_WINDOW) return problem(`Only the first ${RESULT_WINDOW} results can be paged to.`);
  const [, name = '', sign] = /^([a-z_]+):(-?1)$/.exec(sort ?? usualSort) ?? [];
  const order = orders.get(name);
  if (!order) {
    return problem(`sort is FIELD:1 or FIELD:-1, with one of the fields ${[...orders.keys()].join(', ')}.`);
  }
  const reading = readCondition(q ?? '', fields);
  if (reading.kind === 'problem') return reading;
  const direction = sign === '1' ? 'asc' : 'desc';
  return {
    kind: 'search',
    search: { condition: reading.condition, order, direction, offset: page * perPage, limit: perPage },
  };
}

function problem(sentence: string): SearchProblem {
  return { kind: 'problem', sentence };
}
