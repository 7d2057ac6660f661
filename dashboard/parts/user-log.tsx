// What happened to a user, the newest first.
import { Anchor, Group, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useApi } from '../api-client.ts';
import { useListPage } from '../list-address.ts';
import { useMay } from '../session-context.ts';
import { type User, userPath } from '../user.ts';
import { ListTable } from './list-table.tsx';
import { Failure } from './loaded.tsx';
import { Pager } from './pager.tsx';
import { Section } from './section.tsx';
import { Time } from './time.tsx';

interface LogEvent {
  readonly log_id: string;
  readonly date: string;
  readonly type: string;
  readonly description: string | null;
  readonly client_name?: string | null;
  readonly ip: string | null;
}

/** Events of token requests, which can be looked at phase by phase. */
const TOKEN_REQUESTS = /^(?:sepft|fepft|ss|fs|fp|fu|fc|limit_\w+)$/;

const FAILURES = /^(?:f|limit_|api_limit)/;

/** Shows it. */
export function UserLog({ user }: { readonly user: User }) {
  const mayRead = useMay('read:logs');
  const at = useListPage(25);
  const list = useApi<readonly LogEvent[]>(`${userPath(user.user_id)}/logs?${at.uncountedQuery}`, {
    isList: true,
    enabled: mayRead,
  });
  if (!mayRead) return <Text size="sm">Only somebody who may read logs sees what happened.</Text>;
  return (
    <Section title="Log" id="log">
      {list.isError ? <Failure error={list.error} retry={() => void list.refetch()} /> : null}
      <ListTable
        label="Log events"
        rows={list.data ?? []}
        idOf={({ log_id: id }) => id}
        isLoading={list.isPending || list.isPlaceholderData}
        empty="Nothing has happened yet."
        columns={[
          { accessor: 'date', title: 'When', width: 130, render: ({ date }) => <Time at={date} /> },
          { accessor: 'description', title: 'What', render: (event) => <What event={event} /> },
          { accessor: 'client_name', title: 'Application' },
          { accessor: 'ip', title: 'From' },
          {
            accessor: 'log_id',
            title: 'Look closer',
            render: ({ log_id: id, type }) =>
              TOKEN_REQUESTS.test(type) ? (
                <Anchor component={Link} to={`/inspector/${encodeURIComponent(id)}`} size="sm">
                  Inspect
                </Anchor>
              ) : null,
          },
        ]}
      />
      <Pager at={at} rows={list.data?.length ?? 0} />
    </Section>
  );
}

function What({ event: { log_id: id, type, description } }: { readonly event: LogEvent }) {
  return (
    <Group gap={6} wrap="nowrap" align="flex-start" miw={200}>
      {FAILURES.test(type) ? (
        <IconX size={16} role="img" aria-label="failed" style={{ flexShrink: 0 }} />
      ) : (
        <IconCheck size={16} role="img" aria-label="succeeded" style={{ flexShrink: 0 }} />
      )}
      <Anchor component={Link} to={`/logs/${encodeURIComponent(id)}`} size="sm" className="break-anywhere">
        {description || type}
      </Anchor>
      <Text size="xs" c="dimmed" ff="monospace">
        {type}
      </Text>
    </Group>
  );
}
