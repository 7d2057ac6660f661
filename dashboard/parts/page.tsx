// The frame of one page: its title, what can be done on it, the way back. A new page has the focus on its title, so that a
// screen reader reads it out.
import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link, useLocation } from 'react-router';

interface PageProps {
  readonly title: string;
  /** One sentence on what the page is for. */
  readonly about?: ReactNode;
  /** Where this page belongs to, such as the list it is an entry of. */
  readonly back?: { readonly to: string; readonly label: string };
  /** Buttons beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** Shows the page. An address with `#name` leads to the element of that id. */
export function Page({ title, about, back, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { hash, pathname } = useLocation();
  useEffect(() => {
    document.title = `${title} · Gatehouse`;
  }, [title]);
  useEffect(() => {
    const left = new AbortController();
    if (hash === '') heading.current?.focus({ preventScroll: true });
    else void showAnchor(hash.slice(1), left.signal);
    return () => left.abort();
  }, [hash, pathname]);
  return (
    <Stack gap="lg" maw={1100}>
      <div>
        {back ? (
          <Anchor component={Link} to={back.to} size="sm">
            ← {back.label}
          </Anchor>
        ) : null}
        <Group justify="space-between" align="flex-end" gap="sm">
          <Title order={1} size="h2" ref={heading} tabIndex={-1} className="break-anywhere">
            {title}
          </Title>
          <Group gap="xs">{actions}</Group>
        </Group>
        {about ? (
          <Text c="dimmed" mt="xs" maw={720}>
            {about}
          </Text>
        ) : null}
      </div>
      {children}
    </Stack>
  );
}

const TRIES = 200;
const WAIT_MS = 100;

/** What the address leads to may come with an answer that is not there yet; ends when somebody leaves the page. */
async function showAnchor(id: string, left: AbortSignal): Promise<void> {
  for (let tries = 0; tries < TRIES && !left.aborted; tries += 1) {
    const element = document.getElementById(id);
    if (element) {
      element.scrollIntoView({ block: 'center' });
      element.focus({ preventScroll: true });
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}
