// The dialog for a grant: a new one, or other scopes for one that there is.
import { Radio, Select, Stack } from '@mantine/core';
import { useChange } from '../api-client.ts';
import type { ClientGrant, Other, Side } from '../client-grant.ts';
import { DialogForm } from '../parts/dialog-form.tsx';
import { ScopePicker } from '../parts/scope-picker.tsx';
import { tellDone } from '../parts/told.ts';
import { useEveryApi } from '../resource-server.ts';

interface ClientGrantDialogProps {
  readonly of: Side;
  /** What can be chosen on the other side. */
  readonly others: readonly Other[];
  /** Null for a new one. */
  readonly grant: ClientGrant | null;
  readonly isOpen: boolean;
  readonly close: () => void;
}

interface Values extends Record<string, unknown> {
  readonly other: string | null;
  readonly subject_type: string;
  readonly scope: readonly string[];
}

/** Shows it while it is open. */
export function ClientGrantDialog({ of, others, grant, isOpen, close }: ClientGrantDialogProps) {
  const change = useChange();
  const apis = useEveryApi();
  const isOfClient = of.kind === 'client';
  const initial: Values = { other: null, subject_type: 'client', scope: grant?.scope ?? [] };
  const scopesOf = (audience: string | null) =>
    apis.data?.find(({ identifier }) => identifier === audience)?.scopes ?? [];

  async function send({ other, subject_type, scope }: Values): Promise<void> {
    if (grant) {
      const path = `/client-grants/${encodeURIComponent(grant.id)}`;
      await change.mutateAsync({ method: 'PATCH', path, body: { scope } });
    } else {
      const ends = isOfClient ? { client_id: of.value, audience: other } : { client_id: other, audience: of.value };
      await change.mutateAsync({ method: 'POST', path: '/client-grants', body: { ...ends, subject_type, scope } });
    }
    tellDone('Saved.');
  }

  return (
    <DialogForm<Values>
      title={titleOf(grant, isOfClient)}
      label={grant ? 'Save' : 'Add'}
      size="lg"
      isOpen={isOpen}
      close={close}
      initial={initial}
      send={send}
      validate={({ other }) => (grant || other !== null ? {} : { other: 'Choose one.' })}
    >
      {(form) => (
        <>
          {grant ? null : (
            <>
              <Select
                label={isOfClient ? 'API' : 'Application'}
                required
                searchable
                nothingFoundMessage="None has this name"
                data={others.map(({ value, name }) => ({ value, label: name === value ? name : `${name} (${value})` }))}
                {...form.getInputProps('other')}
                onChange={(other: string | null) => form.setValues({ other, ...(isOfClient ? { scope: [] } : {}) })}
              />
              <Radio.Group label="For whom?" {...form.getInputProps('subject_type')}>
                <Stack gap="xs" mt="xs">
                  <Radio
                    value="client"
                    label="The application itself"
                    description="It gets tokens of its own by Client Credentials"
                  />
                  <Radio
                    value="user"
                    label="The application’s users"
                    description="It gets tokens for users where the API is open to applications with a grant only"
                  />
                </Stack>
              </Radio.Group>
            </>
          )}
          {form.values.other !== null || grant || !isOfClient ? (
            <ScopePicker
              label="Scopes"
              description="What may be asked for at most"
              scopes={scopesOf(grant?.audience ?? (isOfClient ? form.values.other : of.value))}
              {...form.getInputProps('scope')}
            />
          ) : null}
        </>
      )}
    </DialogForm>
  );
}

function titleOf(grant: ClientGrant | null, isOfClient: boolean): string {
  if (grant) return 'Change the scopes';
  return isOfClient ? 'Add an API' : 'Add an application';
}
