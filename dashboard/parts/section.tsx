// A part of a page with a heading of its own, that an address can lead to.
import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface SectionProps {
  readonly title: string;
  /** Part of the address: `#id`. */
  readonly id?: string;
  readonly about?: ReactNode;
  readonly children: ReactNode;
}

/** Shows it. */
export function Section({ title, id, about, children }: SectionProps) {
  return (
    <Paper component="section" withBorder p="lg" aria-label={title} {...(id === undefined ? {} : { id, tabIndex: -1 })}>
      <Stack gap="md">
        <div>
          <Title order={2} size="h4">
            {title}
          </Title>
          {about ? (
            <Text c="dimmed" size="sm" mt={4}>
              {about}
            </Text>
          ) : null}
        </div>
        {children}
      </Stack>
    </Paper>
  );
}
