// All entries of a list, for pickers and for searches that the API does not offer: read page by page.
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { callApi } from './api-client.ts';

const PAGE_SIZE = 100;
/** A list that is longer is cut off here. */
const MOST_PAGES = 20;

type PageOf<T> = Readonly<Record<string, readonly T[]>> & { readonly total: number };

/** Reads all entries of `path`, which the API answers under `plural`. */
export function useEveryEntry<T>(path: string, plural: string, enabled = true): UseQueryResult<readonly T[]> {
  const [place = '', query = ''] = path.split('?');
  return useQuery({
    queryKey: [...place.split('/').filter(Boolean), 'every', query],
    queryFn: async () => {
      const entries: T[] = [];
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const paging = `page=${page}&per_page=${PAGE_SIZE}&include_totals=true`;
        // The next page can only be asked for when the total is known.
        const answer = await callApi<PageOf<T>>('GET', `${place}?${query === '' ? '' : `${query}&`}${paging}`);
        entries.push(...(answer[plural] ?? []));
        if (entries.length >= answer.total || answer[plural]?.length === 0) break;
      }
      return entries;
    },
    enabled,
  });
}
