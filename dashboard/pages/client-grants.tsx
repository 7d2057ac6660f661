// Which application may have which scopes of which API: the grants of one application, or those on one API.
import { Anchor, Badge, Button, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useApi, useChange } from '../api-client.ts';
import { type Client, pathOfClient } from '../client.ts';
import type { ClientGrant, Other, Side } from '../client-grant.ts';
import { useEveryEntry } from '../every-entry.ts';
import { useListPage } from '../list-address.ts';
import { confirmDestruction } from '../parts/confirm.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { RowActions } from '../parts/row-actions.tsx';
import { Section } from '../parts/section.tsx';
import { tellDone, tellFailure } from '../parts/told.ts';
import { nameOfApi, pathOfApi, useEveryApi } from '../resource-server.ts';
import { useMay } from '../session-context.ts';
import { ClientGrantDialog } from './client-grant-dialog.tsx';

const ABOUT = {
  client:
    'The APIs that this application may call for itself (Client Credentials), and those where it needs leave to call them for its users.',
  api: 'The applications that may call this API for themselves (Client Credentials), and those that may for their users where the API asks for that.',
};

/** Shows them. */
export function ClientGrants({ of }: { readonly of: Side }) {
  const { query, pagingOf } = useListPage();
  const filter = of.kind === 'client' ? 'client_id' : 'audience';
  const grants = useApi<{ readonly client_grants: readonly ClientGrant[]; readonly total: number }>(
    `/client-grants?${filter}=${encodeURIComponent(of.value)}&${query}`,
    { isList: true },
  );
  const others = useOthers(of);
  const mayCreate = useMay('create:client_grants');
  const [open, setOpen] = useState<ClientGrant | 'new' | null>(null);
  const isOfClient = of.kind === 'client';
  return (
    <Section title={isOfClient ? 'APIs' : 'Applications'} id="client_grants" about={ABOUT[of.kind]}>
      {mayCreate ? (
        <Group>
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => setOpen('new')}>
            {isOfClient ? 'Add an API' : 'Add an application'}
          </Button>
        </Group>
      ) : null}
      <Loaded query={grants}>
        {({ client_grants: rows, total }) => (
          <Table
            of={of}
            rows={rows}
            others={others}
            change={setOpen}
            isLoading={grants.isPlaceholderData}
            paging={pagingOf(total)}
          />
        )}
      </Loaded>
      <ClientGrantDialog
        key={open === null || open === 'new' ? open : open.id}
        of={of}
        others={others}
        grant={open === 'new' ? null : open}
        isOpen={open !== null}
        close={() => setOpen(null)}
      />
    </Section>
  );
}

function useOthers({ kind }: Side): readonly Other[] {
  const isOfClient = kind === 'client';
  const apis = useEveryApi();
  const clients = useEveryEntry<Client>('/clients?fields=client_id,name&include_fields=true', 'clients', !isOfClient);
  if (isOfClient) {
    return (apis.data ?? []).map((api) => ({
      ...{ value: api.identifier, name: nameOfApi(api), path: pathOfApi(api.id) },
    }));
  }
  return (clients.data ?? []).map(({ client_id: id, name }) => ({ value: id, name, path: pathOfClient(id) }));
}

interface TableProps {
  readonly of: Side;
  readonly rows: readonly ClientGrant[];
  readonly others: readonly Other[];
  readonly change: (grant: ClientGrant) => void;
  readonly isLoading: boolean;
  readonly paging: ReturnType<ReturnType<typeof useListPage>['pagingOf']>;
}

function Table({ of, rows, others, change, isLoading, paging }: TableProps) {
  const remove = useChange();
  const mayChange = useMay('update:client_grants');
  const mayDelete = useMay('delete:client_grants');
  const byValue = new Map(others.map((other) => [other.value, other]));
  const otherOf = (grant: ClientGrant): Other => {
    const value = of.kind === 'client' ? grant.audience : grant.client_id;
    return (
      byValue.get(value) ?? { value, name: value, path: of.kind === 'client' ? pathOfApi(value) : pathOfClient(value) }
    );
  };

  async function take(grant: ClientGrant): Promise<void> {
    try {
      await remove.mutateAsync({ method: 'DELETE', path: `/client-grants/${encodeURIComponent(grant.id)}` });
      tellDone('The grant was taken back.');
    } catch (error) {
      tellFailure(error);
    }
  }

  return (
    <ListTable<ClientGrant>
      label={of.kind === 'client' ? 'APIs of the application' : 'Applications of the API'}
      rows={rows}
      idOf={({ id }) => id}
      isLoading={isLoading}
      {...(paging ? { paging } : {})}
      empty={of.kind === 'client' ? 'It may call no API for itself.' : 'No application has a grant on it.'}
      columns={[
        {
          accessor: 'other',
          title: of.kind === 'client' ? 'API' : 'Application',
          cellsStyle: () => ({ minWidth: 200 }),
          render: (grant) => (
            <div>
              <Anchor component={Link} to={otherOf(grant).path} size="sm" fw={600} className="break-anywhere">
                {otherOf(grant).name}
              </Anchor>
              <Text size="xs" c="dimmed" className="break-anywhere">
                {otherOf(grant).value}
              </Text>
            </div>
          ),
        },
        {
          accessor: 'subject_type',
          title: 'For',
          render: (grant) => (grant.subject_type === 'client' ? 'itself' : 'its users'),
        },
        {
          accessor: 'scope',
          title: 'Scopes',
          cellsStyle: () => ({ minWidth: 200 }),
          render: ({ scope }) => <Scopes scope={scope} />,
        },
        {
          accessor: 'actions',
          title: 'Actions',
          hidden: !mayChange && !mayDelete,
          render: (grant) => (
            <RowActions
              name={`the grant with ${otherOf(grant).name}`}
              {...(mayChange ? { edit: () => change(grant) } : {})}
              {...(mayDelete
                ? {
                    remove: () =>
                      confirmDestruction({
                        title: `Take the grant with ${otherOf(grant).name} back?`,
                        words:
                          'Requests by it are refused from this moment on. Tokens that were given work until they end.',
                        label: 'Take it back',
                        onConfirm: () => void take(grant),
                      }),
                  }
                : {})}
            />
          ),
        },
      ]}
    />
  );
}

const MOST_SHOWN = 5;

function Scopes({ scope }: { readonly scope: readonly string[] }) {
  if (scope.length === 0) return 'None';
  return (
    <Group gap={4}>
      {scope.slice(0, MOST_SHOWN).map((one) => (
        <Badge key={one} variant="default" tt="none">
          {one}
        </Badge>
      ))}
      {scope.length > MOST_SHOWN ? <Text size="xs">and {scope.length - MOST_SHOWN} more</Text> : null}
    </Group>
  );
}
