// Whether a connection answers, as a mark with words.
import { Badge } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';

/** Shows it; null as long as nobody knows. */
export function StateBadge({ isOnline }: { readonly isOnline: boolean | null }) {
  if (isOnline === null) {
    return (
      <Badge variant="default" tt="none">
        asking
      </Badge>
    );
  }
  return isOnline ? (
    <Badge variant="outline" tt="none" leftSection={<IconCheck size={12} />}>
      works
    </Badge>
  ) : (
    <Badge color="red" variant="filled" tt="none" leftSection={<IconX size={12} />}>
      does not answer
    </Badge>
  );
}
