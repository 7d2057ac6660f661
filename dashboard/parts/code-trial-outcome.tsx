// What came of a trial of code: would the login pass, and what would the tokens say.
import { Alert, Badge, Code, Group, List, Stack, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { type CodeTrial, OUTCOME_WORDS } from '../code-trial.ts';
import { type Fact, Facts } from './facts.tsx';
import { JsonBlock, TextBlock } from './json-block.tsx';
import { showMs } from './phase-timeline.tsx';

/** Shows it. */
export function CodeTrialOutcome({ trial }: { readonly trial: CodeTrial }) {
  const { outcome, message, scope, warnings, metadata_updates: updates, console: lines } = trial;
  const isPassed = outcome === 'passed';
  const facts: Fact[] = [
    message === null || message === '' ? null : [isPassed ? 'Message' : 'Because', message],
    isPassed ? ['Scope', scope === '' ? 'None' : <Code key="scope">{scope}</Code>] : null,
    ['Took', showMs(trial.duration_ms)],
  ];
  return (
    <Stack gap="md" component="section" aria-label="What came of it">
      <Group role="status">
        <Badge
          size="lg"
          tt="none"
          color={isPassed ? 'gate' : 'red'}
          leftSection={isPassed ? <IconCheck size={14} aria-hidden /> : <IconX size={14} aria-hidden />}
        >
          {OUTCOME_WORDS[outcome]}
        </Badge>
      </Group>
      <Facts label="What came of it" facts={facts} />
      {warnings.length === 0 ? null : (
        <Alert color="yellow" title="Left out" icon={<IconAlertTriangle size={18} />}>
          <List size="sm">
            {warnings.map((warning) => (
              <List.Item key={warning} className="break-anywhere">
                {warning}
              </List.Item>
            ))}
          </List>
        </Alert>
      )}
      {isPassed ? (
        <>
          <Claims title="Added to the access token" claims={trial.access_token_claims} />
          <Claims title="Added to the ID token" claims={trial.id_token_claims} />
        </>
      ) : null}
      {updates.length === 0 ? null : (
        <Part title="Would be stored with the user">
          {updates.map(({ of, metadata }, at) => (
            // Updates have no identity but their place.
            <JsonBlock key={at} value={{ [of]: metadata }} name={`change ${at + 1} of the user`} />
          ))}
        </Part>
      )}
      <Part title="Console">
        {lines.length === 0 ? (
          <Text size="sm">Nothing was written to it.</Text>
        ) : (
          <TextBlock text={lines.map(({ level, text }) => `${level}: ${text}`).join('\n')} name="the console" />
        )}
      </Part>
    </Stack>
  );
}

function Claims({ title, claims }: { readonly title: string; readonly claims: Readonly<Record<string, unknown>> }) {
  return (
    <Part title={title}>
      {Object.keys(claims).length === 0 ? (
        <Text size="sm">Nothing.</Text>
      ) : (
        <JsonBlock value={claims} name={`what is ${title.toLowerCase()}`} />
      )}
    </Part>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Stack gap="xs">
      <Title order={3} size="h6">
        {title}
      </Title>
      {children}
    </Stack>
  );
}
