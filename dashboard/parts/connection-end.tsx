// What concerns a connection as a whole: whether it is the Default Directory, and its end.
import { Anchor, Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { callApi, readAgain, useApi, useChange } from '../api-client.ts';
import type { Connection } from '../connection.ts';
import { useMay } from '../session-context.ts';
import { PASSWORD_STRATEGIES } from '../strategy.ts';
import { confirmDestruction } from './confirm.tsx';
import { Section } from './section.tsx';
import { tellDone, tellFailure } from './told.ts';

/** Shows both. */
export function ConnectionEnd({ connection }: { readonly connection: Connection }) {
  const settings = useApi<{ readonly default_directory: string }>('/tenants/settings');
  const isDefault = settings.data?.default_directory === connection.name;
  return (
    <>
      {PASSWORD_STRATEGIES.includes(connection.strategy) ? (
        <DefaultDirectory connection={connection} current={settings.data?.default_directory ?? ''} />
      ) : null}
      <DeleteConnection connection={connection} isDefault={isDefault} />
    </>
  );
}

interface DefaultDirectoryProps {
  readonly connection: Connection;
  /** The name of the one that is it now; empty for none. */
  readonly current: string;
}

function DefaultDirectory({ connection: { name }, current }: DefaultDirectoryProps) {
  const mayChange = useMay('update:tenant_settings');
  const change = useChange();

  function choose(): void {
    const request = { method: 'PATCH', path: '/tenants/settings', body: { default_directory: name } } as const;
    change.mutate(request, {
      onSuccess: () => tellDone(`${name} is the Default Directory now.`),
      onError: tellFailure,
    });
  }

  return (
    <Section
      title="Default Directory"
      id="default-directory"
      about="The connection that checks user name and password when a password grant names none."
    >
      {current === name ? (
        <Text size="sm">
          This connection is the Default Directory.{' '}
          <Anchor component={Link} to="/settings#default-directory" size="sm" underline="always">
            Choose another in the account settings
          </Anchor>
        </Text>
      ) : (
        <>
          <Text size="sm">{current === '' ? 'There is none now.' : `It is ${current} now.`}</Text>
          {mayChange ? (
            <Group>
              <Button variant="default" loading={change.isPending} onClick={choose}>
                Make it the Default Directory
              </Button>
            </Group>
          ) : null}
        </>
      )}
    </Section>
  );
}

interface DeleteConnectionProps {
  readonly connection: Connection;
  readonly isDefault: boolean;
}

function DeleteConnection({ connection: { id, name }, isDefault }: DeleteConnectionProps) {
  const mayDelete = useMay('delete:connections');
  const [isBusy, setIsBusy] = useState(false);
  const navigate = useNavigate();
  if (!mayDelete) return null;

  async function ask(): Promise<void> {
    const users = await countUsers(name);
    confirmDestruction({
      title: `Delete the connection ${name}?`,
      words: `${users} Requests that name it are refused from then on. This cannot be undone.`,
      label: 'Delete',
      onConfirm: () => void remove(),
    });
  }

  async function remove(): Promise<void> {
    setIsBusy(true);
    try {
      await callApi('DELETE', `/connections/${encodeURIComponent(id)}`);
      tellDone(`The connection ${name} was deleted.`);
      // First away from here: there is nothing left to read for this page.
      await navigate('/connections');
      await readAgain('connections', 'users');
    } catch (error) {
      tellFailure(error);
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <Section title="Danger Zone" id="delete">
      <Group justify="space-between">
        <Text size="sm" maw={640}>
          {isDefault
            ? 'It is the Default Directory, which is not deleted: choose another one first.'
            : 'Its users are deleted with it, here and not in the directory they come from.'}
        </Text>
        {isDefault ? null : (
          <Button color="red" variant="outline" loading={isBusy} onClick={() => void ask()}>
            Delete this connection
          </Button>
        )}
      </Group>
    </Section>
  );
}

/** How many go with it, in words; a server that is busy is no reason not to ask. */
async function countUsers(name: string): Promise<string> {
  try {
    const path = `/users?connection=${encodeURIComponent(name)}&per_page=1&include_totals=true&fields=user_id`;
    const { total } = await callApi<{ readonly total: number }>('GET', path);
    if (total === 0) return 'It has no users.';
    return total === 1 ? 'Its one user is deleted, too.' : `Its ${total.toLocaleString('en')} users are deleted, too.`;
  } catch {
    return 'All its users are deleted, too.';
  }
}
