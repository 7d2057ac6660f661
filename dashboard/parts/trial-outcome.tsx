// What a tried password grant brought: the answer, what is in the tokens, who the user is, and the login inspector's view.
import { Badge, Button, Code, Group, Stack, Text, Title } from '@mantine/core';
import { IconUserSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useApi } from '../api-client.ts';
import { inspectionPath, type LoginInspection, verdictOf } from '../login-inspection.ts';
import { askUserinfo, type TrialAnswer } from '../token-trial.ts';
import { Facts } from './facts.tsx';
import { Inspection } from './inspection.tsx';
import { JsonBlock } from './json-block.tsx';
import { Loaded } from './loaded.tsx';
import { showMs } from './phase-timeline.tsx';
import { Section } from './section.tsx';
import { TokenContent } from './token-content.tsx';
import { tellFailure } from './told.ts';

interface Granted {
  readonly access_token?: string;
  readonly id_token?: string;
  readonly scope?: string;
}

interface TrialOutcomeProps {
  readonly answer: TrialAnswer;
  /** Forgets the answer. */
  readonly clear: () => void;
}

/** Shows it, and brings it into sight. */
export function TrialOutcome({ answer, clear }: TrialOutcomeProps) {
  useEffect(() => document.getElementById('answer')?.focus(), []);
  const granted: Granted | null = typeof answer.body === 'object' ? answer.body : null;
  return (
    <>
      <Section title="The answer" id="answer">
        <Group justify="space-between" gap="sm">
          <Group gap="sm" role="status">
            <Badge size="lg" color={answer.status < 400 ? 'gate' : 'red'} tt="none">
              {answer.status} {answer.status < 400 ? 'granted' : answer.status < 500 ? 'refused' : 'failed'}
            </Badge>
            <Text size="sm">{showMs(answer.tookMs)}, as this browser saw it</Text>
          </Group>
          <Button variant="default" size="xs" onClick={clear}>
            Clear the answer
          </Button>
        </Group>
        <JsonBlock value={answer.body} name="the body of the answer" />
        <Facts
          label="Headers of the answer"
          facts={answer.headers.map(([name, value]) => [name, <Code key={name}>{value}</Code>])}
        />
      </Section>
      {granted?.access_token ? (
        <Section title="What is in the tokens" id="tokens" about="Read by this page; it is kept nowhere.">
          <TokenContent name="Access token" token={granted.access_token} />
          {granted.id_token ? <TokenContent name="ID token" token={granted.id_token} /> : null}
          {granted.scope?.split(' ').includes('openid') ? <Userinfo token={granted.access_token} /> : null}
        </Section>
      ) : null}
      {answer.requestId ? <Inspected requestId={answer.requestId} /> : null}
    </>
  );
}

function Userinfo({ token }: { readonly token: string }) {
  const [profile, setProfile] = useState<unknown>(null);
  return (
    <Stack gap="xs">
      <Group>
        <Button
          variant="default"
          leftSection={<IconUserSearch size={16} stroke={1.6} />}
          onClick={() => void askUserinfo(token).then(setProfile, tellFailure)}
        >
          Ask /userinfo with this token
        </Button>
      </Group>
      {profile === null ? null : <JsonBlock value={profile} name="the answer of userinfo" />}
    </Stack>
  );
}

function Inspected({ requestId }: { readonly requestId: string }) {
  const inspection = useApi<LoginInspection>(inspectionPath(requestId));
  return (
    <Loaded query={inspection}>
      {(found) => (
        <>
          <Title order={2} size="h3" mt="md">
            {verdictOf(found)}
          </Title>
          <Inspection inspection={found} />
        </>
      )}
    </Loaded>
  );
}
