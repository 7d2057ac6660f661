// The dialog that gives users a role: people are searched by the API, and chosen.
import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useApi, useChange } from '../api-client.ts';
import { DialogForm } from '../parts/dialog-form.tsx';
import { tellDone } from '../parts/told.ts';
import type { Role } from '../role.ts';

interface RoleMemberDialogProps {
  readonly role: Role;
  readonly isOpen: boolean;
  readonly close: () => void;
}

interface User {
  readonly user_id: string;
  readonly email?: string;
  readonly name?: string;
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

interface Values extends Record<string, unknown> {
  readonly users: readonly string[];
}

const INITIAL: Values = { users: [] };
const WAIT_MS = 300;

/** Shows it while it is open. */
export function RoleMemberDialog({ role, isOpen, close }: RoleMemberDialogProps) {
  const change = useChange(['users']);

  async function add({ users }: Values): Promise<void> {
    await change.mutateAsync({ method: 'POST', path: `/roles/${encodeURIComponent(role.id)}/users`, body: { users } });
    tellDone(users.length === 1 ? 'One user has the role now.' : `${users.length} users have the role now.`);
  }

  return (
    <DialogForm<Values>
      title={`Give users the role ${role.name}`}
      label="Give them the role"
      isOpen={isOpen}
      close={close}
      initial={INITIAL}
      send={add}
      validate={({ users }) => (users.length === 0 ? { users: 'Choose one at least.' } : {})}
    >
      {(form) => <UserPicker {...form.getInputProps('users')} />}
    </DialogForm>
  );
}

interface UserPickerProps {
  readonly value?: string[];
  readonly onChange?: (value: string[]) => void;
  readonly error?: React.ReactNode;
}

function UserPicker({ value = [], ...rest }: UserPickerProps) {
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), WAIT_MS);
  const fields = 'fields=user_id,email,name&include_fields=true&per_page=20';
  const query = text === '' ? '' : `&search_engine=v3&q=${encodeURIComponent(searchOf(text))}`;
  const users = useApi<readonly User[]>(`/users?${fields}${query}`, { isList: true });
  // Those who were chosen stay choices, whatever is searched for next.
  const [known, setKnown] = useState<readonly Choice[]>([]);
  const found = (users.data ?? []).map(({ user_id: id, email, name }): Choice => {
    const words = name !== undefined && name !== email ? `${name} (${email ?? id})` : (email ?? id);
    return { value: id, label: words };
  });
  const chosen = known.filter((one) => value.includes(one.value) && !found.some((other) => other.value === one.value));
  return (
    <MultiSelect
      {...rest}
      label="Users"
      description="Type the beginning of a name, a user name or an e-mail address"
      required
      data-autofocus
      searchable
      hidePickedOptions
      maxValues={50}
      value={value}
      data={[...found, ...chosen]}
      // The server has searched already.
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      onOptionSubmit={() => setKnown([...known, ...found])}
      nothingFoundMessage={users.isFetching ? 'Searching…' : 'Nobody was found'}
    />
  );
}

/** In the API's query syntax: each word is the beginning of a name; characters that mean something there mean themselves. */
function searchOf(text: string): string {
  return text
    .split(/\s+/)
    .map((word) => `${word.replaceAll(/[+\-&|!(){}[\]^"~*?:\\/]/g, String.raw`\$&`)}*`)
    .join(' AND ');
}
