// Which connections an application may use: a switch for each, that takes effect at once.
import { Anchor, Group, Switch, Text } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { useApi, useChange } from '../api-client.ts';
import type { Client } from '../client.ts';
import { useListPage } from '../list-address.ts';
import { ListTable } from '../parts/list-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Section } from '../parts/section.tsx';
import { tellDone, tellFailure } from '../parts/told.ts';
import { useMay } from '../session-context.ts';
import { strategyLabel } from '../strategy.ts';

interface Connection {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
  readonly enabled_clients: readonly string[];
}

/** Shows them. */
export function ApplicationConnections({ client }: { readonly client: Client }) {
  const { query, pagingOf } = useListPage();
  const connections = useApi<{ readonly connections: readonly Connection[]; readonly total: number }>(
    `/connections?fields=id,name,strategy,enabled_clients&include_fields=true&${query}`,
    { isList: true },
  );
  return (
    <Section
      title="Connections"
      id="connections"
      about="Users of a connection can log in to this application when its switch is on. A switch takes effect at once."
    >
      <Loaded query={connections}>
        {({ connections: rows, total }) => (
          <Table client={client} rows={rows} paging={pagingOf(total)} isLoading={connections.isPlaceholderData} />
        )}
      </Loaded>
    </Section>
  );
}

interface TableProps {
  readonly client: Client;
  readonly rows: readonly Connection[];
  readonly paging: ReturnType<ReturnType<typeof useListPage>['pagingOf']>;
  readonly isLoading: boolean;
}

function Table({ client, rows, paging, isLoading }: TableProps) {
  return (
    <ListTable<Connection>
      label="Connections"
      rows={rows}
      idOf={({ id }) => id}
      isLoading={isLoading}
      {...(paging ? { paging } : {})}
      empty="There are no connections yet. Create one under Connections."
      columns={[
        {
          accessor: 'name',
          title: 'Connection',
          cellsStyle: () => ({ minWidth: 180 }),
          render: ({ id, name, strategy }) => (
            <div>
              <Anchor component={Link} to={`/connections/${encodeURIComponent(id)}`} size="sm" fw={600}>
                {name}
              </Anchor>
              <Text size="xs" c="dimmed">
                {strategyLabel(strategy)}
              </Text>
            </div>
          ),
        },
        {
          accessor: 'enabled',
          title: 'May be used',
          render: (connection) => <Enabled client={client} connection={connection} />,
        },
      ]}
    />
  );
}

function Enabled({ client, connection }: { readonly client: Client; readonly connection: Connection }) {
  const mayChange = useMay('update:connections');
  const change = useChange(['clients']);
  const isOn = connection.enabled_clients.includes(client.client_id);
  // What was clicked is shown until the list has been read again.
  const [wanted, setWanted] = useState<boolean | null>(null);
  const shown = wanted ?? isOn;

  async function turn(status: boolean): Promise<void> {
    setWanted(status);
    try {
      const path = `/connections/${encodeURIComponent(connection.id)}/clients`;
      await change.mutateAsync({ method: 'PATCH', path, body: [{ client_id: client.client_id, status }] });
      tellDone(`${connection.name} is ${status ? 'on' : 'off'} for ${client.name}.`);
    } catch (error) {
      tellFailure(error);
    } finally {
      setWanted(null);
    }
  }

  if (!mayChange) return isOn ? 'yes' : 'no';
  return (
    <Group gap="xs" wrap="nowrap">
      <Switch
        aria-label={`${connection.name} may be used`}
        checked={shown}
        disabled={change.isPending}
        onChange={(event) => void turn(event.currentTarget.checked)}
      />
      <Text size="sm">{shown ? 'yes' : 'no'}</Text>
    </Group>
  );
}
