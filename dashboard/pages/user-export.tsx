// Writes users to a file. Password hashes are never in it.
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { callApi, useApi, useChange } from '../api-client.ts';
import { type Job, JobProgress } from '../parts/job-progress.tsx';
import { Failure } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { tellFailure } from '../parts/told.ts';

const FORMATS = [
  { value: 'json', label: 'JSON: one user a line' },
  { value: 'csv', label: 'CSV: a table' },
];

/** Shows the form, and below it how far the export is. */
export default function UserExport() {
  const [search] = useSearchParams();
  const job = search.get('job');
  return (
    <Page
      title="Export users"
      about="Writes users to a file, compressed with gzip. Password hashes are never in it; the command line can export them."
      back={{ to: '/users', label: 'Users' }}
    >
      <Section title="What to export">
        <Form />
      </Section>
      {job === null ? null : (
        <Section title="Export" id="job">
          <JobProgress key={job} id={job} label="Export">
            {({ id, status }) => (status === 'completed' ? <Download id={id} /> : null)}
          </JobProgress>
        </Section>
      )}
    </Page>
  );
}

function Form() {
  const [, setSearch] = useSearchParams();
  const connections = useApi<readonly { readonly id: string; readonly name: string }[]>(
    '/connections?per_page=100&fields=id,name',
  );
  const [connection, setConnection] = useState<string | null>(null);
  const [format, setFormat] = useState('json');
  const change = useChange<Job>();

  function start(): void {
    const body = { format, ...(connection === null ? {} : { connection_id: connection }) };
    change.mutate(
      { method: 'POST', path: '/jobs/users-exports', body },
      { onSuccess: ({ id }) => setSearch({ job: id }) },
    );
  }

  return (
    <Stack gap="md">
      <Select
        label="Connection"
        placeholder="All"
        data={(connections.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'All connections' }}
        value={connection}
        onChange={setConnection}
      />
      <Select
        label="Format"
        data={FORMATS}
        allowDeselect={false}
        value={format}
        onChange={(value) => setFormat(value ?? 'json')}
      />
      {change.error ? <Failure error={change.error} /> : null}
      <Group>
        <Button loading={change.isPending} onClick={start}>
          Export
        </Button>
      </Group>
    </Stack>
  );
}

/** An address of the file works for a minute, so each click asks for one of its own. */
function Download({ id }: { readonly id: string }) {
  async function download(): Promise<void> {
    try {
      const { location: address } = await callApi<Job>('GET', `/jobs/${encodeURIComponent(id)}`);
      if (address === undefined) throw new Error('The file is not there any more. Export again.');
      // Of this server, by whatever name it is reached here.
      location.assign(new URL(address).pathname);
    } catch (error) {
      tellFailure(error);
    }
  }
  return (
    <Group>
      <Button onClick={() => void download()}>Download the file</Button>
      <Text size="sm">It is kept for a day.</Text>
    </Group>
  );
}
