// The way in, for administrators and viewers.
import { Anchor, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useEffect, useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { Failure } from '../parts/loaded.tsx';
import { readSession, signIn } from '../session.ts';

/** Asks for e-mail address and password. */
export default function SignIn() {
  const navigate = useNavigate();
  const location = useLocation() as { state: { from?: string } | null };
  const [failure, setFailure] = useState<Error | null>(null);
  const [isBusy, setIsBusy] = useState(false);
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (value.trim() === '' ? 'Your e-mail address is missing.' : null),
      password: (value) => (value === '' ? 'Your password is missing.' : null),
    },
  });
  const from = location.state?.from ?? '/';
  useEffect(() => {
    document.title = 'Sign in · Gatehouse';
    if (readSession().kind === 'open') void navigate(from, { replace: true });
  }, [from, navigate]);

  async function submit({ email, password }: { email: string; password: string }): Promise<void> {
    setIsBusy(true);
    setFailure(null);
    try {
      await signIn(email.trim(), password);
      await navigate(from, { replace: true });
    } catch (error) {
      setFailure(error instanceof Error ? error : new Error(String(error)));
      form.setFieldValue('password', '');
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <Center mih="100vh" p="md">
      <Paper component="main" withBorder p="xl" w={400} maw="100%">
        <form onSubmit={form.onSubmit((values) => void submit(values))} noValidate>
          <Stack>
            <div>
              <Title order={1} size="h3">
                Sign in to Gatehouse
              </Title>
              <Text c="dimmed" size="sm">
                For administrators and viewers of {window.location.host}
              </Text>
            </div>
            <TextInput
              label="E-mail address"
              type="email"
              autoComplete="username"
              autoFocus
              {...form.getInputProps('email')}
            />
            <PasswordInput label="Password" autoComplete="current-password" {...form.getInputProps('password')} />
            {failure ? <Failure error={failure} /> : null}
            <Button type="submit" loading={isBusy} fullWidth>
              Sign in
            </Button>
            <Text size="sm">
              Nobody has signed in here yet?{' '}
              <Anchor component={Link} to="/set-up" size="sm">
                Set up the first administrator
              </Anchor>
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
