// Who has a role.
import { Anchor, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useApi, useChange } from '../api-client.ts';
import { useListPage } from '../list-address.ts';
import { confirmDestruction } from '../parts/confirm.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { RowActions } from '../parts/row-actions.tsx';
import { Section } from '../parts/section.tsx';
import { tellDone, tellFailure } from '../parts/told.ts';
import type { Role } from '../role.ts';
import { useMay } from '../session-context.ts';
import { RoleMemberDialog } from './role-member-dialog.tsx';

interface Member {
  readonly user_id: string;
  readonly email?: string;
  readonly name?: string;
}

interface MemberPage {
  readonly users: readonly Member[];
  readonly total: number;
}

/** Shows them. */
export function RoleMembers({ role }: { readonly role: Role }) {
  const { query, pagingOf } = useListPage();
  const members = useApi<MemberPage>(`/roles/${encodeURIComponent(role.id)}/users?${query}`, { isList: true });
  const [isAdding, { open, close }] = useDisclosure();
  const mayAdd = useMay('create:role_members');
  const mayRemove = useMay('delete:role_members');
  const change = useChange(['roles']);

  async function remove({ user_id: id, name }: Member): Promise<void> {
    try {
      const path = `/users/${encodeURIComponent(id)}/roles`;
      await change.mutateAsync({ method: 'DELETE', path, body: { roles: [role.id] } });
      tellDone(`${name ?? id} has the role ${role.name} no more.`);
    } catch (error) {
      tellFailure(error);
    }
  }

  return (
    <Section title="Users" id="users" about="Who has this role. A change counts with a user’s next token.">
      {mayAdd ? (
        <Group>
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={open}>
            Add users
          </Button>
        </Group>
      ) : null}
      <Loaded query={members}>
        {({ users, total }) => {
          const paging = pagingOf(total);
          return (
            <ListTable<Member>
              label="Users with the role"
              rows={users}
              idOf={({ user_id: id }) => id}
              isLoading={members.isPlaceholderData}
              {...(paging ? { paging } : {})}
              empty="Nobody has this role yet."
              columns={[
                {
                  accessor: 'name',
                  title: 'User',
                  cellsStyle: () => ({ minWidth: 180 }),
                  render: ({ user_id: id, name, email }) => (
                    <div>
                      <Anchor component={Link} to={`/users/${encodeURIComponent(id)}`} size="sm" fw={600}>
                        {name ?? email ?? id}
                      </Anchor>
                      <Text size="xs" c="dimmed" className="break-anywhere">
                        {email}
                      </Text>
                    </div>
                  ),
                },
                {
                  accessor: 'user_id',
                  title: 'User ID',
                  cellsClassName: 'break-anywhere',
                  cellsStyle: () => ({ minWidth: 240 }),
                },
                {
                  accessor: 'actions',
                  title: 'Actions',
                  width: 90,
                  hidden: !mayRemove,
                  render: (member) => (
                    <RowActions
                      name={member.name ?? member.user_id}
                      remove={() =>
                        confirmDestruction({
                          title: `Take the role ${role.name} from ${member.name ?? member.user_id}?`,
                          words: 'The user loses its permissions with the next token, unless another role gives them.',
                          label: 'Take it',
                          onConfirm: () => void remove(member),
                        })
                      }
                    />
                  ),
                },
              ]}
            />
          );
        }}
      </Loaded>
      <RoleMemberDialog role={role} isOpen={isAdding} close={close} />
    </Section>
  );
}
