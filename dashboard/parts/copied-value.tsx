// A value that people need elsewhere, with a button that copies it.
import { ActionIcon, Code, CopyButton, Group, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';

/** Shows it; `name` says what it is, for those who do not see it. */
export function CopiedValue({ value, name }: { readonly value: string; readonly name: string }) {
  return (
    <Group gap={4} wrap="nowrap" w="fit-content" maw="100%">
      <Code className="break-anywhere">{value}</Code>
      <CopyIcon value={value} name={name} />
    </Group>
  );
}

/** The button alone. */
export function CopyIcon({ value, name }: { readonly value: string; readonly name: string }) {
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : 'Copy'}>
          <ActionIcon variant="subtle" color="gray" onClick={copy} aria-label={copied ? 'Copied' : `Copy ${name}`}>
            {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
