// The buttons at the end of a row.
import { ActionIcon, Group, Tooltip } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';

interface RowActionsProps {
  /** What the row is, for those who do not see it. */
  readonly name: string;
  readonly edit?: () => void;
  readonly remove?: () => void;
}

/** Shows those that there are. */
export function RowActions({ name, edit, remove }: RowActionsProps) {
  return (
    <Group gap={4} wrap="nowrap">
      {edit ? (
        <Tooltip label="Change">
          <ActionIcon variant="subtle" color="gray" aria-label={`Change ${name}`} onClick={edit}>
            <IconPencil size={16} />
          </ActionIcon>
        </Tooltip>
      ) : null}
      {remove ? (
        <Tooltip label="Remove">
          <ActionIcon variant="subtle" color="red" aria-label={`Remove ${name}`} onClick={remove}>
            <IconTrash size={16} />
          </ActionIcon>
        </Tooltip>
      ) : null}
    </Group>
  );
}
