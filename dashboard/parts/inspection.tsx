// A token request opened again: who asked for what, its phases, and for a refusal why. On the pages of the login inspector and
// of Try It.
import { Code, Group, List, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useApi } from '../api-client.ts';
import type { LogEvent } from '../log-event.ts';
import type { LoginInspection } from '../login-inspection.ts';
import { strategyLabel } from '../strategy.ts';
import { CopiedValue } from './copied-value.tsx';
import { ExplanationBox } from './explanation-box.tsx';
import { type Fact, Facts } from './facts.tsx';
import { Folded } from './folded.tsx';
import { JsonBlock } from './json-block.tsx';
import { Loaded } from './loaded.tsx';
import { ApplicationLink, ConnectionLink, UserLink } from './noun-links.tsx';
import { PhaseTimeline } from './phase-timeline.tsx';
import { Section } from './section.tsx';
import { TextLink } from './text-link.tsx';
import { Time } from './time.tsx';

/** Shows it. */
export function Inspection({ inspection }: { readonly inspection: LoginInspection }) {
  const { explanation, warnings, phases, took_ms: tookMs } = inspection;
  return (
    <>
      {explanation ? <ExplanationBox explanation={explanation} inspection={inspection} /> : null}
      <Section title="Step by step" about="What the server did, in this order, and how long each step took.">
        <PhaseTimeline phases={phases} tookMs={tookMs} />
      </Section>
      <Section title="Who asked for what">
        <Facts label="Who asked for what" facts={requestFacts(inspection)} />
      </Section>
      <Section title="What the application saw">
        <Facts label="What the application saw" facts={answerFacts(inspection)} />
      </Section>
      {warnings.length === 0 ? null : (
        <Section title="Warnings">
          <List size="sm" icon={<IconAlertTriangle size={16} aria-hidden />}>
            {warnings.map((warning) => (
              <List.Item key={warning}>{warning}</List.Item>
            ))}
          </List>
        </Section>
      )}
      <Folded label="Show the log event">
        <RawEvent id={inspection.log_id} />
      </Folded>
    </>
  );
}

function RawEvent({ id }: { readonly id: string }) {
  const event = useApi<LogEvent>(`/logs/${encodeURIComponent(id)}`);
  return <Loaded query={event}>{(found) => <JsonBlock value={found} name="the log event as JSON" />}</Loaded>;
}

function requestFacts(inspection: LoginInspection): Fact[] {
  const { client, connection, request_id: requestId } = inspection;
  return [
    [
      'Application',
      client ? (
        <Group key="client" gap="xs">
          <ApplicationLink id={client.client_id} name={client.name} />
          {client.name === null ? null : <Code>{client.client_id}</Code>}
        </Group>
      ) : (
        'Unknown'
      ),
    ],
    ['User', <UserOf key="user" inspection={inspection} />],
    [
      'Connection',
      connection === null ? (
        'None was chosen'
      ) : (
        <Group key="connection" gap="xs">
          <ConnectionLink id={connection.id} name={connection.name} />
          {connection.strategy === null ? null : <Text size="sm">{strategyLabel(connection.strategy)}</Text>}
        </Group>
      ),
    ],
    ['Grant', inspection.grant_type ? <Code key="grant">{inspection.grant_type}</Code> : 'Not readable'],
    ['Audience', inspection.audience ? <Code key="audience">{inspection.audience}</Code> : 'None'],
    ['Scope', inspection.scope ? <Code key="scope">{inspection.scope}</Code> : 'None'],
    inspection.ip === null
      ? null
      : [
          'Address',
          <TextLink key="ip" to={`/logs?q=${encodeURIComponent(`ip:"${inspection.ip}"`)}`}>
            {inspection.ip}
          </TextLink>,
        ],
    [
      'When',
      <Text key="date" size="sm">
        {exact.format(new Date(inspection.date))} (<Time at={inspection.date} />)
      </Text>,
    ],
    requestId === null ? null : ['Request', <CopiedValue key="request" value={requestId} name="the request id" />],
    [
      'Log event',
      <TextLink key="log" to={`/logs/${encodeURIComponent(inspection.log_id)}`}>
        {inspection.log_id}
      </TextLink>,
    ],
  ];
}

const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' });

function UserOf({
  inspection: { user, connection, phases, grant_type: grantType },
}: {
  readonly inspection: LoginInspection;
}) {
  if (user?.user_id) {
    return (
      <Group gap="xs">
        <UserLink id={user.user_id} name={user.name} connection={connection?.name} />
        {user.name === null ? null : <Code>{user.user_id}</Code>}
      </Group>
    );
  }
  if (user?.name) return <Text size="sm">{user.name}</Text>;
  if (grantType === 'client_credentials') return <Text size="sm">None: the application asks for itself</Text>;
  const isLookedUp = phases.some(({ phase, outcome }) => phase === 'directory' && outcome !== 'not reached');
  return (
    <Text size="sm">
      {isLookedUp
        ? 'Not known. A name that nobody has is not kept, because it may be a mistyped password.'
        : 'Nobody was looked up: the request did not come that far.'}
    </Text>
  );
}

function answerFacts({ answer: { status, error, error_description: words } }: LoginInspection): Fact[] {
  return [
    ['Status', status === null ? 'Not kept' : <Code key="status">{status}</Code>],
    error === null ? null : ['error', <Code key="error">{error}</Code>],
    words === null ? null : ['error_description', <Code key="words">{words}</Code>],
  ];
}
