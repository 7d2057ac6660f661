// Logs: what happened in the tenant, the newest first; new events appear by themselves until somebody stops that.
import { Button, Group, Switch, Text } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { DataTableColumn } from 'mantine-datatable';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useApi } from '../api-client.ts';
import { isTokenRequest, type LogEvent, logKind } from '../log-event.ts';
import { isEmptyFilter, readLogFilter, searchTextOf } from '../log-filter.ts';
import { ListTable } from '../parts/list-table.tsx';
import { Failure } from '../parts/loaded.tsx';
import { LogFilters } from '../parts/log-filters.tsx';
import { LogType } from '../parts/log-type.tsx';
import { ApplicationLink, ConnectionLink, UserLink } from '../parts/noun-links.tsx';
import { Page } from '../parts/page.tsx';
import { TextLink } from '../parts/text-link.tsx';
import { Time } from '../parts/time.tsx';

const PAGE_SIZE = 50;
/** The API shows the first thousand of what was found. */
const LAST_PAGE = 20;
const LIVE_MS = 2000;
const DAY_MS = 86_400_000;
const FIELDS =
  'log_id,date,type,description,client_id,client_name,connection,connection_id,user_id,user_name,ip,details';

/** Shows them. */
export default function Logs() {
  const [parameters, setParameters] = useSearchParams();
  const [isLive, setIsLive] = useState(true);
  const filter = readLogFilter(parameters);
  const page = Math.min(Math.max(Math.trunc(Number(parameters.get('page') ?? 1)) || 1, 1), LAST_PAGE);
  const mayFollow = page === 1 && filter.to === '';
  const query = new URLSearchParams({ page: String(page - 1), per_page: String(PAGE_SIZE), fields: FIELDS });
  const searchText = searchTextOf(filter);
  if (searchText !== '') query.set('q', searchText);
  const events = useApi<readonly LogEvent[]>(`/logs?${query}`, {
    isList: true,
    ...(isLive && mayFollow ? { everyMs: LIVE_MS } : {}),
  });
  const rows = events.data ?? [];

  function turnTo(next: number): void {
    setParameters((before) => {
      if (next === 1) before.delete('page');
      else before.set('page', String(next));
      return before;
    });
  }

  return (
    <Page
      title="Logs"
      about="Every token request and every change, the newest first."
      actions={
        <>
          <TextLink to="/inspector">Inspect a request by its id</TextLink>
          <Switch
            label={mayFollow ? 'Live: new events appear' : 'Live on the first page only'}
            checked={isLive && mayFollow}
            disabled={!mayFollow}
            onChange={(event) => setIsLive(event.currentTarget.checked)}
          />
        </>
      }
    >
      <LogFilters filter={filter} />
      {events.isError ? <Failure error={events.error} retry={() => void events.refetch()} /> : null}
      {events.isError && !events.data ? null : (
        <ListTable
          label="Log events"
          rows={rows}
          idOf={(event) => event.log_id}
          columns={COLUMNS}
          isLoading={events.isPending}
          empty={
            isEmptyFilter(filter)
              ? 'Nothing has happened yet. Ask for a token on the page Try It, and it appears here.'
              : 'No event matches. Take a condition back, or look at a longer time.'
          }
        />
      )}
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          Page {page}
          {page === LAST_PAGE ? ': the last that can be shown. Say until when to see older events.' : ''}
        </Text>
        <Group gap="xs">
          <Button
            variant="default"
            size="xs"
            leftSection={<IconChevronLeft size={14} />}
            disabled={page === 1}
            onClick={() => turnTo(page - 1)}
          >
            Newer
          </Button>
          <Button
            variant="default"
            size="xs"
            rightSection={<IconChevronRight size={14} />}
            disabled={rows.length < PAGE_SIZE || page === LAST_PAGE}
            onClick={() => turnTo(page + 1)}
          >
            Older
          </Button>
        </Group>
      </Group>
    </Page>
  );
}

const COLUMNS: DataTableColumn<LogEvent>[] = [
  { accessor: 'date', title: 'When', width: 130, render: ({ date }) => <Moment at={date} /> },
  {
    accessor: 'type',
    title: 'What happened',
    width: 200,
    render: ({ type, log_id: id, description }) => (
      <LogType type={type}>
        <TextLink to={`/logs/${encodeURIComponent(id)}`}>
          {logKind(type).tone === 'change' && description ? sentence(description) : logKind(type).words}
        </TextLink>
      </LogType>
    ),
  },
  {
    accessor: 'user',
    title: 'User',
    width: 190,
    ellipsis: true,
    render: ({ user_id: id, user_name: name, connection }) => <UserLink id={id} name={name} connection={connection} />,
  },
  {
    accessor: 'client',
    title: 'Application',
    width: 150,
    ellipsis: true,
    render: ({ client_id: id, client_name: name }) => <ApplicationLink id={id} name={name} />,
  },
  {
    accessor: 'connection',
    title: 'Connection',
    width: 150,
    ellipsis: true,
    render: ({ connection, connection_id: id }) => <ConnectionLink id={id} name={connection} />,
  },
  {
    accessor: 'ip',
    title: 'Address',
    width: 120,
    ellipsis: true,
    render: ({ ip }) => <Text size="sm">{ip ?? '–'}</Text>,
  },
  {
    accessor: 'inspect',
    title: 'Why',
    width: 80,
    render: (event) =>
      isTokenRequest(event) ? <TextLink to={`/inspector/${encodeURIComponent(event.log_id)}`}>Inspect</TextLink> : null,
  },
];

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const calendar = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** Whoever compares events needs their second; for all others there is the distance. */
function Moment({ at }: { readonly at: string }) {
  const date = new Date(at);
  return (
    <div>
      <Text size="sm">{clock.format(date)}</Text>
      <Text size="xs" c="dimmed">
        {Date.now() - date.getTime() < DAY_MS ? <Time at={at} /> : calendar.format(date)}
      </Text>
    </div>
  );
}

/** What changed is told without a capital letter, as a part of a sentence. */
function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
