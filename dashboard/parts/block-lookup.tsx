// Looks up whether a name or an address is blocked now, and unblocks it.
import { Button, Group, List, Paper, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { IconLock, IconLockOpen, IconSearch } from '@tabler/icons-react';
import type { SubmitEvent } from 'react';
import { useSearchParams } from 'react-router';
import { ApiFailure, useApi } from '../api-client.ts';
import { type Blocked, blockPath, useUnblock } from '../unblock.ts';
import { useTypedText } from '../use-typed-text.ts';
import { Failure } from './loaded.tsx';
import { Section } from './section.tsx';

interface NameBlocks {
  readonly blocked_for: readonly {
    readonly identifier: string;
    readonly ip?: string;
    readonly connection: string;
  }[];
}

/** Shows it; `?name=` and `?ip=` of the address are looked up at once. */
export function BlockLookup() {
  const [parameters, setParameters] = useSearchParams();
  const [name, ip] = [parameters.get('name') ?? '', parameters.get('ip') ?? ''];
  const lookUp = (what: 'name' | 'ip') => (value: string) => setParameters(value === '' ? {} : { [what]: value });
  return (
    <Section title="Who is blocked now?" id="blocks" about="Look up a name as it is typed at the login, or an address.">
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg">
        <Stack gap="sm">
          <Lookup label="User name or e-mail address" value={name} onLookup={lookUp('name')} />
          {name === '' ? null : <NameState key={name} name={name} />}
        </Stack>
        <Stack gap="sm">
          <Lookup label="IP address" value={ip} onLookup={lookUp('ip')} />
          {ip === '' ? null : <AddressState key={ip} ip={ip} />}
        </Stack>
      </SimpleGrid>
    </Section>
  );
}

interface LookupProps {
  readonly label: string;
  readonly value: string;
  readonly onLookup: (value: string) => void;
}

function Lookup({ label, value, onLookup }: LookupProps) {
  const { text, setText } = useTypedText(value);
  function submit(event: SubmitEvent): void {
    event.preventDefault();
    onLookup(text.trim());
  }
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="xs" wrap="nowrap">
        <TextInput
          label={label}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          flex={1}
        />
        <Button type="submit" variant="default" aria-label={`Look up the ${label}`}>
          <IconSearch size={16} stroke={1.6} />
        </Button>
      </Group>
    </form>
  );
}

function NameState({ name }: { readonly name: string }) {
  const blocked: Blocked = { kind: 'name', name };
  const blocks = useApi<NameBlocks>(blockPath(blocked));
  if (blocks.isError) return <Failure error={blocks.error} retry={() => void blocks.refetch()} />;
  if (!blocks.data) return null;
  const { blocked_for: found } = blocks.data;
  if (found.length === 0) return <Free words={`${name} is not blocked.`} />;
  return (
    <BlockedNow blocked={blocked} words={`${name} is blocked:`}>
      <List size="sm">
        {found.map(({ ip, connection }) => (
          <List.Item key={`${connection} ${ip ?? ''}`}>
            in {connection}, {ip === undefined ? 'from everywhere but known places' : `from ${ip}`}
          </List.Item>
        ))}
      </List>
    </BlockedNow>
  );
}

function AddressState({ ip }: { readonly ip: string }) {
  const blocked: Blocked = { kind: 'address', ip };
  const block = useApi<null>(blockPath(blocked));
  if (block.isPending) return null;
  if (block.error instanceof ApiFailure && block.error.status === 404) return <Free words={`${ip} is not blocked.`} />;
  if (block.isError) return <Failure error={block.error} retry={() => void block.refetch()} />;
  return <BlockedNow blocked={blocked} words={`${ip} is throttled after too many failed logins.`} />;
}

function Free({ words }: { readonly words: string }) {
  return (
    <Group gap="xs" role="status" wrap="nowrap">
      <IconLockOpen size={18} stroke={1.6} aria-hidden />
      <Text size="sm" className="break-anywhere">
        {words}
      </Text>
    </Group>
  );
}

interface BlockedNowProps {
  readonly blocked: Blocked;
  readonly words: string;
  readonly children?: React.ReactNode;
}

function BlockedNow({ blocked, words, children }: BlockedNowProps) {
  const { unblock, mayUnblock } = useUnblock();
  return (
    <Paper withBorder p="sm" role="status" style={{ borderInlineStart: '4px solid var(--mantine-color-red-filled)' }}>
      <Stack gap="xs" align="flex-start">
        <Group gap="xs" wrap="nowrap">
          <IconLock size={18} stroke={1.6} aria-hidden />
          <Text size="sm" fw={600} className="break-anywhere">
            {words}
          </Text>
        </Group>
        {children}
        {mayUnblock(blocked) ? (
          <Button size="xs" color="red" onClick={() => unblock(blocked)}>
            Unblock
          </Button>
        ) : null}
      </Stack>
    </Paper>
  );
}
