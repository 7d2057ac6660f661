// What a test of a connection found, step by step. A step that failed stands out, with what to do.
import { Alert, Group, Stack, Text, Timeline, Title } from '@mantine/core';
import { IconCheck, IconMinus, IconX } from '@tabler/icons-react';

/** The answer of the API. */
export interface TestResult {
  readonly passed: boolean;
  readonly strategy: string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly name: string;
  /** Null for a step that was left out. */
  readonly passed: boolean | null;
  readonly took_ms: number;
  readonly words: string;
}

/** Shows it. */
export function TestTimeline({ result: { passed, steps } }: { readonly result: TestResult }) {
  const hasSkipped = steps.some((step) => step.passed === null);
  return (
    <Stack gap="md">
      <Title order={3} size="h5">
        {passed ? (hasSkipped ? 'What was tried works' : 'It works') : 'It does not work yet'}
      </Title>
      <Timeline bulletSize={24} lineWidth={2} active={steps.length} role="list" aria-label="Steps of the test">
        {steps.map((step, at) => (
          <StepItem key={`${at}-${step.name}`} step={step} />
        ))}
      </Timeline>
    </Stack>
  );
}

/** The timeline tells its items, by props of its own, where they stand. */
function StepItem({ step: { name, passed, took_ms: took, words }, ...position }: { readonly step: Step }) {
  return (
    <Timeline.Item
      {...position}
      role="listitem"
      color={passed === true ? 'gate' : passed === false ? 'red' : 'gray'}
      bullet={
        passed === true ? <IconCheck size={14} /> : passed === false ? <IconX size={14} /> : <IconMinus size={14} />
      }
      title={
        <Group gap="xs" justify="space-between">
          <Text fw={600} size="sm" className="break-anywhere">
            {name}
          </Text>
          <Text size="xs" c="dimmed">
            {passed === null ? 'left out' : `${passed ? 'passed' : 'failed'} after ${took} ms`}
          </Text>
        </Group>
      }
    >
      {passed === false ? (
        <Alert color="red" variant="outline" mt={4} p="sm" title="This step failed">
          {words}
        </Alert>
      ) : (
        <Text size="sm" c="dimmed" className="break-anywhere">
          {words}
        </Text>
      )}
    </Timeline.Item>
  );
}
