// Something as JSON, with a button that copies it.
import { Box, Code } from '@mantine/core';
import { CopyIcon } from './copied-value.tsx';

interface JsonBlockProps {
  readonly value: unknown;
  /** What it is, for those who do not see it. */
  readonly name: string;
}

/** Shows it. */
export function JsonBlock({ value, name }: JsonBlockProps) {
  return <TextBlock text={JSON.stringify(value, null, 2)} name={name} />;
}

/** The same for a text that is shown as it is, such as a command. */
export function TextBlock({ text, name }: { readonly text: string; readonly name: string }) {
  return (
    <Box pos="relative">
      {/* A block that scrolls is to be reached by the keyboard. */}
      <Code
        block
        tabIndex={0}
        aria-label={name}
        role="group"
        pr={44}
        mah={480}
        style={{ overflow: 'auto', whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
      >
        {text}
      </Code>
      <Box pos="absolute" top={6} right={6}>
        <CopyIcon value={text} name={name} />
      </Box>
    </Box>
  );
}
