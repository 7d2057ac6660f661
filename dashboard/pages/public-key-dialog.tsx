// The dialog for another public key of an application.
import { Select, Textarea, TextInput } from '@mantine/core';
import { useChange } from '../api-client.ts';
import { DialogForm } from '../parts/dialog-form.tsx';
import { tellDone } from '../parts/told.ts';

interface PublicKeyDialogProps {
  /** Of the API: what POST is sent to. */
  readonly path: string;
  readonly isOpen: boolean;
  readonly close: () => void;
}

const INITIAL = { pem: '', alg: 'RS256', expires_at: '', name: '' };

/** Shows it while it is open. */
export function PublicKeyDialog({ path, isOpen, close }: PublicKeyDialogProps) {
  const change = useChange();

  async function add({ pem, alg, expires_at: day, name }: typeof INITIAL): Promise<void> {
    const body = {
      ...{ credential_type: 'public_key', pem, alg },
      ...(name === '' ? {} : { name }),
      ...(day === '' ? {} : { expires_at: `${day}T00:00:00Z` }),
    };
    await change.mutateAsync({ method: 'POST', path, body });
    tellDone('The key was added.');
  }

  return (
    <DialogForm
      title="Add a public key"
      label="Add"
      size="lg"
      isOpen={isOpen}
      close={close}
      initial={INITIAL}
      send={add}
      validate={({ pem }) => (pem.trim() === '' ? { pem: 'Paste the key.' } : {})}
    >
      {(form) => (
        <>
          <TextInput
            label="Name"
            description="To tell one key from another"
            maxLength={255}
            data-autofocus
            {...form.getInputProps('name')}
          />
          <Textarea
            label="Public key (PEM)"
            description="An RSA public key of 2048 bits or more, or a certificate with one. The private half stays with the application."
            placeholder="-----BEGIN PUBLIC KEY-----"
            required
            autosize
            minRows={6}
            maxRows={12}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            {...form.getInputProps('pem')}
          />
          <Select
            label="Algorithm"
            description="What the application signs with"
            data={['RS256', 'RS384', 'PS256']}
            allowDeselect={false}
            {...form.getInputProps('alg')}
          />
          <TextInput
            type="date"
            label="Expires"
            description="From this day on, UTC, the key does not count; leave it empty for never"
            {...form.getInputProps('expires_at')}
          />
        </>
      )}
    </DialogForm>
  );
}
