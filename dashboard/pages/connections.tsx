// Connections: where users are. The list, and the kinds of which new ones are made.
import { Anchor, Badge, Button, Group, Menu } from '@mantine/core';
import { IconChevronDown, IconStar } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useApi } from '../api-client.ts';
import { useStatesOf } from '../connection-states.ts';
import { useListPage } from '../list-address.ts';
import { StateBadge } from '../parts/connection-state.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Failure } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { useMay } from '../session-context.ts';
import { PASSWORD_STRATEGIES, strategyLabel } from '../strategy.ts';

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly strategy: string;
}

interface ConnectionList {
  readonly total: number;
  readonly connections: readonly Listed[];
}

/** Shows the list. */
export default function Connections() {
  const mayCreate = useMay('create:connections');
  const paging = useListPage(25);
  const list = useApi<ConnectionList>(`/connections?fields=id,name,strategy&${paging.query}`, {
    isList: true,
  });
  const settings = useApi<{ readonly default_directory: string }>('/tenants/settings');
  const rows = useStatesOf(list.data?.connections ?? []);
  return (
    <Page
      title="Connections"
      about="Where your users are: databases kept here, and directories of yours. A password grant is answered by one of them."
      actions={mayCreate ? <CreateMenu /> : null}
    >
      {list.isError ? <Failure error={list.error} retry={() => void list.refetch()} /> : null}
      <ListTable
        label="Connections"
        rows={rows}
        idOf={({ id }) => id}
        isLoading={list.isFetching && !list.data}
        empty="There is no connection yet. Create one: a database needs no other server."
        columns={[
          {
            accessor: 'name',
            title: 'Name',
            render: ({ id, name }) => (
              <Group gap="xs" miw={170}>
                <Anchor
                  component={Link}
                  to={`/connections/${encodeURIComponent(id)}`}
                  size="sm"
                  className="break-anywhere"
                >
                  {name}
                </Anchor>
                {name === settings.data?.default_directory ? <DefaultMark /> : null}
              </Group>
            ),
          },
          { accessor: 'strategy', title: 'Kind', render: ({ strategy }) => strategyLabel(strategy) },
          {
            accessor: 'isOnline',
            title: 'State',
            render: ({ canCheckPasswords, isOnline }) =>
              canCheckPasswords ? <StateBadge isOnline={isOnline} /> : 'checks no passwords',
          },
        ]}
        paging={paging.pagingOf(list.data?.total ?? 0)}
      />
    </Page>
  );
}

function DefaultMark() {
  return (
    <Badge
      component={Link}
      to="/settings#default-directory"
      variant="default"
      tt="none"
      style={{ cursor: 'pointer' }}
      leftSection={<IconStar size={12} />}
    >
      Default Directory
    </Badge>
  );
}

function CreateMenu() {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button rightSection={<IconChevronDown size={16} />}>Create connection</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {PASSWORD_STRATEGIES.map((strategy) => (
          <Menu.Item key={strategy} component={Link} to={`/connections/new/${strategy}`}>
            {strategyLabel(strategy)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
