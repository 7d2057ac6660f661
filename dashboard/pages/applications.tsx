// Applications: the list of them, and the way to a new one.
import { Anchor, Badge, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useApi } from '../api-client.ts';
import {
  APP_TYPES,
  AUTH_METHODS,
  type Client,
  GRANTS,
  GRANTS_NOT_OFFERED,
  labelOf,
  methodOf,
  pathOfClient,
  WITHOUT_SECRET,
} from '../client.ts';
import { useEveryEntry } from '../every-entry.ts';
import { useListPage, useSearch } from '../list-address.ts';
import { CopiedValue } from '../parts/copied-value.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { useMay } from '../session-context.ts';
import { ApplicationCreate } from './application-create.tsx';

/** Shows them. */
export default function Applications() {
  const [isCreating, { open, close }] = useDisclosure();
  const mayCreate = useMay('create:clients');
  const search = useSearch();
  return (
    <Page
      title="Applications"
      about="What asks for tokens: the apps, sites and programs that your users log in with."
      actions={
        mayCreate ? (
          <Button leftSection={<IconPlus size={16} />} onClick={open}>
            Create Application
          </Button>
        ) : null
      }
    >
      <SearchField label="Search applications" {...search} />
      {search.text === '' ? <OnePage /> : <Found text={search.text} />}
      <ApplicationCreate isOpen={isCreating} close={close} />
    </Page>
  );
}

interface ClientPage {
  readonly clients: readonly Client[];
  readonly total: number;
}

function OnePage() {
  const { query, pagingOf } = useListPage();
  const page = useApi<ClientPage>(`/clients?${query}&${WITHOUT_SECRET}`, { isList: true });
  return (
    <Loaded query={page}>
      {({ clients, total }) => (
        <Table
          clients={clients}
          isLoading={page.isPlaceholderData}
          paging={pagingOf(total)}
          empty="There are no applications yet. Create one to get tokens."
        />
      )}
    </Loaded>
  );
}

/** The API searches no names: every application is read, and those are shown whose name or id has the text. */
function Found({ text }: { readonly text: string }) {
  const every = useEveryEntry<Client>(`/clients?${WITHOUT_SECRET}`, 'clients');
  const part = text.toLowerCase();
  return (
    <Loaded query={every}>
      {(clients) => (
        <Table
          clients={clients.filter(({ name, client_id: id }) => `${name}\n${id}`.toLowerCase().includes(part))}
          empty={`No application has “${text}” in its name or client ID.`}
        />
      )}
    </Loaded>
  );
}

interface TableProps {
  readonly clients: readonly Client[];
  readonly empty: string;
  readonly isLoading?: boolean;
  readonly paging?: ReturnType<ReturnType<typeof useListPage>['pagingOf']>;
}

function Table({ clients, empty, isLoading = false, paging }: TableProps) {
  return (
    <ListTable<Client>
      label="Applications"
      rows={clients}
      idOf={({ client_id: id }) => id}
      empty={empty}
      isLoading={isLoading}
      {...(paging ? { paging } : {})}
      columns={[
        {
          accessor: 'name',
          title: 'Name',
          cellsStyle: () => ({ minWidth: 180 }),
          render: (client) => (
            <div>
              <Anchor
                component={Link}
                to={pathOfClient(client.client_id)}
                fw={600}
                size="sm"
                className="break-anywhere"
              >
                {client.name}
              </Anchor>
              <Text size="xs" c="dimmed">
                {labelOf(APP_TYPES, client.app_type)}
                {client.is_first_party ? '' : ' · third party'}
              </Text>
            </div>
          ),
        },
        {
          accessor: 'client_id',
          title: 'Client ID',
          cellsStyle: () => ({ minWidth: 310 }),
          render: (client) => <CopiedValue value={client.client_id} name={`client ID of ${client.name}`} />,
        },
        {
          accessor: 'method',
          title: 'Authentication',
          render: (client) => labelOf(AUTH_METHODS, methodOf(client)),
        },
        {
          accessor: 'grant_types',
          title: 'Grant Types',
          cellsStyle: () => ({ minWidth: 200 }),
          render: ({ grant_types: grants }) => <Grants grants={grants} />,
        },
      ]}
    />
  );
}

function Grants({ grants }: { readonly grants: readonly string[] }) {
  const offered = GRANTS.filter(({ value }) => grants.includes(value));
  const others = GRANTS_NOT_OFFERED.filter(({ value }) => grants.includes(value)).length;
  if (offered.length + others === 0) return 'None';
  return (
    <Group gap={4}>
      {offered.map(({ value, label }) => (
        <Badge key={value} variant="default" tt="none">
          {label.replace(/ \(.*/, '')}
        </Badge>
      ))}
      {others > 0 ? (
        <Badge variant="default" tt="none">
          {others} not offered here
        </Badge>
      ) : null}
    </Group>
  );
}
