// One log event in full.
import { Button, Code, Group, List, Text } from '@mantine/core';
import { IconTimeline } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { useApi } from '../api-client.ts';
import { isTokenRequest, type LogEvent, logKind } from '../log-event.ts';
import { CopiedValue } from '../parts/copied-value.tsx';
import { type Fact, Facts } from '../parts/facts.tsx';
import { Folded } from '../parts/folded.tsx';
import { JsonBlock } from '../parts/json-block.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { LogType } from '../parts/log-type.tsx';
import { ApplicationLink, ConnectionLink, UserLink } from '../parts/noun-links.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { Time } from '../parts/time.tsx';

/** What an event has besides what a list of events shows. */
interface FullEvent extends LogEvent {
  readonly audience?: string | null;
  readonly scope?: string | null;
  readonly hostname?: string | null;
  readonly user_agent?: string | null;
  readonly client_ip?: string | null;
  readonly details?: LogEvent['details'] & {
    readonly warnings?: readonly string[];
    readonly node?: string;
    readonly turned_away?: number;
    readonly operation?: string;
    readonly target?: { readonly type: string; readonly name: string };
    readonly changed?: readonly string[];
  };
}

/** Shows it. */
export default function LogEventPage() {
  const { id = '' } = useParams();
  const event = useApi<FullEvent>(`/logs/${encodeURIComponent(id)}`);
  const title = event.data ? logKind(event.data.type).words : 'Log event';
  return (
    <Page
      title={title}
      back={{ to: '/logs', label: 'Logs' }}
      actions={
        event.data && isTokenRequest(event.data) ? (
          <Button
            component={Link}
            to={`/inspector/${encodeURIComponent(id)}`}
            leftSection={<IconTimeline size={16} stroke={1.6} />}
          >
            Open in the login inspector
          </Button>
        ) : null
      }
    >
      <Loaded query={event}>
        {(found) => (
          <>
            <Section title="What is known of it" id="facts">
              <Facts label="Facts of the event" facts={factsOf(found)} />
            </Section>
            <Section title="As the API prints it" id="json">
              <Folded label="Show the JSON">
                <JsonBlock value={found} name="the event as JSON" />
              </Folded>
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function factsOf(event: FullEvent): Fact[] {
  const { details = {} } = event;
  return [
    ['Type', <LogType key="type" type={event.type} />],
    ['When', <When key="date" date={event.date} />],
    text('In words', event.description),
    text('Reason', details.error?.reason),
    event.user_id
      ? ['User', <Named key="user" id={event.user_id} name={event.user_name} link={<UserLink {...userOf(event)} />} />]
      : text('User', event.user_name ?? (event.user_name_fp ? 'Somebody unknown; the name is not kept' : null)),
    event.client_id
      ? [
          'Application',
          <Named
            key="client"
            id={event.client_id}
            name={event.client_name}
            link={<ApplicationLink id={event.client_id} name={event.client_name} />}
          />,
        ]
      : null,
    event.connection
      ? ['Connection', <ConnectionLink key="connection" id={event.connection_id} name={event.connection} />]
      : null,
    text('Audience', event.audience),
    text('Scope', event.scope),
    text('Address', event.ip),
    text('Sent by', event.client_ip),
    text('Host', event.hostname),
    text('Program', event.user_agent),
    details.duration_ms === undefined ? null : text('Took', `${details.duration_ms} ms`),
    details.turned_away === undefined ? null : text('Stands for', `${details.turned_away} requests`),
    text('Operation', details.operation),
    details.target ? text('Changed', `${details.target.type} ${details.target.name}`) : null,
    details.changed?.length ? ['Members', <Words key="members" words={details.changed} />] : null,
    details.warnings?.length ? ['Warnings', <Words key="warnings" words={details.warnings} />] : null,
    details.request_id
      ? ['Request', <CopiedValue key="request" value={details.request_id} name="the request id" />]
      : null,
    ['Log id', <CopiedValue key="log" value={event.log_id} name="the log id" />],
    text('Node', details.node),
  ];
}

function text(name: string, value: string | null | undefined): Fact {
  return value
    ? [
        name,
        <Text key={name} size="sm">
          {value}
        </Text>,
      ]
    : null;
}

interface NamedProps {
  readonly id: string;
  readonly name: string | null | undefined;
  readonly link: ReactNode;
}

/** The id stands behind a name, but not behind itself. */
function Named({ id, name, link }: NamedProps) {
  return (
    <Group gap="xs">
      {link}
      {name ? <Code>{id}</Code> : null}
    </Group>
  );
}

function userOf({ user_id: id, user_name: name, connection }: LogEvent) {
  return { id, name, connection };
}

function Words({ words }: { readonly words: readonly string[] }) {
  return (
    <List size="sm">
      {words.map((one) => (
        <List.Item key={one}>{one}</List.Item>
      ))}
    </List>
  );
}

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });

function When({ date }: { readonly date: string }) {
  return (
    <Text size="sm">
      {exact.format(new Date(date))} (<Time at={date} />)
    </Text>
  );
}
