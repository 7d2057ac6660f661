// The logins that were refused last, each with its reason in words and the way to the login inspector.
import { Group, Stack, Text } from '@mantine/core';
import { useApi } from '../api-client.ts';
import { type LogEvent, logKind, logTypesOf } from '../log-event.ts';
import { Loaded } from './loaded.tsx';
import { LogMark } from './log-type.tsx';
import { Section } from './section.tsx';
import { TextLink } from './text-link.tsx';
import { Time } from './time.tsx';

const SHOWN = 6;
const REFRESH_MS = 15_000;
const TYPES = logTypesOf('failure').filter((type) => type !== 'fui');
const QUERY = new URLSearchParams({ q: `type:(${TYPES.join(' OR ')})`, per_page: String(SHOWN) });

/** Shows them. */
export function RefusedLately() {
  const events = useApi<readonly LogEvent[]>(`/logs?${QUERY}`, { everyMs: REFRESH_MS });
  return (
    <Section title="Refused lately" id="refused" about="Open one to see why, and what to change.">
      <Loaded query={events}>
        {(found) =>
          found.length === 0 ? (
            <Text c="dimmed">No login was refused.</Text>
          ) : (
            <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
              {found.map((event) => (
                <Refused key={event.log_id} event={event} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Section>
  );
}

function Refused({ event }: { readonly event: LogEvent }) {
  const { log_id: id, type, description, user_name: user, client_name: client, date } = event;
  return (
    <Group component="li" gap="sm" wrap="nowrap" align="flex-start">
      <LogMark type={type} />
      <div style={{ minWidth: 0 }}>
        <TextLink to={`/inspector/${encodeURIComponent(id)}`}>
          {logKind(type).words}
          {description ? `: ${description}` : ''}
        </TextLink>
        <Text size="sm" className="break-anywhere">
          {[user ?? 'Somebody unknown', client ?? 'an unknown application'].join(' at ')}, <Time at={date} />
        </Text>
      </div>
    </Group>
  );
}
