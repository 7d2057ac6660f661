// The permissions that an API offers: scopes, each with a sentence on what it allows.
import { Button, Group, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useChange } from '../api-client.ts';
import { confirmDestruction } from '../parts/confirm.tsx';
import { DialogForm } from '../parts/dialog-form.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { RowActions } from '../parts/row-actions.tsx';
import { Section } from '../parts/section.tsx';
import { tellDone, tellFailure } from '../parts/told.ts';
import { nameOfApi, type ResourceServer, type Scope } from '../resource-server.ts';
import { useMay } from '../session-context.ts';

const NEW: Scope = { value: '', description: '' };
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Shows them. The API takes the whole list at each change. */
export function ApiPermissions({ api }: { readonly api: ResourceServer }) {
  const mayChange = useMay('update:resource_servers') && api.is_system !== true;
  const change = useChange(['roles']);
  const [open, setOpen] = useState<Scope | null>(null);
  const store = (scopes: readonly Scope[]) =>
    change.mutateAsync({
      ...{ method: 'PATCH', path: `/resource-servers/${encodeURIComponent(api.id)}` },
      body: { scopes },
    });

  async function remove(scope: Scope): Promise<void> {
    try {
      await store(api.scopes.filter(({ value }) => value !== scope.value));
      tellDone(`${scope.value} was deleted.`);
    } catch (error) {
      tellFailure(error);
    }
  }

  return (
    <Section
      title="Permissions"
      id="scopes"
      about="What a token for this API can allow. Requests ask for them as scopes; roles and grants are made of them."
    >
      {mayChange ? (
        <Group>
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setOpen(NEW)}>
            Add a permission
          </Button>
        </Group>
      ) : null}
      <ListTable<Scope>
        label={`Permissions of ${nameOfApi(api)}`}
        rows={api.scopes}
        idOf={({ value }) => value}
        empty="It offers no permissions: tokens for it have no scope of its own."
        columns={[
          {
            accessor: 'value',
            title: 'Permission',
            cellsClassName: 'break-anywhere',
            cellsStyle: () => ({ minWidth: 160 }),
          },
          {
            accessor: 'description',
            title: 'Description',
            cellsStyle: () => ({ minWidth: 180 }),
            render: ({ description }) => description ?? '—',
          },
          {
            accessor: 'actions',
            title: 'Actions',
            width: 100,
            hidden: !mayChange,
            render: (scope) => (
              <RowActions
                name={scope.value}
                edit={() => setOpen(scope)}
                remove={() =>
                  confirmDestruction({
                    title: `Delete the permission ${scope.value}?`,
                    words:
                      'No token gets it any more. Roles, users and applications keep their entries of it, which give nothing.',
                    label: 'Delete',
                    onConfirm: () => void remove(scope),
                  })
                }
              />
            ),
          },
        ]}
      />
      <ScopeDialog scope={open} others={api.scopes} store={store} close={() => setOpen(null)} />
    </Section>
  );
}

interface ScopeDialogProps {
  /** Null while it is closed. */
  readonly scope: Scope | null;
  readonly others: readonly Scope[];
  readonly store: (scopes: readonly Scope[]) => Promise<unknown>;
  readonly close: () => void;
}

function ScopeDialog({ scope, others, store, close }: ScopeDialogProps) {
  const isNew = scope === NEW;
  async function send({ value, description }: { value: string; description: string }): Promise<void> {
    const entry = { value: value.trim(), ...(description === '' ? {} : { description }) };
    await store(isNew ? [...others, entry] : others.map((other) => (other.value === scope?.value ? entry : other)));
    tellDone('Saved.');
  }
  return (
    <DialogForm
      title={isNew ? 'Add a permission' : 'Change the permission'}
      label={isNew ? 'Add' : 'Save'}
      isOpen={scope !== null}
      close={close}
      initial={{ value: scope?.value ?? '', description: scope?.description ?? '' }}
      send={send}
      validate={({ value }) => ({
        value: problemOf(value.trim(), isNew ? others : others.filter((other) => other !== scope)),
      })}
    >
      {(form) => (
        <>
          <TextInput
            label="Permission"
            description={
              isNew
                ? 'Such as read:orders; without spaces'
                : 'Under another name it is another permission: roles and applications must be given it anew.'
            }
            required
            data-autofocus
            maxLength={280}
            {...form.getInputProps('value')}
          />
          <TextInput
            label="Description"
            description="What it allows, in words for people"
            maxLength={500}
            {...form.getInputProps('description')}
          />
        </>
      )}
    </DialogForm>
  );
}

function problemOf(value: string, others: readonly Scope[]): string | null {
  if (!SCOPE.test(value)) return 'A permission is a word without spaces, quotes and backslashes.';
  return others.some((other) => other.value === value) ? 'The API has this permission already.' : null;
}
