// Tries code on a user, as a login would: whose login of which application for which API, and what came of it.
import { Button, Group, Select, SimpleGrid, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlayerPlay } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { useApi } from '../api-client.ts';
import type { CodeTrial, TrialSubject } from '../code-trial.ts';
import { nameOfApi, useEveryApi } from '../resource-server.ts';
import { OWN_CLIENT } from '../session.ts';
import { CodeTrialOutcome } from './code-trial-outcome.tsx';
import { Failure } from './loaded.tsx';
import { UserSelect } from './user-select.tsx';

interface CodeTrialFormProps {
  /** Sends the trial; rejects with the API's refusal. */
  readonly send: (subject: TrialSubject) => Promise<CodeTrial>;
  /** More fields. */
  readonly children?: ReactNode;
}

const CLIENTS = '/clients?per_page=100&fields=client_id,name&include_fields=true';

/** Shows it. */
export function CodeTrialForm({ send, children }: CodeTrialFormProps) {
  const clients = useApi<readonly { readonly client_id: string; readonly name: string }[]>(CLIENTS);
  const apis = useEveryApi();
  const [trial, setTrial] = useState<CodeTrial | null>(null);
  const [failure, setFailure] = useState<Error | null>(null);
  const [isSending, setIsSending] = useState(false);
  const form = useForm({
    initialValues: { userId: '', clientId: '', audience: '' },
    validate: { userId: (value) => (value === '' ? 'Say whose login it is.' : null) },
  });

  async function submit({ userId, clientId, audience }: typeof form.values): Promise<void> {
    setIsSending(true);
    setFailure(null);
    try {
      setTrial(await send({ userId, clientId: clientId || null, audience: audience || null }));
    } catch (error) {
      setTrial(null);
      setFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setIsSending(false);
    }
  }

  return (
    <Stack gap="md">
      <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
        <Stack gap="md">
          <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="md" style={{ alignItems: 'end' }}>
            <UserSelect label="User" {...form.getInputProps('userId')} />
            <Select
              label="Application"
              description="Whose login it is"
              placeholder="None in particular"
              data={(clients.data ?? [])
                .filter(({ client_id: id }) => id !== OWN_CLIENT)
                .map(({ client_id: value, name: label }) => ({ value, label }))}
              searchable
              clearable
              clearButtonProps={{ 'aria-label': 'No application' }}
              value={form.values.clientId || null}
              onChange={(value) => form.setFieldValue('clientId', value ?? '')}
            />
            <Select
              label="API"
              description="What the access token is for"
              placeholder="None"
              data={(apis.data ?? []).map((api) => ({ value: api.identifier, label: nameOfApi(api) }))}
              searchable
              clearable
              clearButtonProps={{ 'aria-label': 'No API' }}
              value={form.values.audience || null}
              onChange={(value) => form.setFieldValue('audience', value ?? '')}
            />
          </SimpleGrid>
          {children}
          <Group>
            <Button type="submit" variant="default" loading={isSending} leftSection={<IconPlayerPlay size={16} />}>
              Try it
            </Button>
          </Group>
        </Stack>
      </form>
      {failure ? <Failure error={failure} /> : null}
      {trial ? <CodeTrialOutcome trial={trial} /> : null}
    </Stack>
  );
}
