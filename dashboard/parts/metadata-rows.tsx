// Texts under names of one's own choice: a field of a form in which rows are added and taken away.
import { ActionIcon, Button, Group, Input, Stack, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** A row. */
export interface MetadataEntry {
  readonly key: string;
  readonly value: string;
}

/** The rows for what is stored. */
export function entriesOf(stored: Readonly<Record<string, string>>): readonly MetadataEntry[] {
  return Object.entries(stored).map(([key, value]) => ({ key, value }));
}

/** What the API is sent for the rows: null takes away what is stored and has no row any more. */
export function recordOf(
  entries: readonly MetadataEntry[],
  stored: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const gone = Object.keys(stored).map((key): [string, null] => [key, null]);
  return Object.fromEntries([...gone, ...entries.map(({ key, value }): [string, string] => [key.trim(), value])]);
}

/** True when the row has a name that no other row has. */
export function isCompleteEntry({ key }: MetadataEntry, at: number, all: readonly MetadataEntry[]): boolean {
  return key.trim() !== '' && all.findIndex((other) => other.key.trim() === key.trim()) === at;
}

interface MetadataRowsProps {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** How many rows there may be. */
  readonly most: number;
  /** Characters of a text. */
  readonly longest?: number;
  readonly isReadOnly: boolean;
  readonly value?: readonly MetadataEntry[];
  readonly onChange?: (entries: readonly MetadataEntry[]) => void;
  readonly error?: ReactNode;
}

/** Shows them. */
export function MetadataRows(props: MetadataRowsProps) {
  const { id, label, description, most, longest = 255, isReadOnly, value = [], onChange, error } = props;
  const replace = (at: number, entry: Partial<MetadataEntry>) =>
    onChange?.(value.map((one, index) => (index === at ? { ...one, ...entry } : one)));
  return (
    <div id={id} tabIndex={-1} role="group" aria-label={label}>
      <Input.Wrapper label={label} description={description} error={error} labelElement="div">
        <Stack gap="xs" mt="xs" align="flex-start">
          {value.map((entry, at) => (
            // Rows have no identity but their place.
            <Group key={at} gap="xs" wrap="nowrap" w="100%" maw={640}>
              <TextInput
                aria-label={`Name of text ${at + 1}`}
                placeholder="Name"
                maxLength={255}
                style={{ flex: 1 }}
                value={entry.key}
                onChange={(event) => replace(at, { key: event.currentTarget.value })}
              />
              <TextInput
                aria-label={`Text ${at + 1}`}
                placeholder="Text"
                maxLength={longest}
                style={{ flex: 2 }}
                value={entry.value}
                onChange={(event) => replace(at, { value: event.currentTarget.value })}
              />
              {isReadOnly ? null : (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove ${entry.key || `text ${at + 1}`}`}
                  onClick={() => onChange?.(value.filter((_, index) => index !== at))}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              )}
            </Group>
          ))}
          {isReadOnly || value.length >= most ? null : (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => onChange?.([...value, { key: '', value: '' }])}
            >
              Add a text
            </Button>
          )}
        </Stack>
      </Input.Wrapper>
    </div>
  );
}
