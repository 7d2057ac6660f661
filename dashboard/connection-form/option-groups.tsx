// The guided form of a kind of connection: its options in groups, those that most people leave alone folded away.
import { List, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useLocation } from 'react-router';
import { anchorOf, type OptionGroup, type OptionValues, type StrategyForm } from './option-field.ts';
import { type OptionForm, OptionInput } from './option-input.tsx';
import { applies } from './option-values.ts';

interface OptionGroupsProps {
  readonly strategyForm: StrategyForm;
  readonly form: OptionForm;
  /** The options that are stored, null for a new connection. */
  readonly stored: OptionValues | null;
}

/** Shows it. */
export function OptionGroups({ strategyForm: { groups, before }, form, stored }: OptionGroupsProps) {
  const parts = { form, stored };
  const advanced = groups.filter(({ isAdvanced }) => isAdvanced === true);
  return (
    <Stack gap="xl" id="options" tabIndex={-1}>
      {before && stored === null ? <Before steps={before} /> : null}
      {groups
        .filter(({ isAdvanced }) => isAdvanced !== true)
        .map((group) => (
          <Group key={group.title} group={group} {...parts} />
        ))}
      {advanced.length === 0 ? null : <Fold groups={advanced} {...parts} />}
    </Stack>
  );
}

interface GroupProps extends Omit<OptionGroupsProps, 'strategyForm'> {
  readonly group: OptionGroup;
}

function Group({ group: { title, about, fields }, form, stored }: GroupProps) {
  const shown = fields.filter((field) => applies(field, form.values));
  return (
    <Stack gap="md" component="fieldset" style={{ border: 0, margin: 0, padding: 0, minWidth: 0 }}>
      <div>
        <Text component="legend" fw={600} p={0}>
          {title}
        </Text>
        {about ? (
          <Text size="sm" c="dimmed">
            {about}
          </Text>
        ) : null}
      </div>
      {shown.map((field) => (
        <OptionInput key={field.name} field={field} form={form} stored={stored} />
      ))}
    </Stack>
  );
}

interface FoldProps extends Omit<OptionGroupsProps, 'strategyForm'> {
  readonly groups: readonly OptionGroup[];
}

function Fold({ groups, ...parts }: FoldProps) {
  const { hash } = useLocation();
  const fields = groups.flatMap((group) => group.fields);
  const [isChosen, setChosen] = useState(() => fields.some((field) => anchorOf(field) === hash.slice(1)));
  // What the server did not take must be seen.
  const isOpen = isChosen || fields.some(({ name }) => parts.form.errors[name] !== undefined);
  return (
    // Unlike a button, this opens also for somebody who may change nothing.
    <details open={isOpen} onToggle={(event) => setChosen(event.currentTarget.open)}>
      <Text component="summary" fw={600} c="var(--mantine-primary-color-light-color)" style={{ cursor: 'pointer' }}>
        Advanced options
      </Text>
      <Stack gap="xl" pt="md">
        {groups.map((group) => (
          <Group key={group.title} group={group} {...parts} />
        ))}
      </Stack>
    </details>
  );
}

function Before({ steps }: { readonly steps: readonly string[] }) {
  return (
    <div>
      <Title order={3} size="h5" mb={4}>
        Before you begin
      </Title>
      <List type="ordered" size="sm" spacing={4}>
        {steps.map((step) => (
          <List.Item key={step}>{step}</List.Item>
        ))}
      </List>
    </div>
  );
}
