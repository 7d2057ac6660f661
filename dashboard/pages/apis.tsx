// APIs: the list of them, and the way to a new one.
import { Anchor, Badge, Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useApi } from '../api-client.ts';
import { useListPage } from '../list-address.ts';
import { CopiedValue } from '../parts/copied-value.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { nameOfApi, pathOfApi, type ResourceServer } from '../resource-server.ts';
import { useMay } from '../session-context.ts';
import { ApiCreate } from './api-create.tsx';

interface ApiPage {
  readonly resource_servers: readonly Omit<ResourceServer, 'scopes'>[];
  readonly total: number;
}

/** Shows them. */
export default function Apis() {
  const [isCreating, { open, close }] = useDisclosure();
  const mayCreate = useMay('create:resource_servers');
  const { query, pagingOf } = useListPage();
  const apis = useApi<ApiPage>(`/resource-servers?${query}&fields=scopes&include_fields=false`, { isList: true });
  return (
    <Page
      title="APIs"
      about="What tokens are for: a request names one as its audience, and gets the scopes that it offers."
      actions={
        mayCreate ? (
          <Button leftSection={<IconPlus size={16} />} onClick={open}>
            Create API
          </Button>
        ) : null
      }
    >
      <Loaded query={apis}>
        {({ resource_servers: rows, total }) => (
          <Table rows={rows} paging={pagingOf(total)} isLoading={apis.isPlaceholderData} />
        )}
      </Loaded>
      <ApiCreate isOpen={isCreating} close={close} />
    </Page>
  );
}

interface TableProps {
  readonly rows: ApiPage['resource_servers'];
  readonly paging: ReturnType<ReturnType<typeof useListPage>['pagingOf']>;
  readonly isLoading: boolean;
}

function Table({ rows, paging, isLoading }: TableProps) {
  return (
    <ListTable<ApiPage['resource_servers'][number]>
      label="APIs"
      rows={rows}
      idOf={({ id }) => id}
      isLoading={isLoading}
      {...(paging ? { paging } : {})}
      empty="There are no APIs yet. Create one to get tokens for it."
      columns={[
        {
          accessor: 'name',
          title: 'Name',
          cellsStyle: () => ({ minWidth: 180 }),
          render: (api) => (
            <Group gap="xs">
              <Anchor component={Link} to={pathOfApi(api.id)} size="sm" fw={600} className="break-anywhere">
                {nameOfApi(api)}
              </Anchor>
              {api.is_system ? (
                <Badge variant="default" tt="none">
                  system
                </Badge>
              ) : null}
            </Group>
          ),
        },
        {
          accessor: 'identifier',
          title: 'Identifier (audience)',
          cellsStyle: () => ({ minWidth: 280 }),
          render: (api) => <CopiedValue value={api.identifier} name={`identifier of ${nameOfApi(api)}`} />,
        },
        { accessor: 'signing_alg', title: 'Signing Algorithm' },
      ]}
    />
  );
}
