// What narrows the list of users, and its order. All of it stands in the address.
import { ActionIcon, Code, Group, Popover, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconHelp, IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useApi } from '../api-client.ts';

const PAUSE_MS = 300;
const ORDERS = [
  { value: 'email:1', label: 'E-mail address' },
  { value: 'name:1', label: 'Name' },
  { value: 'created_at:-1', label: 'Newest first' },
  { value: 'last_login:-1', label: 'Last login first' },
  { value: 'logins_count:-1', label: 'Most logins first' },
];

/** Shows them. */
export function UserFilters() {
  const [search, setSearch] = useSearchParams();
  const [text, setText] = useState(search.get('q') ?? '');
  const connections = useApi<readonly { readonly name: string }[]>('/connections?per_page=100&fields=name');

  function set(name: string, value: string | null): void {
    setSearch(
      (now) => {
        now.delete('page');
        if (value === null || value === '') now.delete(name);
        else now.set(name, value);
        return now;
      },
      { replace: true },
    );
  }
  const setLater = useDebouncedCallback((value: string) => set('q', value), PAUSE_MS);

  return (
    <Group align="flex-end" gap="sm" component="search">
      <TextInput
        label="Search"
        placeholder="How a name or an e-mail address begins, or a query"
        type="search"
        flex="1 1 260px"
        maxLength={1000}
        leftSection={<IconSearch size={16} />}
        rightSection={<QueryHelp />}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setLater(event.currentTarget.value);
        }}
      />
      <Select
        label="Connection"
        placeholder="All"
        flex="1 1 180px"
        data={(connections.data ?? []).map(({ name }) => name)}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': 'All connections' }}
        value={search.get('connection')}
        onChange={(value) => set('connection', value)}
      />
      <Select
        label="Order"
        placeholder="User ID"
        flex="1 1 160px"
        data={ORDERS}
        clearable
        clearButtonProps={{ 'aria-label': 'The usual order' }}
        value={search.get('sort')}
        onChange={(value) => set('sort', value)}
      />
    </Group>
  );
}

const EXAMPLES = [
  ['email:"jane@example.com"', 'exactly this value'],
  ['name:jane*', 'how a value begins'],
  ['name:*aura*', 'what is inside it'],
  ['email.domain:example.com', 'what follows the @'],
  ['blocked:true', 'who is blocked'],
  ['logins_count:[10 TO *]', 'a range'],
  ['last_login:{2026-01-01 TO *}', 'since then'],
  ['app_metadata.plan:gold', 'a member of metadata'],
  ['_exists_:username', 'there is a value'],
  ['a AND b, a OR b, NOT a', 'conditions together'],
] as const;

function QueryHelp() {
  return (
    <Popover position="bottom-end" withArrow width={380} trapFocus>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" aria-label="How to search">
          <IconHelp size={18} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown maw="calc(100vw - 32px)" aria-label="How to search">
        <Stack gap="xs">
          <Text size="sm">
            Words alone find whose e-mail address, name or user name begins with them, and a user id finds its user.
            Anything else is a query:
          </Text>
          <Table aria-label="Queries" verticalSpacing={4} horizontalSpacing={0} tabIndex={0}>
            <Table.Tbody>
              {EXAMPLES.map(([example, meaning]) => (
                <Table.Tr key={example}>
                  <Table.Th scope="row" pr="sm">
                    <Code className="break-anywhere">{example}</Code>
                  </Table.Th>
                  <Table.Td>{meaning}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
