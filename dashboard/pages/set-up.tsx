// Makes the first administrator, by the token that the server printed when it started.
import { Anchor, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { Failure } from '../parts/loaded.tsx';
import { signIn } from '../session.ts';

/** Asks for the token, and for who the administrator is. */
export default function SetUp() {
  const navigate = useNavigate();
  const [failure, setFailure] = useState<Error | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const form = useForm({
    // Behind the hash no server and no proxy writes it down.
    initialValues: { token: location.hash.replace(/^#token=/, ''), email: '', password: '' },
    validate: {
      token: (value) => (value.trim() === '' ? 'The token is missing.' : null),
      email: (value) => (/^[^@\s]+@[^@\s]+$/.test(value.trim()) ? null : 'This is no e-mail address.'),
      password: (value) => (value.length < 8 ? 'A password has at least eight letters.' : null),
    },
  });
  useEffect(() => {
    document.title = 'Set up · Gatehouse';
    if (location.hash !== '') history.replaceState(history.state, '', location.pathname);
  }, []);

  async function submit({ token, email, password }: typeof form.values): Promise<void> {
    setIsBusy(true);
    setFailure(null);
    try {
      const answer = await fetch('/api/v2/setup', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token: token.trim(), email: email.trim(), password }),
      });
      if (!answer.ok) throw new Error(wordsOf(answer.status, ((await answer.json()) as { message: string }).message));
      await signIn(email.trim(), password);
      await navigate('/', { replace: true });
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <Center mih="100vh" p="md">
      <Paper component="main" withBorder p="xl" w={460} maw="100%">
        <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
          <Stack>
            <div>
              <Title order={1} size="h3">
                Set up the first administrator
              </Title>
              <Text c="dimmed" size="sm">
                When it started, the server printed a token that is good for one hour and once. Restart it to get
                another.
              </Text>
            </div>
            <TextInput label="Set-up token" autoComplete="off" autoFocus {...form.getInputProps('token')} />
            <TextInput
              label="Your e-mail address"
              type="email"
              autoComplete="username"
              {...form.getInputProps('email')}
            />
            <PasswordInput
              label="A password for it"
              description="Eight letters or more, with three of: lower case, upper case, digits, others"
              autoComplete="new-password"
              {...form.getInputProps('password')}
            />
            {failure ? <Failure error={failure} /> : null}
            <Button type="submit" loading={isBusy} fullWidth>
              Make me the administrator
            </Button>
            <Anchor component={Link} to="/sign-in" size="sm">
              Back to signing in
            </Anchor>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

function wordsOf(status: number, message: string): string {
  if (status === 401)
    return 'The token is not the one that counts. Look at what the server printed last, or restart it.';
  return message;
}
