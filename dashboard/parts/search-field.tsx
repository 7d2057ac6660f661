// The field above a list in which people type what they look for.
import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';

interface SearchFieldProps {
  /** What is searched, such as `Search applications`. */
  readonly label: string;
  readonly typed: string;
  readonly type: (typed: string) => void;
}

/** Shows it. */
export function SearchField({ label, typed, type }: SearchFieldProps) {
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={label}
      leftSection={<IconSearch size={16} />}
      maw={360}
      value={typed}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}
