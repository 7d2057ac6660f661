// What kind of event a log entry is: a mark, its words, and Auth0's code for it.
import { Group, Text, ThemeIcon } from '@mantine/core';
import { IconCheck, IconPencil, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type LogTone, logKind } from '../log-event.ts';

const MARKS: Readonly<Record<LogTone, { readonly icon: ReactNode; readonly color: string; readonly word: string }>> = {
  success: { icon: <IconCheck size={14} />, color: 'gate', word: 'Success' },
  failure: { icon: <IconX size={14} />, color: 'red', word: 'Failure' },
  change: { icon: <IconPencil size={14} />, color: 'gray', word: 'Change' },
};

/** The mark alone, with its word for those who do not see it. */
export function LogMark({ type }: { readonly type: string }) {
  const { icon, color, word } = MARKS[logKind(type).tone];
  return (
    <ThemeIcon variant="light" color={color} size="sm" radius="xl" role="img" aria-label={word}>
      {icon}
    </ThemeIcon>
  );
}

/** Mark, words and code; `children` take the place of the words, such as a link that says them. */
export function LogType({ type, children }: { readonly type: string; readonly children?: ReactNode }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <LogMark type={type} />
      <div>
        {children ?? <Text size="sm">{logKind(type).words}</Text>}
        <Text size="xs" c="dimmed" ff="monospace">
          {type}
        </Text>
      </div>
    </Group>
  );
}
