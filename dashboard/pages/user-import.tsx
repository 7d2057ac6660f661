// Brings users in from a file, in the form of Auth0's bulk import.
import { Button, FileInput, Group, Select, Stack, Switch, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useApi, useChange } from '../api-client.ts';
import { CopiedValue } from '../parts/copied-value.tsx';
import { ImportResult } from '../parts/import-result.tsx';
import { JobProgress } from '../parts/job-progress.tsx';
import { Failure } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { useMay } from '../session-context.ts';

/** What the API takes of one file. */
const MOST_BYTES = 500 * 1024;

/** Shows the form, and below it how far the import is. */
export default function UserImport() {
  const [search] = useSearchParams();
  const mayImport = useMay('create:users');
  const job = search.get('job');
  return (
    <Page
      title="Import users"
      about="Users come in with the password hashes they have, and log in with the passwords they know. The file is a JSON array in the form of Auth0’s bulk import."
      back={{ to: '/users', label: 'Users' }}
    >
      <Section title="File">
        {mayImport ? <Form /> : <Text size="sm">Only somebody who may create users can import them.</Text>}
      </Section>
      {job === null ? null : (
        <Section title="Import" id="job">
          <JobProgress key={job} id={job} label="Import">
            {(ended) => <ImportResult job={ended} />}
          </JobProgress>
        </Section>
      )}
      <Section title="Larger files">
        <Text size="sm">
          A file of more than 500 KB is imported at the command line of the server, beside the running server and of any
          size. A million users take about a minute and a half.
        </Text>
        <CopiedValue value="gatehouse user import users.json --connection Users" name="command" />
      </Section>
    </Page>
  );
}

function Form() {
  const [, setSearch] = useSearchParams();
  const databases = useApi<readonly { readonly id: string; readonly name: string }[]>(
    '/connections?strategy=auth0&per_page=100&fields=id,name',
  );
  const change = useChange<{ readonly id: string }>(['users']);
  const [failure, setFailure] = useState<Error | null>(null);
  const form = useForm<{ connection: string; file: File | null; upsert: boolean }>({
    initialValues: { connection: '', file: null, upsert: false },
    validate: {
      connection: (value) => (value === '' ? 'Choose the connection that they are for.' : null),
      file: (file) => {
        if (file === null) return 'Choose a file.';
        return file.size > MOST_BYTES ? 'This file is larger than 500 KB: see “Larger files” below.' : null;
      },
    },
  });

  async function start({ connection, file, upsert }: typeof form.values): Promise<void> {
    const body = new FormData();
    body.set('connection_id', connection);
    body.set('upsert', String(upsert));
    if (file) body.set('users', file);
    setFailure(null);
    try {
      const { id } = await change.mutateAsync({ method: 'POST', path: '/jobs/users-imports', body });
      setSearch({ job: id });
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    }
  }

  return (
    <form onSubmit={form.onSubmit((values) => void start(values))} noValidate>
      <Stack gap="md">
        <Select
          label="Connection"
          description="A database"
          placeholder="Choose one"
          data={(databases.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          allowDeselect={false}
          searchable
          {...form.getInputProps('connection')}
          value={form.values.connection || null}
        />
        <FileInput
          label="File"
          description="At most 500 KB of JSON"
          placeholder="Choose a file"
          accept="application/json,.json"
          clearable
          clearButtonProps={{ 'aria-label': 'Choose no file' }}
          {...form.getInputProps('file')}
        />
        <Switch
          label="Change users who are there already"
          description="Otherwise they are refused, and stay as they are"
          {...form.getInputProps('upsert', { type: 'checkbox' })}
        />
        {failure ? <Failure error={failure} /> : null}
        <Group>
          <Button type="submit" loading={change.isPending}>
            Import
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
