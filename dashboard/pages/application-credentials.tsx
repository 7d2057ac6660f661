// How an application proves itself: its secret, and its public keys.
import { Alert, Anchor, Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { callApi, readAgain, useApi, useChange } from '../api-client.ts';
import { AUTH_METHODS, type Client, KEY_METHOD, labelOf, methodOf } from '../client.ts';
import { confirmDestruction } from '../parts/confirm.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { RowActions } from '../parts/row-actions.tsx';
import { showSecretOnce } from '../parts/secret-once.tsx';
import { Section } from '../parts/section.tsx';
import { Time } from '../parts/time.tsx';
import { tellDone, tellFailure } from '../parts/told.ts';
import { useMay } from '../session-context.ts';
import { PublicKeyDialog } from './public-key-dialog.tsx';

/** Shows them. */
export function ApplicationCredentials({ client }: { readonly client: Client }) {
  return (
    <>
      <Section title="Client Secret" id="client_secret">
        <Secret client={client} />
      </Section>
      <Section
        title="Public Keys"
        id="public_keys"
        about="For an application that signs a statement (Private Key JWT) in place of a secret. Two at most, so that one can follow the other."
      >
        <Keys client={client} />
      </Section>
    </>
  );
}

function Secret({ client }: { readonly client: Client }) {
  const mayRotate = useMay('update:client_keys');
  const [isBusy, setIsBusy] = useState(false);
  const method = methodOf(client);

  async function rotate(): Promise<void> {
    setIsBusy(true);
    try {
      const path = `/clients/${encodeURIComponent(client.client_id)}/rotate-secret`;
      const { client_secret: secret } = await callApi<{ readonly client_secret: string }>('POST', path);
      await showSecretOnce({
        title: `The new client secret of ${client.name}`,
        secret,
        words: 'The old secret does not work any more: put this one where the application keeps its secrets.',
      });
      await readAgain('clients');
    } catch (error) {
      tellFailure(error);
    } finally {
      setIsBusy(false);
    }
  }

  if (!method.startsWith('client_secret')) {
    return (
      <Text size="sm">
        It has no secret: its Token Endpoint Authentication Method is {labelOf(AUTH_METHODS, method)}.{' '}
        <Anchor component={Link} to={{ search: '', hash: '#token_endpoint_auth_method' }} size="sm" underline="always">
          Change that in the settings
        </Anchor>
      </Text>
    );
  }
  return (
    <Group justify="space-between">
      <Text size="sm" maw={640}>
        The secret was shown when it was made and is not shown again. When it is lost, or somebody else may have it,
        make a new one.
      </Text>
      {mayRotate ? (
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={isBusy}
          onClick={() =>
            confirmDestruction({
              title: `Rotate the client secret of ${client.name}?`,
              words:
                'The secret that the application has now stops working at once: its requests are refused until it has the new one. To keep both for a while, use gatehouse client rotate-secret on the command line.',
              label: 'Rotate',
              onConfirm: () => void rotate(),
            })
          }
        >
          Rotate secret
        </Button>
      ) : null}
    </Group>
  );
}

interface PublicKey {
  readonly id: string;
  readonly name?: string;
  readonly kid: string;
  readonly alg: string;
  readonly expires_at?: string;
}

function Keys({ client }: { readonly client: Client }) {
  const path = `/clients/${encodeURIComponent(client.client_id)}/credentials`;
  const keys = useApi<readonly PublicKey[]>(path);
  const [isAdding, { open, close }] = useDisclosure();
  const mayAdd = useMay('create:client_credentials');
  const mayDelete = useMay('delete:client_credentials');
  const change = useChange();
  const isUsed = methodOf(client) === KEY_METHOD;

  async function remove(id: string): Promise<void> {
    try {
      await change.mutateAsync({ method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` });
      tellDone('The key was removed.');
    } catch (error) {
      tellFailure(error);
    }
  }

  return (
    <>
      {isUsed ? null : (
        <Alert color="blue">
          <Text size="sm">
            Keys count once the method is Private Key JWT: add a key here, then{' '}
            <Anchor
              component={Link}
              to={{ search: '', hash: '#token_endpoint_auth_method' }}
              size="sm"
              c="inherit"
              underline="always"
            >
              choose that in the settings
            </Anchor>
            .
          </Text>
        </Alert>
      )}
      {mayAdd ? (
        <Group>
          <Button variant="default" leftSection={<IconPlus size={16} />} onClick={open}>
            Add a public key
          </Button>
        </Group>
      ) : null}
      <Loaded query={keys}>
        {(rows) => (
          <ListTable<PublicKey>
            label="Public keys"
            rows={rows}
            idOf={({ id }) => id}
            empty="It has no public key."
            columns={[
              { accessor: 'name', title: 'Name', render: ({ name }) => name ?? 'Without a name' },
              { accessor: 'kid', title: 'Key ID', cellsClassName: 'break-anywhere' },
              { accessor: 'alg', title: 'Algorithm' },
              {
                accessor: 'expires_at',
                title: 'Expires',
                render: ({ expires_at: at }) => (at === undefined ? 'never' : <Time at={at} />),
              },
              {
                accessor: 'actions',
                title: 'Actions',
                hidden: !mayDelete,
                render: ({ id, name, kid }) => (
                  <RowActions
                    name={`the key ${name ?? kid}`}
                    remove={() =>
                      confirmDestruction({
                        title: `Remove the key ${name ?? kid}?`,
                        words: isUsed
                          ? 'What the application signs with it is refused from this moment on.'
                          : 'It does not count now; it is taken off the list.',
                        label: 'Remove',
                        onConfirm: () => void remove(id),
                      })
                    }
                  />
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <PublicKeyDialog path={path} isOpen={isAdding} close={close} />
    </>
  );
}
