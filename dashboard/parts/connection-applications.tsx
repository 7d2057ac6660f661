// Which applications may use a connection: every one, or those that are switched on.
import { Anchor, Switch } from '@mantine/core';
import { Link } from 'react-router';
import { useApi, useChange } from '../api-client.ts';
import type { Connection } from '../connection.ts';
import { useListPage } from '../list-address.ts';
import { useMay } from '../session-context.ts';
import { ListTable } from './list-table.tsx';
import { Failure } from './loaded.tsx';
import { Section } from './section.tsx';
import { tellFailure } from './told.ts';

interface Application {
  readonly client_id: string;
  readonly name: string;
}

interface ApplicationList {
  readonly total: number;
  readonly clients: readonly Application[];
}

/** Shows them. */
export function ConnectionApplications({ connection }: { readonly connection: Connection }) {
  const { id, is_domain_connection: isForAll, enabled_clients: enabled } = connection;
  const mayChange = useMay('update:connections');
  const change = useChange(['clients']);
  const paging = useListPage(25);
  const list = useApi<ApplicationList>(`/clients?fields=client_id,name&${paging.query}`, {
    isList: true,
  });
  const path = `/connections/${encodeURIComponent(id)}`;
  const isLocked = !mayChange || change.isPending;

  function setForAll(isWanted: boolean): void {
    change.mutate({ method: 'PATCH', path, body: { is_domain_connection: isWanted } }, { onError: tellFailure });
  }

  function setEnabled(clientId: string, status: boolean): void {
    const body = [{ client_id: clientId, status }];
    change.mutate({ method: 'PATCH', path: `${path}/clients`, body }, { onError: tellFailure });
  }

  return (
    <Section
      title="Applications"
      id="enabled_clients"
      about="Only these may use the connection; every other one hears that it was disabled."
    >
      <Switch
        id="is_domain_connection"
        label="Every application may use it"
        description="Also those that are created later"
        checked={isForAll}
        disabled={isLocked}
        onChange={(event) => setForAll(event.currentTarget.checked)}
      />
      {list.isError ? <Failure error={list.error} retry={() => void list.refetch()} /> : null}
      <ListTable
        label="Applications"
        rows={list.data?.clients ?? []}
        idOf={({ client_id: clientId }) => clientId}
        isLoading={list.isFetching && !list.data}
        empty="There is no application yet."
        columns={[
          {
            accessor: 'name',
            title: 'Application',
            render: ({ client_id: clientId, name }) => (
              <Anchor
                component={Link}
                to={`/applications/${encodeURIComponent(clientId)}`}
                size="sm"
                className="break-anywhere"
              >
                {name}
              </Anchor>
            ),
          },
          {
            accessor: 'client_id',
            title: 'May use it',
            width: 130,
            render: ({ client_id: clientId, name }) => (
              <Switch
                aria-label={`${name} may use it`}
                checked={isForAll || enabled.includes(clientId)}
                disabled={isLocked || isForAll}
                onChange={(event) => setEnabled(clientId, event.currentTarget.checked)}
              />
            ),
          },
        ]}
        paging={paging.pagingOf(list.data?.total ?? 0)}
      />
    </Section>
  );
}
