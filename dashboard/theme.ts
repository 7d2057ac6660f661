// How the dashboard looks: colours, and defaults of components that every page uses.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const gate: MantineColorsTuple = [
  ...(['#e9f7f5', '#d5ebe8', '#abd6d0', '#7dc0b7', '#57aea2', '#3ea295'] as const),
  ...(['#227a6f', '#0f766e', '#0b5f59', '#064b46'] as const),
];

const red: MantineColorsTuple = [
  ...(['#fff5f5', '#ffe3e3', '#ffc9c9', '#ffa8a8', '#ff8787', '#f06565'] as const),
  ...(['#d83434', '#c92a2a', '#b02525', '#941f1f'] as const),
];

/** The theme. Shades are dark enough for white text on them, and for text on white. */
export const theme = createTheme({
  primaryColor: 'gate',
  primaryShade: { light: 7, dark: 6 },
  colors: { gate, red },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  // Otherwise dialogs are moved by the library's own clock, whatever the visitor has asked of their system.
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: { fontWeight: '600' },
  // The library gives the crosses of its dialogs and messages no name.
  components: { CloseButton: { defaultProps: { 'aria-label': 'Close' } } },
});

/** The library's quiet colours are too pale for many eyes: each of these has a contrast of 4.5 at least on its background. */
export const readableColors: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#495057',
    '--mantine-color-placeholder': '#5c636a',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-red-light-color': '#a61e1e',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--mantine-color-green-light-color': '#1b5e20',
    '--mantine-color-yellow-light-color': '#6b4300',
    '--mantine-color-orange-light-color': '#8a3b00',
    '--mantine-color-blue-light-color': '#0b4f8a',
    '--mantine-color-gray-light-color': '#343a40',
    '--mantine-color-gate-light-color': '#064b46',
  },
  dark: {
    '--mantine-color-dimmed': '#b8b8b8',
    '--mantine-color-placeholder': '#a6a6a6',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-red-light-color': '#ffc9c9',
    '--mantine-color-red-filled': '#c92a2a',
    '--mantine-color-red-filled-hover': '#b02525',
    '--mantine-color-green-light-color': '#b2f2bb',
    '--mantine-color-yellow-light-color': '#ffec99',
    '--mantine-color-orange-light-color': '#ffd8a8',
    '--mantine-color-blue-light-color': '#a5d8ff',
    '--mantine-color-gray-light-color': '#dee2e6',
    '--mantine-color-gate-light-color': '#abd6d0',
  },
});
