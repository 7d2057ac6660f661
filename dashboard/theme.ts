// How the dashboard looks: colours, and defaults of components that every page uses.
import { createTheme, type MantineColorsTuple } from '@mantine/core';

const gate: MantineColorsTuple = [
  ...(['#e9f7f5', '#d5ebe8', '#abd6d0', '#7dc0b7', '#57aea2', '#3ea295'] as const),
  ...(['#2e877c', '#0f766e', '#0b5f59', '#064b46'] as const),
];

/** The theme. Shades are dark enough for white text on them, and for text on white. */
export const theme = createTheme({
  primaryColor: 'gate',
  primaryShade: { light: 7, dark: 6 },
  colors: { gate },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '600' },
});
