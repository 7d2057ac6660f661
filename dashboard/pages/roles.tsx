// Roles: the list of them, and the way to a new one.
import { Anchor, Button, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { callApi, readAgain, useApi } from '../api-client.ts';
import { useListPage, useSearch } from '../list-address.ts';
import { DialogForm } from '../parts/dialog-form.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { SearchField } from '../parts/search-field.tsx';
import { tellDone } from '../parts/told.ts';
import { pathOfRole, type Role } from '../role.ts';
import { useMay } from '../session-context.ts';

interface RolePage {
  readonly roles: readonly Role[];
  readonly total: number;
}

/** Shows them. */
export default function Roles() {
  const [isCreating, { open, close }] = useDisclosure();
  const mayCreate = useMay('create:roles');
  const search = useSearch();
  const { query, pagingOf } = useListPage();
  const filter = search.text === '' ? '' : `&name_filter=${encodeURIComponent(search.text)}`;
  const roles = useApi<RolePage>(`/roles?${query}${filter}`, { isList: true });
  return (
    <Page
      title="Roles"
      about="Permissions that users are given together. They count for APIs with RBAC."
      actions={
        mayCreate ? (
          <Button leftSection={<IconPlus size={16} />} onClick={open}>
            Create Role
          </Button>
        ) : null
      }
    >
      <SearchField label="Search roles" {...search} />
      <Loaded query={roles}>
        {({ roles: rows, total }) => (
          <Table
            rows={rows}
            isLoading={roles.isPlaceholderData}
            paging={pagingOf(total)}
            empty={
              search.text === ''
                ? 'There are no roles yet. Create one to give users permissions together.'
                : `No role has “${search.text}” in its name.`
            }
          />
        )}
      </Loaded>
      <RoleCreate isOpen={isCreating} close={close} />
    </Page>
  );
}

interface TableProps {
  readonly rows: readonly Role[];
  readonly isLoading: boolean;
  readonly paging: ReturnType<ReturnType<typeof useListPage>['pagingOf']>;
  readonly empty: string;
}

function Table({ rows, isLoading, paging, empty }: TableProps) {
  return (
    <ListTable<Role>
      label="Roles"
      rows={rows}
      idOf={({ id }) => id}
      isLoading={isLoading}
      empty={empty}
      {...(paging ? { paging } : {})}
      columns={[
        {
          accessor: 'name',
          title: 'Name',
          cellsStyle: () => ({ minWidth: 160 }),
          render: ({ id, name }) => (
            <Anchor component={Link} to={pathOfRole(id)} size="sm" fw={600} className="break-anywhere">
              {name}
            </Anchor>
          ),
        },
        {
          accessor: 'description',
          title: 'Description',
          cellsStyle: () => ({ minWidth: 200 }),
          render: ({ description }) => description || '—',
        },
      ]}
    />
  );
}

const INITIAL = { description: '', name: '' };

function RoleCreate({ isOpen, close }: { readonly isOpen: boolean; readonly close: () => void }) {
  const navigate = useNavigate();

  async function create({ name, description }: typeof INITIAL): Promise<void> {
    const body = { name, ...(description === '' ? {} : { description }) };
    const { id } = await callApi<Role>('POST', '/roles', body);
    tellDone(`${name} was created.`);
    await navigate(`${pathOfRole(id)}?tab=permissions`);
    await readAgain('roles');
  }

  return (
    <DialogForm
      title="Create Role"
      label="Create"
      isOpen={isOpen}
      close={close}
      initial={INITIAL}
      send={create}
      validate={({ name }) => (name.trim() === '' ? { name: 'Give it a name.' } : {})}
    >
      {(form) => (
        <>
          <TextInput label="Name" required data-autofocus maxLength={255} {...form.getInputProps('name')} />
          <TextInput
            label="Description"
            description="Who has this role, and what for"
            maxLength={255}
            {...form.getInputProps('description')}
          />
        </>
      )}
    </DialogForm>
  );
}
