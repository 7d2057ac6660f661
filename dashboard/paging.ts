// The page of a list that the address names, from 1 there and from 0 at the API.
import { useSearchParams } from 'react-router';

/** Where a list is, and how to go elsewhere in it. */
export interface PageOfList {
  readonly page: number;
  readonly goTo: (page: number) => void;
  /** Part of the API's query. */
  readonly query: string;
  readonly size: number;
}

/** Reads it; whatever else the address says stays. */
export function usePageOfList(size = 25): PageOfList {
  const [search, setSearch] = useSearchParams();
  const page = Math.max(1, Math.floor(Number(search.get('page') ?? 1)) || 1);
  return {
    page,
    size,
    query: `page=${page - 1}&per_page=${size}`,
    goTo(next) {
      setSearch((now) => {
        now.set('page', String(next));
        return now;
      });
    },
  };
}

/** What a `ListTable` is told of it: nothing as long as one page shows all. */
export function pagingOf({ page, goTo, size }: PageOfList, total = 0) {
  return total > size ? { paging: { page, total, size, onPage: goTo } } : {};
}
