// Asks before something is destroyed.
import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';

interface Question {
  /** Such as `Delete the application Shop?`. */
  readonly title: string;
  /** What will be lost. */
  readonly words: string;
  /** What the button says, such as `Delete`. */
  readonly label: string;
  readonly onConfirm: () => void;
  /** Called when the question is gone, after `onConfirm` where the answer was yes. */
  readonly onClose?: () => void;
}

/** Asks, and does it when the answer is yes. */
export function confirmDestruction({ title, words, label, onConfirm, onClose }: Question): void {
  modals.openConfirmModal({
    title,
    children: <Text size="sm">{words}</Text>,
    labels: { confirm: label, cancel: 'Cancel' },
    confirmProps: { color: 'red' },
    onConfirm,
    ...(onClose ? { onClose } : {}),
  });
}
