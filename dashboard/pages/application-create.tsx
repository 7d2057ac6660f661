// The dialog for a new application. It leads to the application's page, by way of its secret where it has one.
import { Checkbox, Radio, Stack, TextInput } from '@mantine/core';
import { useNavigate } from 'react-router';
import { callApi, readAgain } from '../api-client.ts';
import { APP_TYPES, CLIENT_CREDENTIALS_GRANT, PASSWORD_GRANT, PASSWORD_REALM_GRANT, pathOfClient } from '../client.ts';
import { DialogForm } from '../parts/dialog-form.tsx';
import { showSecretOnce } from '../parts/secret-once.tsx';
import { tellDone } from '../parts/told.ts';

const INITIAL = { app_type: 'native', is_first_party: true, usesPasswords: true, name: '' };

interface Created {
  readonly client_id: string;
  readonly client_secret?: string;
}

/** Shows it while it is open. */
export function ApplicationCreate({ isOpen, close }: { readonly isOpen: boolean; readonly close: () => void }) {
  const navigate = useNavigate();

  async function create({ usesPasswords, ...wanted }: typeof INITIAL): Promise<void> {
    const isMachine = wanted.app_type === 'non_interactive';
    const grant_types = [
      ...(usesPasswords && wanted.is_first_party && !isMachine ? [PASSWORD_GRANT, PASSWORD_REALM_GRANT] : []),
      ...(isMachine ? [CLIENT_CREDENTIALS_GRANT] : []),
    ];
    const { client_id: id, client_secret: secret } = await callApi<Created>('POST', '/clients', {
      ...wanted,
      grant_types,
    });
    close();
    if (secret !== undefined) {
      await showSecretOnce({
        title: `The client secret of ${wanted.name}`,
        secret,
        words: 'Put it where the application keeps its secrets: with it, the application proves itself.',
      });
    }
    tellDone(`${wanted.name} was created.`);
    await navigate(pathOfClient(id));
    await readAgain('clients');
  }

  return (
    <DialogForm
      title="Create Application"
      label="Create"
      isOpen={isOpen}
      close={close}
      initial={INITIAL}
      send={create}
      validate={({ name }) => (name.trim() === '' ? { name: 'Give it a name.' } : {})}
    >
      {(form) => (
        <>
          <TextInput
            label="Name"
            description="You can change it later"
            required
            data-autofocus
            maxLength={255}
            {...form.getInputProps('name')}
          />
          <Radio.Group label="Application Type" {...form.getInputProps('app_type')}>
            <Stack gap="xs" mt="xs">
              {APP_TYPES.map(({ value, label, about }) => (
                <Radio key={value} value={value} label={label} description={about} />
              ))}
            </Stack>
          </Radio.Group>
          <Checkbox
            label="First party"
            description="It is your own. An application of somebody else must never see your users’ passwords."
            {...form.getInputProps('is_first_party', { type: 'checkbox' })}
          />
          {form.values.is_first_party && form.values.app_type !== 'non_interactive' ? (
            <Checkbox
              label="It may use the password grant"
              description="It asks people for user name and password itself, and gets a token for them"
              {...form.getInputProps('usesPasswords', { type: 'checkbox' })}
            />
          ) : null}
        </>
      )}
    </DialogForm>
  );
}
