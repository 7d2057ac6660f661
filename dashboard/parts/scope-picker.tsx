// A choice of scopes of one API, as checkboxes; with a field to find one when there are many.
import { Button, Checkbox, Group, Input, Paper, ScrollArea, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Scope } from '../resource-server.ts';

/** A list that is longer gets a field to find an entry. */
const MANY = 8;

interface ScopePickerProps {
  readonly label: string;
  readonly description?: string;
  readonly scopes: readonly Scope[];
  readonly value?: readonly string[];
  readonly onChange?: (value: string[]) => void;
  readonly error?: ReactNode;
}

/** Shows it. */
export function ScopePicker({ label, description, scopes, value = [], onChange, error }: ScopePickerProps) {
  const [part, setPart] = useState('');
  const offered = new Set(scopes.map((scope) => scope.value));
  const gone = value
    .filter((one) => !offered.has(one))
    .map((one): Scope => ({ value: one, description: 'The API does not offer it any more' }));
  const all = [...scopes, ...gone];
  const shown = all.filter((scope) => `${scope.value}\n${scope.description ?? ''}`.toLowerCase().includes(part));
  const choose = (chosen: Iterable<string>) => onChange?.([...new Set(chosen)]);
  if (all.length === 0) {
    return (
      <Input.Wrapper label={label} error={error} labelElement="div">
        <Text size="sm">The API has no permissions yet: it can be used, but no scope can be asked for.</Text>
      </Input.Wrapper>
    );
  }
  return (
    <Checkbox.Group
      label={label}
      description={description}
      error={error}
      value={[...value]}
      onChange={(next) => choose(next)}
    >
      <Stack gap="xs" mt="xs">
        {all.length > MANY ? (
          <TextInput
            type="search"
            aria-label={`Find in ${label}`}
            placeholder="Find a permission"
            value={part}
            onChange={(event) => setPart(event.currentTarget.value.toLowerCase())}
          />
        ) : null}
        <Group justify="space-between" gap="xs">
          <Text size="sm">
            {value.length} of {all.length} chosen
          </Text>
          <Group gap="xs">
            <Button size="compact-xs" variant="default" onClick={() => choose([...value, ...valuesOf(shown)])}>
              Choose all
            </Button>
            <Button
              size="compact-xs"
              variant="default"
              onClick={() => choose(value.filter((one) => !valuesOf(shown).includes(one)))}
            >
              Choose none
            </Button>
          </Group>
        </Group>
        <Paper withBorder>
          <ScrollArea.Autosize mah={260} viewportProps={{ tabIndex: 0 }}>
            <Stack gap="xs" p="sm">
              {shown.length === 0 ? <Text size="sm">No permission has this text.</Text> : null}
              {shown.map((scope) => (
                <Checkbox
                  key={scope.value}
                  value={scope.value}
                  label={<span className="break-anywhere">{scope.value}</span>}
                  description={scope.description}
                />
              ))}
            </Stack>
          </ScrollArea.Autosize>
        </Paper>
      </Stack>
    </Checkbox.Group>
  );
}

function valuesOf(scopes: readonly Scope[]): string[] {
  return scopes.map(({ value }) => value);
}
