// What a user may do: roles, and the permissions that come from them or were given directly.
import { ActionIcon, Anchor, Badge, Button, Group, MultiSelect, VisuallyHidden } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { useApi, useChange } from '../api-client.ts';
import { useListPage } from '../list-address.ts';
import { useMay } from '../session-context.ts';
import { isAdministrator, type User, userPath } from '../user.ts';
import { ListTable } from './list-table.tsx';
import { Failure } from './loaded.tsx';
import { Section } from './section.tsx';
import { tellDone, tellFailure } from './told.ts';

interface Role {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
}

interface Permission {
  readonly permission_name: string;
  readonly description?: string;
  readonly resource_server_identifier: string;
  readonly resource_server_name: string;
  readonly sources: readonly {
    readonly source_id: string;
    readonly source_name: string;
    readonly source_type: 'DIRECT' | 'ROLE';
  }[];
}

/** Shows both. */
export function UserRoles({ user }: { readonly user: User }) {
  const mayUpdate = useMay('update:users');
  const mayChange = mayUpdate && !isAdministrator(user);
  const path = userPath(user.user_id);
  return (
    <>
      <Roles path={path} mayChange={mayChange} />
      <Permissions path={path} />
    </>
  );
}

interface RolesProps {
  readonly path: string;
  readonly mayChange: boolean;
}

function Roles({ path, mayChange }: RolesProps) {
  // A user has fifty roles at most.
  const roles = useApi<readonly Role[]>(`${path}/roles?per_page=100`);
  const change = useChange(['roles']);
  const held = roles.data ?? [];

  function remove({ id, name }: Role): void {
    change.mutate(
      { method: 'DELETE', path: `${path}/roles`, body: { roles: [id] } },
      { onSuccess: () => tellDone(`The role ${name} is taken away.`), onError: tellFailure },
    );
  }

  return (
    <Section title="Roles" id="roles">
      {roles.isError ? <Failure error={roles.error} retry={() => void roles.refetch()} /> : null}
      {mayChange ? <AddRoles path={path} held={held} /> : null}
      <ListTable
        label="Roles"
        rows={held}
        idOf={({ id }) => id}
        isLoading={roles.isPending}
        empty="This user has no roles."
        columns={[
          {
            accessor: 'name',
            title: 'Role',
            render: ({ id, name }) => (
              <Anchor component={Link} to={`/roles/${encodeURIComponent(id)}`} size="sm" className="break-anywhere">
                {name}
              </Anchor>
            ),
          },
          { accessor: 'description', title: 'Description' },
          {
            accessor: 'id',
            title: <VisuallyHidden>Take away</VisuallyHidden>,
            width: 60,
            hidden: !mayChange,
            render: (role) => (
              <ActionIcon
                variant="subtle"
                color="gray"
                disabled={change.isPending}
                onClick={() => remove(role)}
                aria-label={`Take the role ${role.name} away`}
              >
                <IconTrash size={16} />
              </ActionIcon>
            ),
          },
        ]}
      />
    </Section>
  );
}

const PAUSE_MS = 300;

function AddRoles({ path, held }: { readonly path: string; readonly held: readonly Role[] }) {
  const [chosen, setChosen] = useState<string[]>([]);
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search, PAUSE_MS);
  const filter = wanted.trim() === '' ? '' : `&name_filter=${encodeURIComponent(wanted.trim())}`;
  const found = useApi<readonly Role[]>(`/roles?per_page=50${filter}`, { isList: true });
  const change = useChange(['roles']);
  const heldIds = new Set(held.map(({ id }) => id));
  // What is chosen keeps its name when another search is on.
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const offered = (found.data ?? []).filter(({ id }) => !heldIds.has(id));
  const data = new Map(
    [...names].filter(([id]) => chosen.includes(id)).concat(offered.map(({ id, name }) => [id, name])),
  );

  function add(): void {
    change.mutate(
      { method: 'POST', path: `${path}/roles`, body: { roles: chosen } },
      { onSuccess: () => setChosen([]), onError: tellFailure },
    );
  }

  return (
    <Group align="flex-end" gap="sm">
      <MultiSelect
        label="Give roles"
        placeholder={chosen.length === 0 ? 'Choose one or more' : ''}
        flex="1 1 240px"
        data={[...data].map(([value, label]) => ({ value, label }))}
        searchable
        searchValue={search}
        onSearchChange={setSearch}
        nothingFoundMessage="No other role is called this"
        value={chosen}
        onChange={(ids) => {
          setNames(data);
          setChosen(ids);
        }}
      />
      <Button variant="default" disabled={chosen.length === 0} loading={change.isPending} onClick={add}>
        Give
      </Button>
    </Group>
  );
}

interface PermissionList {
  readonly total: number;
  readonly permissions: readonly Permission[];
}

function Permissions({ path }: { readonly path: string }) {
  const at = useListPage(25);
  const list = useApi<PermissionList>(`${path}/permissions?${at.query}`, { isList: true });
  return (
    <Section title="Permissions" id="permissions" about="What the roles give, and what was given directly.">
      {list.isError ? <Failure error={list.error} retry={() => void list.refetch()} /> : null}
      <ListTable
        label="Permissions"
        rows={list.data?.permissions ?? []}
        idOf={({ permission_name: name, resource_server_identifier: api }) => `${api} ${name}`}
        isLoading={list.isPending}
        empty="This user has no permissions."
        columns={[
          { accessor: 'permission_name', title: 'Permission' },
          { accessor: 'resource_server_name', title: 'API' },
          {
            accessor: 'sources',
            title: 'Comes from',
            render: ({ sources }) => (
              <Group gap={4}>
                {sources.map(({ source_id: id, source_name: name, source_type: type }) =>
                  type === 'DIRECT' ? (
                    <Badge key="direct" variant="default" tt="none">
                      given directly
                    </Badge>
                  ) : (
                    <Anchor key={id} component={Link} to={`/roles/${encodeURIComponent(id)}`} size="sm">
                      {name}
                    </Anchor>
                  ),
                )}
              </Group>
            ),
          },
        ]}
        paging={at.pagingOf(list.data?.total ?? 0)}
      />
    </Section>
  );
}
