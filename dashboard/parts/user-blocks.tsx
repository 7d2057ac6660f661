// What keeps a user from logging in: an administrator's block, and those of attack protection.
import { Button, Group, Text } from '@mantine/core';
import { useApi, useChange } from '../api-client.ts';
import { calledName, type User, userPath } from '../user.ts';
import { confirmDestruction } from './confirm.tsx';
import { ListTable } from './list-table.tsx';
import { Failure } from './loaded.tsx';
import { Section } from './section.tsx';
import { tellDone, tellFailure } from './told.ts';

interface Block {
  readonly identifier: string;
  readonly connection: string;
  /** Missing for a block that holds from everywhere. */
  readonly ip?: string;
}

interface UserBlocksProps {
  readonly user: User;
  readonly mayChange: boolean;
}

/** Shows both. */
export function UserBlocks({ user, mayChange }: UserBlocksProps) {
  return (
    <Section title="Blocks" id="blocks">
      <AccountBlock user={user} mayChange={mayChange} />
      <AttackBlocks user={user} mayChange={mayChange} />
    </Section>
  );
}

function AccountBlock({ user, mayChange }: UserBlocksProps) {
  const change = useChange();
  const isBlocked = user.blocked === true;
  const called = calledName(user);

  function set(blocked: boolean): void {
    change.mutate(
      { method: 'PATCH', path: userPath(user.user_id), body: { blocked } },
      { onSuccess: () => tellDone(`${called} ${blocked ? 'is blocked' : 'may log in again'}.`), onError: tellFailure },
    );
  }

  function block(): void {
    confirmDestruction({
      title: `Block ${called}?`,
      words:
        'No login of this user works until the block is lifted. Tokens that were given stay valid until they expire.',
      label: 'Block',
      onConfirm: () => set(true),
    });
  }

  return (
    <Group justify="space-between">
      <Text size="sm">
        {isBlocked ? 'The account is blocked: no login works.' : 'The account is not blocked by an administrator.'}
      </Text>
      {mayChange ? (
        <Button variant="default" loading={change.isPending} onClick={() => (isBlocked ? set(false) : block())}>
          {isBlocked ? 'Unblock' : 'Block'}
        </Button>
      ) : null}
    </Group>
  );
}

function AttackBlocks({ user: { user_id: id }, mayChange }: UserBlocksProps) {
  const path = `/user-blocks/${encodeURIComponent(id)}`;
  const blocks = useApi<{ readonly blocked_for: readonly Block[] }>(path);
  const change = useChange();
  const rows = (blocks.data?.blocked_for ?? []).map((block, at) => ({ ...block, at }));

  function lift(): void {
    change.mutate(
      { method: 'DELETE', path },
      { onSuccess: () => tellDone('The blocks of attack protection are lifted.'), onError: tellFailure },
    );
  }

  if (blocks.isError) return <Failure error={blocks.error} retry={() => void blocks.refetch()} />;
  if (rows.length === 0) return <Text size="sm">Attack protection blocks nothing of this user.</Text>;
  return (
    <>
      <Group justify="space-between">
        <Text size="sm">Attack protection blocks these names after too many failures:</Text>
        {mayChange ? (
          <Button variant="default" loading={change.isPending} onClick={lift}>
            Lift these blocks
          </Button>
        ) : null}
      </Group>
      <ListTable
        label="Blocks of attack protection"
        rows={rows}
        idOf={({ at }) => String(at)}
        empty=""
        columns={[
          { accessor: 'identifier', title: 'Name that was typed' },
          { accessor: 'ip', title: 'From', render: ({ ip }) => ip ?? 'everywhere' },
          { accessor: 'connection', title: 'Connection' },
        ]}
      />
    </>
  );
}
