// A Select whose entries have a sentence on what they mean.
import { Select, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Choice } from '../client.ts';

interface ChoiceSelectProps {
  readonly id?: string;
  readonly label: string;
  readonly description?: string;
  readonly choices: readonly Choice[];
  /** Said in place of a choice where there may be none. */
  readonly none?: string;
  readonly value?: string | null;
  readonly onChange?: (value: string | null) => void;
  readonly error?: ReactNode;
}

/** Shows it. */
export function ChoiceSelect({ choices, none, label, value, ...rest }: ChoiceSelectProps) {
  const aboutOf = (one: unknown) => choices.find((choice) => choice.value === one)?.about;
  return (
    <Select<string>
      {...rest}
      label={label}
      value={value ?? null}
      data={choices.map((choice) => ({ value: choice.value, label: choice.label }))}
      renderOption={({ option }) => (
        <div>
          <Text size="sm" fw={500}>
            {option.label}
          </Text>
          <Text size="xs">{aboutOf(option.value)}</Text>
        </div>
      )}
      allowDeselect={none !== undefined}
      clearable={none !== undefined}
      clearButtonProps={{ 'aria-label': `Clear ${label}` }}
      {...(none === undefined ? {} : { placeholder: none })}
    />
  );
}
