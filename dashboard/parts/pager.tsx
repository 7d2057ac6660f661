// From page to page of a list of which nobody counts the whole.
import { Button, Group, Text } from '@mantine/core';
import type { ListPage } from '../list-address.ts';

/** The API pages through no more of a search. */
const MOST_RESULTS = 1000;

interface PagerProps {
  readonly at: ListPage;
  /** How many rows this page has. */
  readonly rows: number;
}

/** Shows the way back and forth. */
export function Pager({ at: { page, size, goTo }, rows }: PagerProps) {
  const isLast = page * size >= MOST_RESULTS;
  if (page === 1 && rows < size) return null;
  return (
    <Group justify="space-between">
      <Text size="sm">
        Page {page}
        {isLast ? '. No list goes beyond 1,000: search for fewer.' : ''}
      </Text>
      <Group gap="xs">
        <Button variant="default" size="xs" disabled={page === 1} onClick={() => goTo(page - 1)}>
          Previous
        </Button>
        <Button variant="default" size="xs" disabled={rows < size || isLast} onClick={() => goTo(page + 1)}>
          Next
        </Button>
      </Group>
    </Group>
  );
}
