// The tabs of a page. The address says which is open, as `?tab=`, or by an anchor that only one of them has. A tab that was
// left keeps what was typed in it, and is still asked about when the page is left.
import { ScrollArea, Stack, Tabs } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';

/** One of them. */
export interface PageTab {
  /** In the address. */
  readonly name: string;
  readonly label: string;
  /** Ids of elements that others link to with `#id`, without naming the tab. */
  readonly anchors?: readonly string[];
  readonly content: ReactNode;
}

/** Shows them; the first is open when the address names none. */
export function PageTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly PageTab[] }) {
  const [params] = useSearchParams();
  const { hash } = useLocation();
  const navigate = useNavigate();
  const first = tabs[0]?.name ?? '';
  const open =
    tabs.find(({ name }) => name === params.get('tab'))?.name ??
    tabs.find(({ anchors }) => anchors?.includes(hash.slice(1)))?.name ??
    first;
  const [seen, setSeen] = useState<readonly string[]>([open]);
  if (!seen.includes(open)) setSeen([...seen, open]);

  function show(name: string | null): void {
    void navigate({ search: name === first || name === null ? '' : `?tab=${name}` }, { preventScrollReset: true });
  }

  return (
    <Tabs value={open} onChange={show} keepMounted keepMountedMode="display-none">
      <ScrollArea scrollbars="x" type="never">
        <Tabs.List aria-label={label} style={{ flexWrap: 'nowrap' }}>
          {tabs.map((tab) => (
            <Tabs.Tab key={tab.name} value={tab.name}>
              {tab.label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </ScrollArea>
      {tabs.map((tab) => (
        <Tabs.Panel key={tab.name} value={tab.name} pt="lg">
          {seen.includes(tab.name) ? <Stack gap="lg">{tab.content}</Stack> : null}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
