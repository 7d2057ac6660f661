// Everything that attack protection refuses now, each with a way to lift it.
import { Button, Text } from '@mantine/core';
import type { DataTableColumn } from 'mantine-datatable';
import { useApi } from '../api-client.ts';
import { useUnblock } from '../unblock.ts';
import { ListTable } from './list-table.tsx';
import { Loaded } from './loaded.tsx';
import { UserLink } from './noun-links.tsx';
import { Section } from './section.tsx';
import { Time } from './time.tsx';

interface Block {
  readonly kind: string;
  readonly user_id: string | null;
  readonly ip: string | null;
  readonly until: string;
}

const MOST = 100;
const AGAIN_MS = 15_000;
const KINDS: Readonly<Record<string, string>> = {
  identifier_and_ip: 'A name from one address',
  identifier: 'A name from anywhere',
  account: 'A name from unknown sources',
  bind: 'Wrong passwords that a directory was told of',
  address: 'An address',
  'sign-ups': 'Sign-ups from an address',
  logins: 'Too many logins of a user',
};

/** Shows it. */
export function BlockedNow() {
  const blocked = useApi<{ readonly blocks: readonly Block[] }>(`/attack-protection/blocks?take=${MOST}`, {
    everyMs: AGAIN_MS,
  });
  return (
    <Section
      title="Blocked now"
      id="blocked"
      about="The longest first. A name that nobody has is blocked like any other."
    >
      <Loaded query={blocked}>
        {({ blocks }) => (
          <>
            <ListTable
              label="What is blocked now"
              rows={blocks}
              idOf={({ kind, user_id: user, ip, until }) => [kind, user, ip, until].join(' ')}
              columns={COLUMNS}
              empty="Nobody is blocked."
            />
            {blocks.length === MOST ? (
              <Text size="sm">These are the first {MOST}. Look up a name or an address below.</Text>
            ) : null}
          </>
        )}
      </Loaded>
    </Section>
  );
}

const COLUMNS: DataTableColumn<Block>[] = [
  { accessor: 'kind', title: 'What', render: ({ kind }) => KINDS[kind] ?? kind },
  { accessor: 'user_id', title: 'User', render: (block) => <Who block={block} /> },
  { accessor: 'ip', title: 'Address', noWrap: true, render: ({ ip }) => ip ?? 'every address' },
  { accessor: 'until', title: 'Until', noWrap: true, render: ({ until }) => <Time at={until} /> },
  { accessor: 'unblock', title: 'Block', noWrap: true, render: (block) => <Lift block={block} /> },
];

/** True for what is counted of an address whatever the names. */
function isOfAddress(kind: string): boolean {
  return kind === 'address' || kind === 'sign-ups';
}

function Who({ block: { kind, user_id: id } }: { readonly block: Block }) {
  if (isOfAddress(kind)) return '–';
  if (id === null) return kind === 'logins' ? 'Not known' : 'A name nobody has';
  return <UserLink id={id} name={id} connection={null} />;
}

function Lift({ block: { kind, user_id: id, ip } }: { readonly block: Block }) {
  const { unblock, mayUnblock } = useUnblock();
  const blocked =
    id !== null
      ? ({ kind: 'user', userId: id, name: id } as const)
      : isOfAddress(kind) && ip !== null
        ? ({ kind: 'address', ip } as const)
        : null;
  if (blocked === null) return <Text size="sm">Look the name up below</Text>;
  if (!mayUnblock(blocked)) return null;
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={`Unblock ${blocked.kind === 'address' ? blocked.ip : blocked.name}`}
      onClick={() => unblock(blocked)}
    >
      Unblock
    </Button>
  );
}
