// The tabs of a page. Which one is open stands in the address.
import { Stack, Tabs } from '@mantine/core';
import type { ReactNode } from 'react';
import { useLocation, useSearchParams } from 'react-router';

/** One tab. */
export interface Tab {
  /** Stands in the address: `?tab=name`. */
  readonly name: string;
  readonly label: string;
  readonly content: ReactNode;
  /** Ids of elements in it: an address with `#id` opens the tab. */
  readonly anchors?: readonly string[];
  /** True for one with a form, which keeps what was typed when another tab is looked at. */
  readonly hasForm?: boolean;
}

/** Shows them, the first when the address says nothing. */
export function AddressTabs({ tabs, label }: { readonly tabs: readonly Tab[]; readonly label: string }) {
  const [search, setSearch] = useSearchParams();
  const { hash } = useLocation();
  const anchored = tabs.find(({ anchors = [] }) => anchors.includes(hash.slice(1)));
  const wanted = search.get('tab') ?? anchored?.name;
  const open = tabs.find(({ name }) => name === wanted) ?? tabs[0];
  return (
    <Tabs
      value={open?.name ?? null}
      keepMounted={false}
      onChange={(name) => setSearch(name === null ? {} : { tab: name }, { replace: true })}
    >
      <Tabs.List aria-label={label} mb="lg">
        {tabs.map(({ name, label: words }) => (
          <Tabs.Tab key={name} value={name}>
            {words}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ name, content, hasForm = false }) => (
        <Tabs.Panel key={name} value={name} keepMounted={hasForm}>
          <Stack gap="lg">{content}</Stack>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
