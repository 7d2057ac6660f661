// The answers of searches: a page, or why there is none.
import { ApiError, apiRefusals } from '../error/api-error.ts';
import type { NotRead } from '../storage/bounded-read.ts';
import type { Found, SearchRequest } from '../storage/search-request.ts';
import { type PageQuery, pageReply, windowOf } from './pagination.ts';

/** What a request says of its search. */
export interface SearchQuery extends PageQuery {
  readonly q?: string;
  readonly sort?: string;
}

/** The search that a request asks for. */
export function searchOf(query: SearchQuery): SearchRequest {
  const { limit } = windowOf(query);
  return {
    q: query.q === undefined || query.q.trim() === '' ? null : query.q,
    sort: query.sort ?? null,
    page: query.page ?? 0,
    perPage: limit,
    wantsTotal: query.include_totals === true,
  };
}

/** The page that was found; throws `ApiError` when there is none. */
export function foundReply<Item>(
  query: SearchQuery,
  plural: string,
  found: Found<Item>,
  show: (item: Item) => unknown,
): unknown {
  if (found.kind === 'problem') throw apiRefusals.invalidQuery(`'${found.sentence}'`);
  if (found.kind !== 'found') throw notRead(found);
  return pageReply(query, plural, found.items.map(show), { ...windowOf(query), total: found.total ?? 0 });
}

/** The refusal for a read that was given up or not begun. */
export function notRead(outcome: NotRead): ApiError {
  if (outcome.kind === 'busy') return apiRefusals.tooBusy();
  return new ApiError(503, 'The search exceeded the timeout. Try a more specific one.', {
    errorCode: 'search_timeout',
    retryAfterSeconds: 5,
  });
}
