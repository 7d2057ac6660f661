// Values that are kept for customer code under names: which there are, another value, a new one, none any more. Nobody sees
// one again.
import { Button, Code, Group, PasswordInput, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { confirmDestruction } from './confirm.tsx';
import { DialogForm } from './dialog-form.tsx';
import { ListTable } from './list-table.tsx';
import { RowActions } from './row-actions.tsx';
import { tellDone, tellFailure } from './told.ts';

interface KeptValuesProps {
  /** What they are called together, such as `Secrets`. */
  readonly label: string;
  readonly names: readonly string[];
  /** How the code finds one. */
  readonly foundAs: string;
  /** Characters of a value. */
  readonly longest: number;
  /** What is wrong with a new name; null when nothing is. */
  readonly nameProblem: (name: string) => string | null;
  /** What happens when one is gone. */
  readonly goneWords: string;
  /** Keeps a value, in place of another one; left out for somebody who may not. */
  readonly keep?: ((name: string, value: string) => Promise<void>) | undefined;
  /** Forgets one; left out for somebody who may not. */
  readonly forget?: ((name: string) => Promise<void>) | undefined;
}

/** Shows them. */
export function KeptValues(props: KeptValuesProps) {
  const { label, names, goneWords, keep, forget } = props;
  const [isOpen, { open, close }] = useDisclosure();
  const [named, setNamed] = useState('');

  function set(name: string): void {
    setNamed(name);
    open();
  }

  function remove(name: string, away: (name: string) => Promise<void>): void {
    confirmDestruction({
      title: `Remove ${name}?`,
      words: `${goneWords} The value cannot be brought back.`,
      label: 'Remove',
      onConfirm: () => void away(name).then(() => tellDone(`${name} was removed.`), tellFailure),
    });
  }

  return (
    <>
      <ListTable
        label={label}
        rows={names}
        idOf={(name) => name}
        empty="No value is kept."
        columns={[
          { accessor: 'key', title: 'Key', render: (name) => <Code className="break-anywhere">{name}</Code> },
          { accessor: 'value', title: 'Value', render: () => 'Not shown' },
          {
            accessor: 'actions',
            title: 'Actions',
            width: 100,
            hidden: !keep && !forget,
            render: (name) => (
              <RowActions
                name={name}
                {...(keep ? { edit: () => set(name) } : {})}
                {...(forget ? { remove: () => remove(name, forget) } : {})}
              />
            ),
          },
        ]}
      />
      {keep ? (
        <>
          <Group>
            <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => set('')}>
              Add a value
            </Button>
          </Group>
          <Dialog key={named} {...props} stored={named} isOpen={isOpen} close={close} keep={keep} />
        </>
      ) : null}
    </>
  );
}

interface DialogProps extends KeptValuesProps {
  /** Whose value is replaced; empty for a new one. */
  readonly stored: string;
  readonly isOpen: boolean;
  readonly close: () => void;
  readonly keep: (name: string, value: string) => Promise<void>;
}

function Dialog({ stored, isOpen, close, keep, foundAs, longest, nameProblem }: DialogProps) {
  return (
    <DialogForm
      title={stored === '' ? 'Keep a value' : `Another value for ${stored}`}
      label="Keep"
      isOpen={isOpen}
      close={close}
      initial={{ key: stored, value: '' }}
      send={async ({ key, value }) => {
        await keep(key, value);
        tellDone(`${key} is kept.`);
      }}
      validate={({ key, value }) => {
        const problem = stored === '' ? nameProblem(key) : null;
        return {
          ...(problem === null ? {} : { key: problem }),
          ...(value === '' ? { value: 'The value is missing.' } : {}),
        };
      }}
    >
      {(form) => (
        <>
          <TextInput
            label="Key"
            description={foundAs}
            required
            disabled={stored !== ''}
            autoComplete="off"
            maxLength={255}
            {...form.getInputProps('key')}
          />
          <PasswordInput
            label="Value"
            description="It is not shown again"
            required
            autoComplete="new-password"
            maxLength={longest}
            {...form.getInputProps('value')}
          />
        </>
      )}
    </DialogForm>
  );
}
