// A new password for a database user. It is never shown again.
import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { useChange } from '../api-client.ts';
import { type User, userPath } from '../user.ts';
import { Section } from './section.tsx';
import { tellDone } from './told.ts';

/** Asks for it. */
export function UserPassword({ user }: { readonly user: User }) {
  const change = useChange(['user-blocks']);
  const [isBusy, setIsBusy] = useState(false);
  const form = useForm({
    initialValues: { password: '' },
    validate: { password: (value) => (value === '' ? 'The password is missing.' : null) },
  });

  async function set({ password }: typeof form.values): Promise<void> {
    setIsBusy(true);
    try {
      await change.mutateAsync({ method: 'PATCH', path: userPath(user.user_id), body: { password } });
      form.reset();
      tellDone('The new password holds from now on.');
    } catch (error) {
      form.setFieldError('password', error instanceof Error ? error.message : String(error));
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <Section
      title="Password"
      id="password"
      about="The old one stops at once, and blocks after failed logins are lifted. Nobody is told: tell the user yourself."
    >
      <form onSubmit={form.onSubmit((values) => void set(values))} noValidate>
        <Stack gap="md">
          <PasswordInput
            label="New password"
            description="At least as strong as the Password Policy of the connection says"
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
            {...form.getInputProps('password')}
          />
          <Group>
            <Button type="submit" variant="default" loading={isBusy}>
              Set the password
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
