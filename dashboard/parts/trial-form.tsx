// What a password grant is tried with: application, API, connection, scope, and a user's name and password.
import {
  Alert,
  Autocomplete,
  Button,
  Group,
  PasswordInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconSend } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { callApi, useApi } from '../api-client.ts';
import { useConnectionStates } from '../connection-states.ts';
import { OWN_CLIENT } from '../session.ts';
import { useMay } from '../session-context.ts';
import { curlOf, needsSecret, signsAssertions, type TrialClient, type TrialRequest } from '../token-trial.ts';
import { Folded } from './folded.tsx';
import { TextBlock } from './json-block.tsx';
import { Section } from './section.tsx';
import { TextLink } from './text-link.tsx';
import { tellFailure } from './told.ts';

interface Api {
  readonly identifier: string;
  readonly name: string;
  readonly scopes?: readonly { readonly value: string }[];
}

interface TrialFormProps {
  readonly send: (request: TrialRequest, client: TrialClient | undefined) => Promise<void>;
}

// Never with its secret: what is read this way stays in memory.
const CLIENTS = `/clients?per_page=100&fields=${[
  ...['client_id', 'name', 'token_endpoint_auth_method', 'client_authentication_methods', 'grant_types'],
].join(',')}`;
const PASSWORD_GRANTS = ['password', 'http://auth0.com/oauth/grant-type/password-realm'];

/** Shows it; `?client=ID&audience=…` chooses application and API. */
export function TrialForm({ send }: TrialFormProps) {
  const [parameters, setParameters] = useSearchParams();
  const clients = useApi<readonly TrialClient[]>(CLIENTS);
  const apis = useApi<readonly Api[]>('/resource-servers?per_page=100');
  const settings = useApi<{ readonly default_directory: string }>('/tenants/settings');
  const connections = useConnectionStates().filter((one) => one.canCheckPasswords);
  const [isSending, setIsSending] = useState(false);
  const form = useForm<Omit<TrialRequest, 'clientId' | 'audience'>>({
    initialValues: { secret: '', realm: '', scope: '', username: '', password: '' },
    validate: {
      username: (value) => (value === '' ? 'Say whose login it is.' : null),
      password: (value) => (value === '' ? 'The password is missing.' : null),
    },
  });

  const known = (clients.data ?? []).filter(({ client_id: id }) => id !== OWN_CLIENT);
  const usable = known.filter(mayTry);
  const clientId = parameters.get('client') ?? usable[0]?.client_id ?? '';
  const client = known.find((one) => one.client_id === clientId);
  const audience = parameters.get('audience') ?? '';
  const api = apis.data?.find(({ identifier }) => identifier === audience);
  const request = { ...form.values, clientId, audience };

  function choose(name: 'client' | 'audience', value: string | null): void {
    setParameters(
      (before) => {
        if (value) before.set(name, value);
        else before.delete(name);
        return before;
      },
      { replace: true },
    );
    // A secret belongs to one application.
    if (name === 'client') form.setFieldValue('secret', '');
  }

  async function submit(): Promise<void> {
    setIsSending(true);
    await send(request, client);
    setIsSending(false);
  }

  return (
    <Section title="The request" id="request">
      <form onSubmit={form.onSubmit(() => void submit())} noValidate autoComplete="off">
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="md">
            <Select
              label="Application"
              description="The ones that may use the password grant come first"
              data={clientChoices(known, clientId)}
              searchable
              allowDeselect={false}
              value={clientId || null}
              onChange={(value) => choose('client', value)}
            />
            <Autocomplete
              label="API (audience)"
              description="Empty: the tenant’s Default Audience"
              data={(apis.data ?? []).map(({ identifier }) => identifier)}
              value={audience}
              onChange={(value) => choose('audience', value)}
            />
            <Select
              label="Connection (realm)"
              description="None: the Default Directory"
              placeholder={settings.data?.default_directory || 'There is no Default Directory'}
              data={connections.map(({ name }) => name)}
              searchable
              clearable
              value={form.values.realm || null}
              onChange={(value) => form.setFieldValue('realm', value ?? '')}
            />
            <TextInput
              label="Scope"
              description={api?.scopes?.length ? `Such as ${shorten(api.scopes)}` : 'Such as openid profile email'}
              spellCheck={false}
              {...form.getInputProps('scope')}
            />
            <TextInput label="User name" autoComplete="off" spellCheck={false} {...form.getInputProps('username')} />
            <PasswordInput label="Password" autoComplete="new-password" {...form.getInputProps('password')} />
            {needsSecret(client) ? (
              <SecretField clientId={clientId} onRead={(secret) => form.setFieldValue('secret', secret)}>
                <PasswordInput
                  label="Client Secret"
                  description="This application proves itself with its secret"
                  autoComplete="off"
                  {...form.getInputProps('secret')}
                />
              </SecretField>
            ) : null}
          </SimpleGrid>
          {signsAssertions(client) ? (
            <Alert color="gray" title="This application signs its requests">
              Only the application itself has the private key, so it cannot be tried from here. Choose another one.
            </Alert>
          ) : null}
          <Folded label="Show the request as a command">
            <TextBlock text={curlOf(request, client)} name="the request as a command" />
            <Text size="sm" c="dimmed" mt={4}>
              Password and secret are not in it: put them where the asterisks are.
            </Text>
          </Folded>
          <Group>
            <Button
              type="submit"
              loading={isSending}
              disabled={clientId === '' || signsAssertions(client)}
              leftSection={<IconSend size={16} stroke={1.6} />}
            >
              Ask for a token
            </Button>
            {clients.data && usable.length === 0 ? (
              <TextLink to="/applications">No application may use the password grant: allow it to one</TextLink>
            ) : null}
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

function mayTry({ grant_types: grants }: TrialClient): boolean {
  return PASSWORD_GRANTS.some((grant) => grants?.includes(grant));
}

function clientChoices(clients: readonly TrialClient[], chosen: string) {
  const choices = clients
    .toSorted((one, other) => Number(mayTry(other)) - Number(mayTry(one)))
    .map(({ client_id: value, name }) => ({ value, label: name }));
  // An address may name one of another page of the list, or one that was deleted: trying that is worth seeing, too.
  const isListed = chosen === '' || choices.some(({ value }) => value === chosen);
  return isListed ? choices : [...choices, { value: chosen, label: chosen }];
}

function shorten(scopes: readonly { readonly value: string }[]): string {
  const first = scopes.slice(0, 3).map(({ value }) => value);
  return `${first.join(' ')}${scopes.length > first.length ? ' …' : ''}`;
}

interface SecretFieldProps {
  readonly clientId: string;
  readonly onRead: (secret: string) => void;
  readonly children: React.ReactNode;
}

/** The field, and a way to fill it for somebody who may see secrets. */
function SecretField({ clientId, onRead, children }: SecretFieldProps) {
  const mayRead = useMay('read:client_keys');
  async function read(): Promise<void> {
    try {
      // Not by a hook: those keep what they read.
      const path = `/clients/${encodeURIComponent(clientId)}?fields=client_secret`;
      const { client_secret: secret } = await callApi<{ readonly client_secret?: string }>('GET', path);
      if (secret) onRead(secret);
      else tellFailure(new Error('The secret of this application is not readable. Type it, or rotate it.'));
    } catch (error) {
      tellFailure(error);
    }
  }
  return (
    <Stack gap={4}>
      {children}
      {mayRead ? (
        <Group>
          <Button variant="subtle" size="compact-sm" onClick={() => void read()}>
            Fill in the stored secret
          </Button>
        </Group>
      ) : (
        <Text size="xs" c="dimmed">
          You may not see the stored secret: type it.
        </Text>
      )}
    </Stack>
  );
}
