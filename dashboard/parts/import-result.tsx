// What became of an import: how many came in, and which records did not.
import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import { readAgain, useApi } from '../api-client.ts';
import type { Job } from './job-progress.tsx';
import { ListTable } from './list-table.tsx';

interface RecordError {
  readonly user: { readonly email?: string; readonly username?: string; readonly user_id?: string };
  readonly errors: readonly { readonly code: string; readonly message: string; readonly path?: string }[];
}

const MOST_SHOWN = 100;

/** Shows it. */
export function ImportResult({ job: { id, summary } }: { readonly job: Job }) {
  useEffect(() => void readAgain('users'), []);
  return (
    <Stack gap="md">
      {summary ? (
        <Group>
          <Count label="Created" count={summary.inserted} />
          <Count label="Changed" count={summary.updated} />
          <Count label="Failed" count={summary.failed} />
        </Group>
      ) : null}
      {summary && summary.failed === 0 ? null : <Errors id={id} />}
    </Stack>
  );
}

function Count({ label, count }: { readonly label: string; readonly count: number }) {
  return (
    <Paper withBorder px="md" py="xs">
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      <Text size="xl" fw={600}>
        {count.toLocaleString('en')}
      </Text>
    </Paper>
  );
}

function Errors({ id }: { readonly id: string }) {
  const errors = useApi<readonly RecordError[] | null>(`/jobs/${encodeURIComponent(id)}/errors`);
  const rows = (errors.data ?? []).map((one, at) => ({ ...one, at }));
  if (rows.length === 0) return null;
  return (
    <>
      <Title order={3} size="h5">
        Records that failed
      </Title>
      {rows.length > MOST_SHOWN ? (
        <Text size="sm">
          These are the first {MOST_SHOWN}. The command line writes all of them to a file:{' '}
          <code>--errors errors.json</code>.
        </Text>
      ) : null}
      <ListTable
        label="Records that failed"
        rows={rows.slice(0, MOST_SHOWN)}
        idOf={({ at }) => String(at)}
        empty=""
        columns={[
          {
            accessor: 'user',
            title: 'User',
            render: ({ user }) => user.email ?? user.username ?? user.user_id ?? 'no name',
          },
          {
            accessor: 'errors',
            title: 'Why',
            render: (row) => row.errors.map(({ code, message }) => `${message} (${code})`).join(' '),
          },
        ]}
      />
    </>
  );
}
