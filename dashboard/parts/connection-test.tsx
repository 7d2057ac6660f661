// The live test of a connection: tries it as a login would, and shows each step. Whose password is tried is up to whoever asks.
import { Button, Group, PasswordInput, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { callApi } from '../api-client.ts';
import { Failure } from './loaded.tsx';
import { type TestResult, TestTimeline } from './test-timeline.tsx';

interface ConnectionTestProps {
  /** The endpoint, behind `/api/v2`. */
  readonly path: string;
  /** What it is told beside the user name and the password. */
  readonly body?: object;
  /** Why there is nothing to test yet; empty when there is. */
  readonly notYet?: readonly string[];
}

/** Shows the two fields, the button, and what came of it. */
export function ConnectionTest({ path, body = {}, notYet = [] }: ConnectionTestProps) {
  const test = useMutation<TestResult, Error, object>({ mutationFn: (person) => callApi('POST', path, person) });
  const form = useForm({
    initialValues: { username: '', password: '' },
    validate: {
      username: (value, { password }) =>
        value.trim() === '' && password !== '' ? 'Whose password is this? Type the user name, too.' : null,
      password: (value, { username }) =>
        value === '' && username.trim() !== '' ? 'Type the password, too, or leave both empty.' : null,
    },
  });

  function submit({ username, password }: typeof form.values): void {
    test.mutate({ ...body, ...(password === '' ? {} : { username: username.trim(), password }) });
  }

  return (
    <Stack gap="lg">
      <form onSubmit={form.onSubmit(submit)} noValidate>
        <Stack gap="md">
          <Text size="sm">
            With a user name and a password a whole login is tried; without them, only whether the connection answers.
            The password is used once and not kept. A wrong one may count at the directory itself.
          </Text>
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            <TextInput label="User name (optional)" autoComplete="off" {...form.getInputProps('username')} />
            <PasswordInput
              label="Password (optional)"
              autoComplete="off"
              visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
              {...form.getInputProps('password')}
            />
          </SimpleGrid>
          {notYet.length > 0 ? (
            <Text size="sm" c="dimmed">
              To test it, fill in the form first: {notYet.join(' ')}
            </Text>
          ) : null}
          <Group>
            <Button type="submit" variant="default" loading={test.isPending} disabled={notYet.length > 0}>
              Test the connection
            </Button>
          </Group>
        </Stack>
      </form>
      <div aria-live="polite">
        {test.error ? <Failure error={test.error} /> : null}
        {test.data && !test.isPending ? <TestTimeline result={test.data} /> : null}
      </div>
    </Stack>
  );
}
