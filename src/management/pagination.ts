// The ways in which Auth0's clients walk through lists: by page, with or without totals, and by checkpoint.
import Type from 'typebox';
import { apiRefusals } from '../error/api-error.ts';

const DEFAULT_PAGE = 50;
const LARGEST_PAGE = 100;

/** Query members of a list that is walked by page. */
export const PAGE_QUERY = {
  page: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: 'Page, from 0.' })),
  per_page: Type.Optional(
    Type.Integer({ minimum: 0, maximum: LARGEST_PAGE, description: 'Entries a page; default 50, at most 100.' }),
  ),
  include_totals: Type.Optional(
    Type.Boolean({ description: 'True answers an object with `start`, `limit` and `total` around the list.' }),
  ),
};

/** Query members of a list that is walked by checkpoint too. */
export const CHECKPOINT_QUERY = {
  ...PAGE_QUERY,
  from: Type.Optional(Type.String({ maxLength: 512, description: '`next` of the page before.' })),
  take: Type.Optional(
    Type.Integer({ minimum: 1, maximum: LARGEST_PAGE, description: 'Entries a page when walking by `from`.' }),
  ),
};

/** What a request says of its page. */
export interface PageQuery {
  readonly page?: number;
  readonly per_page?: number;
  readonly include_totals?: boolean;
  readonly from?: string;
  readonly take?: number;
}

/** Where a page begins and how many entries it may have. */
export interface Window {
  readonly start: number;
  readonly limit: number;
}

/** The part of a list that a request asks for by page. */
export function windowOf({ page = 0, per_page: size = DEFAULT_PAGE }: PageQuery): Window {
  // Auth0: a page of nothing is one of the default size.
  const limit = size === 0 ? DEFAULT_PAGE : size;
  return { start: page * limit, limit };
}

/** A page as it is answered: the bare list, or an object around it under the noun's plural. */
export function pageReply(
  query: PageQuery,
  plural: string,
  items: readonly unknown[],
  { start, limit, total }: Window & { readonly total: number },
): unknown {
  if (query.include_totals !== true) return items;
  return { start, limit, length: items.length, total, [plural]: items };
}

/** A page of a list whose answer always says which page it is, as Auth0's newer lists do. */
export function countedReply(query: PageQuery, plural: string, items: readonly unknown[], total: number): unknown {
  return { [plural]: items, total, page: query.page ?? 0, per_page: windowOf(query).limit };
}

/** True when the request walks by checkpoint. */
export function isCheckpoint({ from, take }: PageQuery): boolean {
  return from !== undefined || take !== undefined;
}

/** The answer for a list that is in memory as a whole, in the order of `keyOf` when it is walked by checkpoint. */
export function listReply<T>(
  query: PageQuery,
  plural: string,
  list: readonly T[],
  keyOf: (item: T) => string,
  show: (item: T) => unknown,
): unknown {
  if (!isCheckpoint(query)) {
    const window = windowOf(query);
    const items = list.slice(window.start, window.start + window.limit);
    return pageReply(query, plural, items.map(show), { ...window, total: list.length });
  }
  const after = query.from === undefined ? null : readCheckpoint(query.from);
  const limit = query.take ?? DEFAULT_PAGE;
  const rest = list
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .filter((item) => after === null || keyOf(item) > after);
  const items = rest.slice(0, limit);
  return checkpointReply(plural, items.map(show), rest.length > limit ? keyOf(items.at(-1) as T) : null);
}

/** A page of a walk; `last` is the key of its last entry, null on the last page. */
export function checkpointReply(plural: string, items: readonly unknown[], last: string | null): unknown {
  return { [plural]: items, ...(last === null ? {} : { next: writeCheckpoint(last) }) };
}

function writeCheckpoint(key: string): string {
  return Buffer.from(key).toString('base64url');
}

/** The key after which a page begins; throws `ApiError` for a text that is no checkpoint. */
export function readCheckpoint(from: string): string {
  const key = Buffer.from(from, 'base64url').toString();
  if (key === '' || /\p{Cc}/u.test(key) || writeCheckpoint(key) !== from)
    throw apiRefusals.invalidQuery("'The checkpoint is not valid' on property from.");
  return key;
}
