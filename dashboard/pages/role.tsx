// One role: its name, its permissions, and who has it, in tabs.
import { TextInput } from '@mantine/core';
import { useParams } from 'react-router';
import { useApi, useChange } from '../api-client.ts';
import { CopiedValue } from '../parts/copied-value.tsx';
import { DangerZone } from '../parts/danger-zone.tsx';
import { FormPart } from '../parts/form-part.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { PageTabs } from '../parts/page-tabs.tsx';
import { Section } from '../parts/section.tsx';
import { SettingsForm } from '../parts/settings-form.tsx';
import type { Role } from '../role.ts';
import { useMay } from '../session-context.ts';
import { RoleMembers } from './role-members.tsx';
import { RolePermissions } from './role-permissions.tsx';

const BACK = { to: '/roles', label: 'Roles' };

/** Shows it. */
export default function RolePage() {
  const { id = '' } = useParams();
  const role = useApi<Role>(`/roles/${encodeURIComponent(id)}`);
  return (
    <Page title={role.data?.name ?? 'Role'} back={BACK} about={<CopiedValue value={id} name="role ID" />}>
      <Loaded query={role}>{(loaded) => <Tabs key={loaded.id} role={loaded} />}</Loaded>
    </Page>
  );
}

function Tabs({ role }: { readonly role: Role }) {
  const mayDelete = useMay('delete:roles');
  return (
    <PageTabs
      label="Parts of the role"
      tabs={[
        {
          name: 'settings',
          label: 'Settings',
          content: (
            <>
              <Settings role={role} />
              {mayDelete ? (
                <DangerZone
                  noun="role"
                  name={role.name}
                  words="Everybody who has it loses it, and the permissions that it gives, with their next token."
                  path={`/roles/${encodeURIComponent(role.id)}`}
                  changes={['roles', 'users']}
                  back="/roles"
                />
              ) : null}
            </>
          ),
        },
        {
          name: 'permissions',
          label: 'Permissions',
          anchors: ['permissions'],
          content: <RolePermissions role={role} />,
        },
        { name: 'users', label: 'Users', anchors: ['users'], content: <RoleMembers role={role} /> },
      ]}
    />
  );
}

function Settings({ role }: { readonly role: Role }) {
  const mayChange = useMay('update:roles');
  const change = useChange(['users']);
  const stored = { description: role.description ?? '', name: role.name };
  return (
    <Section title="Settings">
      <SettingsForm
        stored={stored}
        mayChange={mayChange}
        save={(_values, body) =>
          change.mutateAsync({ method: 'PATCH', path: `/roles/${encodeURIComponent(role.id)}`, body })
        }
        validate={({ name }) => (name.trim() === '' ? { name: 'It needs a name.' } : {})}
      >
        {(form) => (
          <FormPart title="Basic Information">
            <TextInput id="name" label="Name" required maxLength={255} {...form.getInputProps('name')} />
            <TextInput
              id="description"
              label="Description"
              description="Who has this role, and what for"
              maxLength={255}
              {...form.getInputProps('description')}
            />
          </FormPart>
        )}
      </SettingsForm>
    </Section>
  );
}
