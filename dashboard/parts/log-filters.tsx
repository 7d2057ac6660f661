// The conditions on log events. They live in the address, so that a link shows the same events.
import { Button, Group, Paper, Select, SimpleGrid, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useSearchParams } from 'react-router';
import { useApi } from '../api-client.ts';
import { LOG_TYPES, logKind } from '../log-event.ts';
import { isEmptyFilter, type LogFilter } from '../log-filter.ts';
import { useTypedText } from '../use-typed-text.ts';

/** Another page of choices is nobody's wish: what is not among them can be typed as a search. */
const CHOICES = 100;
const TYPING_MS = 300;

/** Shows the fields; each writes its condition to the address, and leads back to the first page. */
export function LogFilters({ filter }: { readonly filter: LogFilter }) {
  const [, setParameters] = useSearchParams();
  const clients = useApi<readonly { client_id: string; name: string }[]>(
    `/clients?per_page=${CHOICES}&fields=client_id,name`,
  );
  const connections = useApi<readonly { name: string }[]>(`/connections?per_page=${CHOICES}&fields=name`);

  function set(name: keyof LogFilter, value: string | null): void {
    // From the address itself: somebody may choose and type faster than the page is drawn again.
    const parameters = new URLSearchParams(location.search);
    if (value) parameters.set(name, value);
    else parameters.delete(name);
    parameters.delete('page');
    setParameters(parameters, { replace: true });
  }

  return (
    <Paper component="search" withBorder p="md" aria-label="Which events">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
        <Select
          label="Outcome"
          placeholder="All"
          data={[
            { value: 'success', label: 'Successes' },
            { value: 'failure', label: 'Failures' },
            { value: 'change', label: 'Changes' },
          ]}
          clearable
          value={filter.outcome || null}
          onChange={(value) => set('outcome', value)}
        />
        <Select
          label="Type"
          placeholder="All"
          data={LOG_TYPES.map((type) => ({ value: type, label: `${logKind(type).words} (${type})` }))}
          searchable
          clearable
          value={filter.type || null}
          onChange={(value) => set('type', value)}
        />
        <Select
          label="Application"
          placeholder="All"
          data={withChosen(
            (clients.data ?? []).map(({ client_id: value, name }) => ({ value, label: name })),
            filter.client,
          )}
          searchable
          clearable
          value={filter.client || null}
          onChange={(value) => set('client', value)}
        />
        <Select
          label="Connection"
          placeholder="All"
          data={withChosen(
            (connections.data ?? []).map(({ name }) => ({ value: name, label: name })),
            filter.connection,
          )}
          searchable
          clearable
          value={filter.connection || null}
          onChange={(value) => set('connection', value)}
        />
        <Typed
          label="User"
          placeholder="User id, or name as typed"
          value={filter.user}
          onTyped={(value) => set('user', value)}
        />
        <TextInput
          label="From"
          type="datetime-local"
          value={filter.from}
          onChange={(event) => set('from', event.currentTarget.value)}
        />
        <TextInput
          label="Until"
          type="datetime-local"
          value={filter.to}
          onChange={(event) => set('to', event.currentTarget.value)}
        />
        <Typed
          label="Search"
          placeholder="203.0.113.9, or ip:203.0.113.*"
          value={filter.q}
          onTyped={(value) => set('q', value)}
        />
      </SimpleGrid>
      {isEmptyFilter(filter) ? null : (
        <Group mt="sm">
          <Button variant="default" size="xs" onClick={() => setParameters({}, { replace: true })}>
            Show all events
          </Button>
        </Group>
      )}
    </Paper>
  );
}

type Choice = { readonly value: string; readonly label: string };

/** What the address names may be on another page of the list, or deleted. */
function withChosen(choices: readonly Choice[], chosen: string): Choice[] {
  if (chosen === '' || choices.some(({ value }) => value === chosen)) return [...choices];
  return [...choices, { value: chosen, label: chosen }];
}

interface TypedProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onTyped: (value: string) => void;
}

/** A field that waits until nobody types any more. */
function Typed({ label, placeholder, value, onTyped }: TypedProps) {
  // What comes back is what this field has told: more may have been typed since.
  const { text, setText, known } = useTypedText(value);
  useEffect(() => {
    if (text === known.current) return;
    const timer = setTimeout(() => {
      known.current = text;
      onTyped(text);
    }, TYPING_MS);
    return () => clearTimeout(timer);
    // Only what was typed starts the waiting again.
  }, [text]);
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={16} stroke={1.6} />}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
    />
  );
}
