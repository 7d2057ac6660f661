// Something that is known: its name, and beside it what it is.
import { Box, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Facts below each other; its children are `Fact`s. */
export function Facts({ children }: { readonly children: ReactNode }) {
  return (
    <Box component="dl" m={0} display="grid" style={{ gap: 8 }}>
      {children}
    </Box>
  );
}

/** One of them. */
export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Box style={{ display: 'flex', flexWrap: 'wrap', columnGap: 16, minWidth: 0 }}>
      <Text component="dt" size="sm" c="dimmed" w={130}>
        {name}
      </Text>
      <Text component="dd" size="sm" m={0} miw={0} className="break-anywhere">
        {children}
      </Text>
    </Box>
  );
}
