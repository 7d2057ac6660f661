// What the address says about a list: its page and what is searched for.
import { useDebouncedCallback } from '@mantine/hooks';
import { useCallback, useState } from 'react';
import { useSearchParams } from 'react-router';

const WAIT_MS = 300;

/** Rows of a page. */
const PAGE_SIZE = 20;

/** Where a list is, and how to go elsewhere in it. */
export interface ListPage {
  /** From 1. */
  readonly page: number;
  readonly size: number;
  readonly goTo: (page: number) => void;
  /** For the API, with the number of rows in all. */
  readonly query: string;
  /** For the API, without that number: who asks for it has millions of rows counted. */
  readonly uncountedQuery: string;
  /** For `ListTable`; undefined when everything is on one page. */
  readonly pagingOf: (
    total: number,
  ) => { page: number; total: number; size: number; onPage: (page: number) => void } | undefined;
}

/** The page of the list that the address names as `?page=`; whatever else the address says stays. */
export function useListPage(size = PAGE_SIZE): ListPage {
  const [params, setParams] = useSearchParams();
  const page = Math.max(1, Math.trunc(Number(params.get('page') ?? '1')) || 1);
  const goTo = useCallback(
    (next: number) =>
      setParams((before) => {
        if (next === 1) before.delete('page');
        else before.set('page', String(next));
        return before;
      }),
    [setParams],
  );
  const uncountedQuery = `page=${page - 1}&per_page=${size}`;
  return {
    ...{ page, size, goTo, uncountedQuery },
    query: `${uncountedQuery}&include_totals=true`,
    pagingOf: (total) => (total <= size && page === 1 ? undefined : { page, total, size, onPage: goTo }),
  };
}

interface Search {
  /** What to search for: what was typed, a moment after the last key. */
  readonly text: string;
  /** What stands in the field. */
  readonly typed: string;
  readonly type: (typed: string) => void;
}

/** The search that the address names as `?q=`. */
export function useSearch(): Search {
  const [params, setParams] = useSearchParams();
  const text = params.get('q') ?? '';
  const [typed, setTyped] = useState(text);
  const search = useDebouncedCallback((next: string) => {
    const change = (before: URLSearchParams) => {
      before.delete('page');
      if (next === '') before.delete('q');
      else before.set('q', next);
      return before;
    };
    setParams(change, { replace: true });
  }, WAIT_MS);
  return {
    text,
    typed,
    type(next) {
      setTyped(next);
      search(next.trim());
    },
  };
}
