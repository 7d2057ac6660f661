// Why a token request was refused, and what to do about it: the setting to change, and the command that does it.
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconArrowRight, IconBulb } from '@tabler/icons-react';
import { Link } from 'react-router';
import { type Explanation, type LoginInspection, settingOwner, settingPlace } from '../login-inspection.ts';
import { TextBlock } from './json-block.tsx';

interface ExplanationBoxProps {
  readonly explanation: Explanation;
  readonly inspection: LoginInspection;
}

/** Shows it. */
export function ExplanationBox({ explanation: { says, fix, reason }, inspection }: ExplanationBoxProps) {
  const place = fix.setting && settingPlace(fix.setting, inspection);
  const owner = fix.setting && settingOwner(fix.setting);
  return (
    <Paper
      component="section"
      withBorder
      p="lg"
      aria-label="Why, and what to do"
      style={{ borderInlineStart: '4px solid var(--mantine-color-red-filled)' }}
    >
      <Stack gap="md">
        <div>
          <Title order={2} size="h4">
            Why
          </Title>
          <Text mt={4} className="break-anywhere">
            {says}
          </Text>
          <Text size="sm" c="dimmed" mt={4}>
            The log calls the reason{' '}
            <Text span ff="monospace" size="sm">
              {reason}
            </Text>
            .
          </Text>
        </div>
        <div>
          <Group gap={6} wrap="nowrap" align="center">
            <IconBulb size={20} stroke={1.6} aria-hidden />
            <Title order={3} size="h5">
              What to do
            </Title>
          </Group>
          <Text mt={4} className="break-anywhere">
            {fix.says}
          </Text>
          {owner ? (
            <Text size="sm" c="dimmed" mt={4}>
              {owner}
            </Text>
          ) : null}
        </div>
        {place ? (
          <Group>
            <Button component={Link} to={place.to} rightSection={<IconArrowRight size={16} />}>
              {place.label}
            </Button>
          </Group>
        ) : null}
        {fix.command ? (
          <div>
            <Text size="sm" mb={4}>
              {place ? 'Or at the command line of the server:' : 'At the command line of the server:'}
            </Text>
            <TextBlock text={fix.command} name="the command" />
          </div>
        ) : null}
      </Stack>
    </Paper>
  );
}
