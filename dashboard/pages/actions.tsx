// Actions: the flow of those that run at logins, the library of all, and the way to a new one.
import { Anchor, Button, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { type Action, POST_LOGIN, pathOfAction, triggerOf } from '../action.ts';
import { callApi, readAgain, useApi } from '../api-client.ts';
import { useListPage } from '../list-address.ts';
import { DeploymentBadge } from '../parts/deployment-badge.tsx';
import { DialogForm } from '../parts/dialog-form.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { LoginFlow } from '../parts/login-flow.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { tellDone } from '../parts/told.ts';
import { useMay } from '../session-context.ts';

/** Shows them. */
export default function Actions() {
  const [isCreating, { open, close }] = useDisclosure();
  const mayCreate = useMay('create:actions');
  return (
    <Page
      title="Actions"
      about="JavaScript of your own that runs after the rules. It is written as a draft, deployed as a version, and added to the login flow."
      actions={
        mayCreate ? (
          <Button leftSection={<IconPlus size={16} />} onClick={open}>
            Create Action
          </Button>
        ) : null
      }
    >
      <LoginFlow />
      <Library />
      <ActionCreate isOpen={isCreating} close={close} />
    </Page>
  );
}

function Library() {
  const { uncountedQuery, pagingOf } = useListPage();
  const list = useApi<{ readonly actions: readonly Action[]; readonly total: number }>(
    `/actions/actions?${uncountedQuery}`,
    { isList: true },
  );
  return (
    <Section title="Library" id="library">
      <Loaded query={list}>
        {({ actions, total }) => (
          <ListTable<Action>
            label="Library"
            rows={actions}
            idOf={({ id }) => id}
            isLoading={list.isPlaceholderData}
            paging={pagingOf(total)}
            empty="There are no actions yet."
            columns={[
              {
                accessor: 'name',
                title: 'Name',
                cellsStyle: () => ({ minWidth: 160 }),
                render: ({ id, name }) => (
                  <Anchor component={Link} to={pathOfAction(id)} size="sm" fw={600} className="break-anywhere">
                    {name}
                  </Anchor>
                ),
              },
              { accessor: 'trigger', title: 'Trigger', render: triggerOf },
              {
                accessor: 'deployment',
                title: 'Deployment',
                cellsStyle: () => ({ minWidth: 190 }),
                render: (action) => <DeploymentBadge action={action} />,
              },
            ]}
          />
        )}
      </Loaded>
    </Section>
  );
}

const CODE = `/** Runs after the password and the rules, before the tokens. */
exports.onExecutePostLogin = async (event, api) => {
  // What you want to look at is in event; what you can do is in api.
};
`;

function ActionCreate({ isOpen, close }: { readonly isOpen: boolean; readonly close: () => void }) {
  const navigate = useNavigate();

  async function create({ name }: { name: string }): Promise<void> {
    const body = { name, code: CODE, supported_triggers: [{ id: POST_LOGIN, version: 'v3' }] };
    const { id } = await callApi<Action>('POST', '/actions/actions', body);
    tellDone(`${name} was created.`);
    await navigate(pathOfAction(id));
    await readAgain('actions');
  }

  return (
    <DialogForm
      title="Create Action"
      label="Create"
      isOpen={isOpen}
      close={close}
      initial={{ name: '' }}
      send={create}
      validate={({ name }) => (name.trim() === '' ? { name: 'Give it a name.' } : {})}
    >
      {(form) => (
        <TextInput
          label="Name"
          description="It is for logins by password. You write its code next."
          required
          data-autofocus
          maxLength={255}
          {...form.getInputProps('name')}
        />
      )}
    </DialogForm>
  );
}
