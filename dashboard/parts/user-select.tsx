// A field that finds one user: the API searches for what is typed.
import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { useApi } from '../api-client.ts';
import { calledName, type User } from '../user.ts';
import { searchQueryOf } from '../user-search.ts';

interface UserSelectProps {
  readonly label: string;
  /** The id of a user; empty for nobody. */
  readonly value?: string;
  readonly onChange?: (userId: string) => void;
  readonly error?: ReactNode;
}

const WAIT_MS = 300;
const FIELDS = 'fields=user_id,email,name,username,identities&per_page=20';

/** Shows it. */
export function UserSelect({ label, value = '', onChange, error }: UserSelectProps) {
  const [typed, setTyped] = useState('');
  // Who was chosen stays a choice, whatever is searched for next.
  const [chosen, setChosen] = useState<{ readonly value: string; readonly label: string } | null>(null);
  const wanted = typed === chosen?.label ? '' : typed;
  const [text] = useDebouncedValue(searchQueryOf(wanted), WAIT_MS);
  const users = useApi<readonly User[]>(`/users?${FIELDS}${text === '' ? '' : `&q=${encodeURIComponent(text)}`}`, {
    isList: true,
  });
  const found = (users.data ?? []).map((user) => ({ value: user.user_id, label: labelOf(user) }));
  const isListed = chosen === null || found.some((one) => one.value === chosen.value);
  return (
    <Select
      label={label}
      description="By name, e-mail address or user ID"
      placeholder="Nobody yet"
      required
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Nobody' }}
      data={isListed ? found : [...found, chosen]}
      // The server has searched already.
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      nothingFoundMessage={users.isFetching ? 'Searching…' : 'Nobody was found'}
      value={value || null}
      onChange={(id, option) => {
        setChosen(id === null ? null : option);
        onChange?.(id ?? '');
      }}
      error={error}
    />
  );
}

function labelOf(user: User): string {
  const called = calledName(user);
  const { email, user_id: id } = user;
  return email !== undefined && email !== called ? `${called} (${email})` : called === id ? id : called;
}
