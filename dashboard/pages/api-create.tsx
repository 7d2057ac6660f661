// The dialog for a new API. It leads to the API's page, by way of its secret where it has one.
import { Radio, Stack, TextInput } from '@mantine/core';
import { useNavigate } from 'react-router';
import { callApi, readAgain } from '../api-client.ts';
import { DialogForm } from '../parts/dialog-form.tsx';
import { tellDone } from '../parts/told.ts';
import { pathOfApi, SIGNING_ALGORITHMS } from '../resource-server.ts';
import { showSigningSecret } from '../signing-secret.ts';

const INITIAL = { identifier: '', signing_alg: 'RS256', name: '' };

interface Created {
  readonly id: string;
  readonly signing_secret?: string;
}

/** Shows it while it is open. */
export function ApiCreate({ isOpen, close }: { readonly isOpen: boolean; readonly close: () => void }) {
  const navigate = useNavigate();

  async function create(values: typeof INITIAL): Promise<void> {
    const { id, signing_secret: secret } = await callApi<Created>('POST', '/resource-servers', values);
    close();
    if (secret !== undefined) await showSigningSecret(values.name, secret);
    tellDone(`${values.name} was created.`);
    await navigate(pathOfApi(id));
    await readAgain('resource-servers', 'keys');
  }

  return (
    <DialogForm
      title="Create API"
      label="Create"
      isOpen={isOpen}
      close={close}
      initial={INITIAL}
      send={create}
      validate={({ identifier, name }) => ({
        name: name.trim() === '' ? 'Give it a name.' : null,
        identifier: /^[\x21-\x7e]+$/.test(identifier) ? null : 'An identifier has no spaces and no accents.',
      })}
    >
      {(form) => (
        <>
          <TextInput label="Name" required data-autofocus maxLength={200} {...form.getInputProps('name')} />
          <TextInput
            label="Identifier"
            description="What requests name as “audience”, usually the API’s address. It cannot be changed later."
            placeholder="https://orders.example.com"
            required
            maxLength={600}
            {...form.getInputProps('identifier')}
          />
          <Radio.Group
            label="Signing Algorithm"
            description="How its tokens are signed"
            {...form.getInputProps('signing_alg')}
          >
            <Stack gap="xs" mt="xs">
              {SIGNING_ALGORITHMS.map(({ value, label, about }) => (
                <Radio key={value} value={value} label={label} description={about} />
              ))}
            </Stack>
          </Radio.Group>
        </>
      )}
    </DialogForm>
  );
}
