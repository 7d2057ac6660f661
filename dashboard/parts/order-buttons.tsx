// Moves one of a list up or down.
import { ActionIcon, Group } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';

interface OrderButtonsProps {
  /** What is moved, for those who do not see it. */
  readonly name: string;
  /** Of each button, so that it has the focus again when its row has gone elsewhere. */
  readonly idOf: (by: -1 | 1) => string;
  /** Its place, from 0. */
  readonly at: number;
  readonly count: number;
  readonly move: (by: -1 | 1) => void;
}

/** Shows a button for each way; that which leads nowhere is there and does nothing, so that the keyboard stays where it is. */
export function OrderButtons({ name, idOf, at, count, move }: OrderButtonsProps) {
  const isFirst = at === 0;
  const isLast = at === count - 1;
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        variant="default"
        id={idOf(-1)}
        aria-label={`Move ${name} up`}
        aria-disabled={isFirst}
        mod={{ disabled: isFirst }}
        onClick={() => (isFirst ? undefined : move(-1))}
      >
        <IconArrowUp size={16} />
      </ActionIcon>
      <ActionIcon
        variant="default"
        id={idOf(1)}
        aria-label={`Move ${name} down`}
        aria-disabled={isLast}
        mod={{ disabled: isLast }}
        onClick={() => (isLast ? undefined : move(1))}
      >
        <IconArrowDown size={16} />
      </ActionIcon>
    </Group>
  );
}
