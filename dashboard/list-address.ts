// What the address says about a list: its page and what is searched for.
import { useDebouncedCallback } from '@mantine/hooks';
import { useCallback, useState } from 'react';
import { useSearchParams } from 'react-router';

const WAIT_MS = 300;

/** How many rows a page of a list has. */
const PAGE_SIZE = 20;

interface ListPage {
  /** From 1. */
  readonly page: number;
  /** For the API. */
  readonly query: string;
  /** For `ListTable`; undefined when everything is on one page. */
  readonly pagingOf: (
    total: number,
  ) => { page: number; total: number; size: number; onPage: (page: number) => void } | undefined;
}

/** The page of the list that the address names as `?page=`. */
export function useListPage(): ListPage {
  const [params, setParams] = useSearchParams();
  const page = Math.max(1, Math.trunc(Number(params.get('page') ?? '1')) || 1);
  const onPage = useCallback(
    (next: number) =>
      setParams((before) => {
        if (next === 1) before.delete('page');
        else before.set('page', String(next));
        return before;
      }),
    [setParams],
  );
  return {
    page,
    query: `page=${page - 1}&per_page=${PAGE_SIZE}&include_totals=true`,
    pagingOf: (total) => (total <= PAGE_SIZE && page === 1 ? undefined : { page, total, size: PAGE_SIZE, onPage }),
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
