// Logins that attack protection turned away lately, each with a way to lift the block.
import { Button, Text } from '@mantine/core';
import type { DataTableColumn } from 'mantine-datatable';
import { useApi } from '../api-client.ts';
import { useBlockedNames } from '../blocked-name.ts';
import { type LogEvent, logKind } from '../log-event.ts';
import { type Blocked, useUnblock } from '../unblock.ts';
import { ListTable } from './list-table.tsx';
import { Loaded } from './loaded.tsx';
import { LogType } from './log-type.tsx';
import { UserLink } from './noun-links.tsx';
import { Section } from './section.tsx';
import { TextLink } from './text-link.tsx';
import { Time } from './time.tsx';

const QUERY = new URLSearchParams({ q: 'type:(limit_wc OR limit_mu OR limit_sul)', per_page: '10' });

/** Shows them. */
export function RecentBlocks() {
  const events = useApi<readonly LogEvent[]>(`/logs?${QUERY}`);
  return (
    <Section
      title="Turned away lately"
      id="recent"
      about="The last ten logins that attack protection refused. A block may have ended since."
    >
      <Loaded query={events}>{(found) => <Refused events={found} />}</Loaded>
    </Section>
  );
}

function Refused({ events }: { readonly events: readonly LogEvent[] }) {
  const rows = useBlockedNames(events);
  return (
    <ListTable
      label="Logins that were turned away"
      rows={rows}
      idOf={(event) => event.log_id}
      columns={COLUMNS}
      empty="Nobody was turned away."
    />
  );
}

const COLUMNS: DataTableColumn<LogEvent>[] = [
  { accessor: 'date', title: 'When', noWrap: true, render: ({ date }) => <Time at={date} /> },
  {
    accessor: 'type',
    title: 'What happened',
    render: ({ type, log_id: id }) => (
      <LogType type={type}>
        <TextLink to={`/inspector/${encodeURIComponent(id)}`}>{logKind(type).words}</TextLink>
      </LogType>
    ),
  },
  {
    accessor: 'user',
    title: 'User',
    render: ({ user_id: id, user_name: name, connection }) => (
      <UserLink id={id} name={name ?? id ?? 'Nobody known'} connection={connection} />
    ),
  },
  { accessor: 'ip', title: 'Address', noWrap: true },
  {
    accessor: 'unblock',
    title: 'Block',
    noWrap: true,
    render: (event) => <Unblock event={event} />,
  },
];

function Unblock({ event }: { readonly event: LogEvent }) {
  const { unblock, mayUnblock } = useUnblock();
  const blocked = blockedBy(event);
  if (blocked === null) return <Text size="sm">Look the name up above</Text>;
  if (!mayUnblock(blocked)) return null;
  const name = blocked.kind === 'address' ? blocked.ip : blocked.name;
  return (
    <Button size="xs" variant="default" aria-label={`Unblock ${name}`} onClick={() => unblock(blocked)}>
      Unblock
    </Button>
  );
}

/** Null when nobody knows whose block it is. */
function blockedBy({ type, user_id: userId, user_name: name, ip }: LogEvent): Blocked | null {
  if (type === 'limit_mu') return ip ? { kind: 'address', ip } : null;
  if (userId) return { kind: 'user', userId, name: name ?? userId };
  return name ? { kind: 'name', name } : null;
}
