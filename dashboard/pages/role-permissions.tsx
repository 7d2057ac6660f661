// The permissions that a role gives: scopes of APIs.
import { Alert, Anchor, Button, Group, Select, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useApi, useChange } from '../api-client.ts';
import { useListPage } from '../list-address.ts';
import { confirmDestruction } from '../parts/confirm.tsx';
import { DialogForm } from '../parts/dialog-form.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { RowActions } from '../parts/row-actions.tsx';
import { ScopePicker } from '../parts/scope-picker.tsx';
import { Section } from '../parts/section.tsx';
import { tellDone, tellFailure } from '../parts/told.ts';
import { nameOfApi, pathOfApi, useEveryApi } from '../resource-server.ts';
import type { Permission, Role } from '../role.ts';
import { useMay } from '../session-context.ts';

/** Shows them. */
export function RolePermissions({ role }: { readonly role: Role }) {
  const { query, pagingOf } = useListPage();
  const path = `/roles/${encodeURIComponent(role.id)}/permissions`;
  const permissions = useApi<{ readonly permissions: readonly Permission[]; readonly total: number }>(
    `${path}?${query}`,
    { isList: true },
  );
  const [isAdding, { open, close }] = useDisclosure();
  const mayChange = useMay('update:roles');
  return (
    <Section title="Permissions" id="permissions" about="What everybody with this role may do.">
      {mayChange ? (
        <Group>
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={open}>
            Add permissions
          </Button>
        </Group>
      ) : null}
      <Loaded query={permissions}>
        {({ permissions: rows, total }) => (
          <Table path={path} rows={rows} paging={pagingOf(total)} isLoading={permissions.isPlaceholderData} />
        )}
      </Loaded>
      <AddPermissions path={path} isOpen={isAdding} close={close} />
    </Section>
  );
}

interface TableProps {
  readonly path: string;
  readonly rows: readonly Permission[];
  readonly paging: ReturnType<ReturnType<typeof useListPage>['pagingOf']>;
  readonly isLoading: boolean;
}

function Table({ path, rows, paging, isLoading }: TableProps) {
  const mayChange = useMay('update:roles');
  const change = useChange(['users']);

  async function remove({ resource_server_identifier, permission_name }: Permission): Promise<void> {
    const body = { permissions: [{ resource_server_identifier, permission_name }] };
    try {
      await change.mutateAsync({ method: 'DELETE', path, body });
      tellDone(`${permission_name} was taken from the role.`);
    } catch (error) {
      tellFailure(error);
    }
  }

  return (
    <ListTable<Permission>
      label="Permissions of the role"
      rows={rows}
      idOf={(one) => `${one.resource_server_identifier} ${one.permission_name}`}
      isLoading={isLoading}
      {...(paging ? { paging } : {})}
      empty="It gives no permissions yet."
      columns={[
        {
          accessor: 'permission_name',
          title: 'Permission',
          cellsStyle: () => ({ minWidth: 160 }),
          render: ({ permission_name: name, description }) => (
            <div>
              <Text size="sm" fw={500} className="break-anywhere">
                {name}
              </Text>
              <Text size="xs" c="dimmed">
                {description}
              </Text>
            </div>
          ),
        },
        {
          accessor: 'api',
          title: 'API',
          cellsStyle: () => ({ minWidth: 180 }),
          render: ({ resource_server_identifier: identifier, resource_server_name: name }) => (
            <Anchor component={Link} to={pathOfApi(identifier)} size="sm" className="break-anywhere">
              {name || identifier}
            </Anchor>
          ),
        },
        {
          accessor: 'actions',
          title: 'Actions',
          width: 90,
          hidden: !mayChange,
          render: (permission) => (
            <RowActions
              name={permission.permission_name}
              remove={() =>
                confirmDestruction({
                  title: `Take ${permission.permission_name} from the role?`,
                  words:
                    'Everybody with this role loses the permission with their next token, unless they have it otherwise.',
                  label: 'Take it',
                  onConfirm: () => void remove(permission),
                })
              }
            />
          ),
        },
      ]}
    />
  );
}

interface AddPermissionsProps {
  readonly path: string;
  readonly isOpen: boolean;
  readonly close: () => void;
}

interface Values extends Record<string, unknown> {
  readonly api: string | null;
  readonly permissions: readonly string[];
}

const INITIAL: Values = { api: null, permissions: [] };

function AddPermissions({ path, isOpen, close }: AddPermissionsProps) {
  const apis = useEveryApi();
  const change = useChange(['users']);
  const find = (identifier: string | null) => apis.data?.find((one) => one.identifier === identifier);

  async function add({ api, permissions }: Values): Promise<void> {
    const body = {
      permissions: permissions.map((name) => ({ resource_server_identifier: api, permission_name: name })),
    };
    await change.mutateAsync({ method: 'POST', path, body });
    tellDone('Saved.');
  }

  return (
    <DialogForm<Values>
      title="Add permissions"
      label="Add"
      size="lg"
      isOpen={isOpen}
      close={close}
      initial={INITIAL}
      send={add}
      validate={({ api, permissions }) => ({
        api: api === null ? 'Choose an API.' : null,
        permissions: api !== null && permissions.length === 0 ? 'Choose one at least.' : null,
      })}
    >
      {(form) => (
        <>
          <Select
            label="API"
            required
            searchable
            nothingFoundMessage="No API has this name"
            data={(apis.data ?? []).map((one) => ({ value: one.identifier, label: nameOfApi(one) }))}
            {...form.getInputProps('api')}
            onChange={(api: string | null) => form.setValues({ api, permissions: [] })}
          />
          {find(form.values.api)?.enforce_policies === false ? (
            <Alert color="yellow" title="This API does not ask for permissions">
              Its users get every scope that is asked for. Switch RBAC on in the settings of the API to make roles
              count.
            </Alert>
          ) : null}
          {form.values.api === null ? null : (
            <ScopePicker
              label="Permissions"
              scopes={find(form.values.api)?.scopes ?? []}
              {...form.getInputProps('permissions')}
            />
          )}
        </>
      )}
    </DialogForm>
  );
}
