// The values that are kept for rules: which there are. Nobody sees one again.
import { Button, Code, Group, PasswordInput, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { callApi, readAgain, useApi, useChange } from '../api-client.ts';
import { useMay } from '../session-context.ts';
import { confirmDestruction } from './confirm.tsx';
import { DialogForm } from './dialog-form.tsx';
import { ListTable } from './list-table.tsx';
import { Loaded } from './loaded.tsx';
import { RowActions } from './row-actions.tsx';
import { Section } from './section.tsx';
import { tellDone, tellFailure } from './told.ts';

interface Entry {
  readonly key: string;
}

const pathOf = (key: string) => `/rules-configs/${encodeURIComponent(key)}`;

/** Shows them. */
export function RuleConfigs() {
  const mayUpdate = useMay('update:rules_configs');
  const mayDelete = useMay('delete:rules_configs');
  const entries = useApi<readonly Entry[]>('/rules-configs');
  const change = useChange();
  const [isOpen, { open, close }] = useDisclosure();
  const [key, setKey] = useState('');

  function set(named: string): void {
    setKey(named);
    open();
  }

  function remove(named: string): void {
    confirmDestruction({
      title: `Remove ${named}?`,
      words: 'Rules that look for it find nothing from the next login on. The value cannot be brought back.',
      label: 'Remove',
      onConfirm: () =>
        change.mutate(
          { method: 'DELETE', path: pathOf(named) },
          { onSuccess: () => tellDone(`${named} was removed.`), onError: tellFailure },
        ),
    });
  }

  return (
    <Section
      title="Settings"
      id="settings"
      about="Values that rules find as members of configuration, such as the key of a service. They are kept sealed, and shown to nobody."
    >
      <Loaded query={entries}>
        {(rows) => (
          <ListTable
            label="Settings"
            rows={rows}
            idOf={(row) => row.key}
            empty="No value is kept for rules."
            columns={[
              { accessor: 'key', title: 'Key', render: (row) => <Code className="break-anywhere">{row.key}</Code> },
              { accessor: 'value', title: 'Value', render: () => 'Not shown' },
              {
                accessor: 'actions',
                title: 'Actions',
                width: 100,
                hidden: !mayUpdate && !mayDelete,
                render: (row) => (
                  <RowActions
                    name={row.key}
                    {...(mayUpdate ? { edit: () => set(row.key) } : {})}
                    {...(mayDelete ? { remove: () => remove(row.key) } : {})}
                  />
                ),
              },
            ]}
          />
        )}
      </Loaded>
      {mayUpdate ? (
        <Group>
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => set('')}>
            Add a value
          </Button>
        </Group>
      ) : null}
      <Dialog key={key} stored={key} isOpen={isOpen} close={close} />
    </Section>
  );
}

interface DialogProps {
  /** Whose value is replaced; empty for a new one. */
  readonly stored: string;
  readonly isOpen: boolean;
  readonly close: () => void;
}

function Dialog({ stored, isOpen, close }: DialogProps) {
  async function keep({ key, value }: { key: string; value: string }): Promise<void> {
    // Not by a hook: those keep what was sent and answered.
    await callApi('PUT', pathOf(key), { value });
    tellDone(`${key} is kept.`);
    await readAgain('rules-configs');
  }
  return (
    <DialogForm
      title={stored === '' ? 'Keep a value for rules' : `Another value for ${stored}`}
      label="Keep"
      isOpen={isOpen}
      close={close}
      initial={{ key: stored, value: '' }}
      send={keep}
      validate={({ key, value }) => ({
        ...(/^[A-Za-z0-9_\-@*+:]{1,127}$/.test(key) ? {} : { key: 'Letters, digits and _ - @ * + : only.' }),
        ...(value === '' ? { value: 'The value is missing.' } : {}),
      })}
    >
      {(form) => (
        <>
          <TextInput
            label="Key"
            description="A rule finds the value as configuration.KEY"
            required
            disabled={stored !== ''}
            autoComplete="off"
            maxLength={127}
            {...form.getInputProps('key')}
          />
          <PasswordInput
            label="Value"
            description="It is not shown again"
            required
            autoComplete="new-password"
            maxLength={20_480}
            {...form.getInputProps('value')}
          />
        </>
      )}
    </DialogForm>
  );
}
