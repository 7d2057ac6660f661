// Users: everybody who has logged in or was created, found by what somebody types.
import { Anchor, Badge, Box, Button, Group, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { Link, useSearchParams } from 'react-router';
import { useApi } from '../api-client.ts';
import { useListPage } from '../list-address.ts';
import { ListTable } from '../parts/list-table.tsx';
import { Failure } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Pager } from '../parts/pager.tsx';
import { Time } from '../parts/time.tsx';
import { UserFilters } from '../parts/user-filters.tsx';
import { useMay } from '../session-context.ts';
import { calledName, type User, userPath } from '../user.ts';
import { searchQueryOf } from '../user-search.ts';

const FIELDS = 'user_id,name,email,username,identities,last_login,logins_count,blocked';

/** Shows the list. */
export default function Users() {
  const [search] = useSearchParams();
  const at = useListPage(25);
  const filters = {
    q: searchQueryOf(search.get('q') ?? ''),
    connection: search.get('connection') ?? '',
    sort: search.get('sort') ?? '',
  };
  const set = Object.entries(filters).filter(([, value]) => value !== '');
  const query = set.map(([name, value]) => `&${name}=${encodeURIComponent(value)}`).join('');
  // Nobody asks how many there are: with a search the server would have to look at every user.
  const list = useApi<readonly User[]>(`/users?fields=${FIELDS}&${at.uncountedQuery}${query}`, { isList: true });
  const isFiltered = filters.q !== '' || filters.connection !== '';
  return (
    <Page
      title="Users"
      about="Everybody who was created or imported here, or has logged in from one of your directories."
      actions={<Actions />}
    >
      <UserFilters />
      {list.isError ? (
        <Failure error={list.error} retry={() => void list.refetch()} />
      ) : (
        <>
          <ListTable
            label="Users"
            rows={list.data ?? []}
            idOf={({ user_id: id }) => id}
            isLoading={list.isFetching && (!list.data || list.isPlaceholderData)}
            empty={isFiltered ? 'Nobody is found by this.' : 'There are no users yet. Create one, or import a file.'}
            columns={[
              { accessor: 'name', title: 'Name', render: (user) => <Who user={user} /> },
              {
                accessor: 'connection',
                title: 'Connection',
                render: ({ identities }) => identities.map(({ connection }) => connection ?? 'deleted').join(', '),
              },
              {
                accessor: 'last_login',
                title: 'Last login',
                render: ({ last_login: last }) => (last === undefined ? 'never' : <Time at={last} />),
              },
              {
                accessor: 'logins_count',
                title: 'Logins',
                textAlign: 'right',
                render: ({ logins_count: count = 0 }) => count.toLocaleString('en'),
              },
            ]}
          />
          <Pager at={at} rows={list.data?.length ?? 0} />
        </>
      )}
    </Page>
  );
}

function Who({ user }: { readonly user: User }) {
  const called = calledName(user);
  return (
    <Box miw={170}>
      <Group gap="xs">
        <Anchor component={Link} to={userPath(user.user_id)} size="sm" className="break-anywhere">
          {called}
        </Anchor>
        {user.blocked === true ? (
          <Badge color="red" variant="light" tt="none" leftSection={<IconLock size={12} />}>
            blocked
          </Badge>
        ) : null}
      </Group>
      {user.email !== undefined && user.email !== called ? (
        <Text size="xs" c="dimmed" className="break-anywhere">
          {user.email}
        </Text>
      ) : null}
    </Box>
  );
}

function Actions() {
  const mayCreate = useMay('create:users');
  const mayExport = useMay('read:users');
  return (
    <>
      {mayExport ? (
        <Button component={Link} to="/users/export" variant="default">
          Export
        </Button>
      ) : null}
      {mayCreate ? (
        <>
          <Button component={Link} to="/users/import" variant="default">
            Import
          </Button>
          <Button component={Link} to="/users/new">
            Create user
          </Button>
        </>
      ) : null}
    </>
  );
}
