// Signing Keys: which key of the tenant signs, which comes next, what is published; rotating and revoking.
import { Anchor, Badge, Button, Group, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { callApi, readAgain, useApi, useChange } from '../api-client.ts';
import { confirmDestruction } from '../parts/confirm.tsx';
import { ListTable } from '../parts/list-table.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { Time } from '../parts/time.tsx';
import { tellDone, tellFailure } from '../parts/told.ts';
import { useMay } from '../session-context.ts';

interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly fingerprint: string;
  readonly current?: boolean;
  readonly next?: boolean;
  readonly previous?: boolean;
  readonly revoked: boolean;
  readonly current_since: string | null;
  readonly current_until: string | null;
}

type Status = 'current' | 'next' | 'previous' | 'revoked';

const ORDER: readonly Status[] = ['current', 'next', 'previous', 'revoked'];
/** A previous key is published until the longest-lived token that it can have signed is dead. */
const PUBLISHED_AFTER_MS = (30 * 24 + 1) * 3600 * 1000;
const JWKS = '/.well-known/jwks.json';

/** Shows them. */
export default function SigningKeys() {
  const keys = useApi<readonly SigningKey[]>('/keys/signing');
  return (
    <Page
      title="Signing Keys"
      about={
        <>
          The key pairs by which this tenant signs tokens. APIs find the public halves at{' '}
          <Anchor href={JWKS} target="_blank" rel="noreferrer" underline="always" style={{ whiteSpace: 'nowrap' }}>
            {JWKS}
          </Anchor>
          . APIs with HS256 have a secret of their own in place of these.
        </>
      }
    >
      <Loaded query={keys}>
        {(all) =>
          [...Map.groupBy(all, ({ alg }) => alg)]
            .toSorted(([one]) => (one === 'RS256' ? -1 : 0))
            .map(([algorithm, some]) => <KeysOf key={algorithm} algorithm={algorithm} keys={some} />)
        }
      </Loaded>
    </Page>
  );
}

interface KeysOfProps {
  readonly algorithm: string;
  readonly keys: readonly SigningKey[];
}

function KeysOf({ algorithm, keys }: KeysOfProps) {
  const mayRevoke = useMay('update:signing_keys');
  const sorted = keys.toSorted((one, other) => ORDER.indexOf(statusOf(one)) - ORDER.indexOf(statusOf(other)));
  return (
    <Section
      title={algorithm}
      id={algorithm}
      about={algorithm === 'RS256' ? 'Signs ID tokens, and access tokens for APIs that choose it.' : null}
    >
      <Rotation algorithm={algorithm} />
      <ListTable<SigningKey>
        label={`Signing keys for ${algorithm}`}
        rows={sorted}
        idOf={({ kid }) => kid}
        empty="There are no keys."
        columns={[
          {
            accessor: 'status',
            title: 'Status',
            cellsStyle: () => ({ minWidth: 150 }),
            render: (key) => <StatusBadge status={statusOf(key)} />,
          },
          {
            accessor: 'kid',
            title: 'Key ID',
            cellsStyle: () => ({ minWidth: 200 }),
            render: ({ kid, fingerprint }) => (
              <div>
                <Text size="sm" ff="monospace" className="break-anywhere">
                  {kid}
                </Text>
                <Text size="xs" c="dimmed" className="break-anywhere">
                  SHA-1 {fingerprint}
                </Text>
              </div>
            ),
          },
          {
            accessor: 'signed',
            title: 'Signed',
            cellsStyle: () => ({ minWidth: 160 }),
            render: (key) => <SignedTime signingKey={key} />,
          },
          {
            accessor: 'published',
            title: 'Published',
            cellsStyle: () => ({ minWidth: 130 }),
            render: (key) => <Published signingKey={key} />,
          },
          {
            accessor: 'actions',
            title: 'Actions',
            hidden: !mayRevoke,
            render: (key) => (key.revoked ? null : <Revocation signingKey={key} />),
          },
        ]}
      />
    </Section>
  );
}

function statusOf({ current, next, previous }: SigningKey): Status {
  if (current) return 'current';
  if (next) return 'next';
  return previous ? 'previous' : 'revoked';
}

function StatusBadge({ status }: { readonly status: Status }) {
  switch (status) {
    case 'current':
      return <Badge tt="none">current: signs</Badge>;
    case 'revoked':
      return (
        <Badge color="red" variant="outline" tt="none">
          revoked
        </Badge>
      );
    case 'next':
    case 'previous':
      return (
        <Badge variant="default" tt="none">
          {status}
        </Badge>
      );
  }
}

function SignedTime({
  signingKey: { current_since: since, current_until: until },
}: {
  readonly signingKey: SigningKey;
}) {
  if (since === null) return 'not yet';
  return (
    <>
      since <Time at={since} />
      {until === null ? null : (
        <>
          {' '}
          until <Time at={until} />
        </>
      )}
    </>
  );
}

function Published({ signingKey }: { readonly signingKey: SigningKey }) {
  const status = statusOf(signingKey);
  if (status === 'revoked') return 'no';
  if (status !== 'previous' || signingKey.current_until === null) return 'yes';
  const end = Date.parse(signingKey.current_until) + PUBLISHED_AFTER_MS;
  if (end <= Date.now()) return 'no';
  return (
    <>
      yes, it ends <Time at={end} />
    </>
  );
}

function Rotation({ algorithm }: { readonly algorithm: string }) {
  const mayCreate = useMay('create:signing_keys');
  const mayUpdate = useMay('update:signing_keys');
  const change = useChange();

  async function rotate(): Promise<void> {
    try {
      await change.mutateAsync({ method: 'POST', path: '/keys/signing/rotate', body: { algorithm } });
      tellDone(`Another key signs ${algorithm} tokens now.`);
    } catch (error) {
      tellFailure(error);
    }
  }

  if (!mayCreate && !mayUpdate) return null;
  return (
    <Group justify="space-between">
      <Text size="sm" maw={640}>
        Once a year is enough for most. Tokens that were signed before go on working: the key that signs now stays
        published as a previous one.
      </Text>
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} />}
        loading={change.isPending}
        onClick={() =>
          confirmDestruction({
            title: `Rotate the ${algorithm} key?`,
            words:
              'The next key signs from now on, the current one becomes a previous one, and a new next key is made. Nobody has to log in again. An API that does not fetch the key set again would refuse new tokens.',
            label: 'Rotate',
            onConfirm: () => void rotate(),
          })
        }
      >
        Rotate {algorithm} key
      </Button>
    </Group>
  );
}

function Revocation({ signingKey }: { readonly signingKey: SigningKey }) {
  const { kid, alg } = signingKey;

  async function revoke(): Promise<void> {
    try {
      await callApi('PUT', `/keys/signing/${encodeURIComponent(kid)}/revoke`);
      await readAgain('keys');
      tellDone(`The key ${kid} is revoked.`);
    } catch (error) {
      tellFailure(error);
    }
  }

  return (
    <Button
      size="compact-sm"
      color="red"
      variant="outline"
      aria-label={`Revoke the key ${kid}`}
      onClick={() =>
        confirmDestruction({
          title: `Revoke the ${alg} key ${kid}?`,
          words: consequencesOf(statusOf(signingKey)),
          label: 'Revoke',
          onConfirm: () => void revoke(),
        })
      }
    >
      Revoke
    </Button>
  );
}

function consequencesOf(status: Status): string {
  const why = 'This is for a key that somebody else may have.';
  switch (status) {
    case 'current':
      return `${why} Every token that it signed is refused: users have to log in again. The next key signs from now on. APIs with a cached key set accept its tokens until they fetch the set again: restart them.`;
    case 'next':
      return `${why} It has signed no tokens; another next key is made in its place.`;
    case 'previous':
    case 'revoked':
      return `${why} Tokens that it signed and that have not ended are refused: their users have to log in again. APIs with a cached key set accept them until they fetch the set again: restart them.`;
  }
}
