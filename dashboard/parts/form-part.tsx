// A few fields of a long form that belong together, under a heading.
import { Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Shows them. */
export function FormPart({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack gap="md" component="section" aria-label={title} mb="sm" maw={760}>
      <Title order={3} size="h5">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
