// A new user of a database connection.
import { PasswordInput, Select, Switch, Text, TextInput } from '@mantine/core';
import { useNavigate } from 'react-router';
import { useApi, useChange } from '../api-client.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { SettingsForm } from '../parts/settings-form.tsx';
import { useMay } from '../session-context.ts';
import { userPath } from '../user.ts';

interface Database {
  readonly name: string;
  readonly options: { readonly requires_username: boolean };
}

const EMPTY = { connection: '', email: '', username: '', password: '', email_verified: false };

/** Shows the form. */
export default function NewUser() {
  const databases = useApi<readonly Database[]>('/connections?strategy=auth0&per_page=100&fields=name,options');
  return (
    <Page
      title="Create user"
      about="Users are created in a database. Those of your other directories are made when they first log in."
      back={{ to: '/users', label: 'Users' }}
    >
      <Loaded query={databases}>
        {(list) =>
          list.length === 0 ? (
            <Text>There is no database connection yet: create one first.</Text>
          ) : (
            <Form databases={list} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Form({ databases }: { readonly databases: readonly Database[] }) {
  const navigate = useNavigate();
  const mayCreate = useMay('create:users');
  const change = useChange<{ readonly user_id: string }>();
  const hasUsernames = (connection: string) =>
    databases.find(({ name }) => name === connection)?.options.requires_username === true;

  async function create({ username, email, ...values }: typeof EMPTY): Promise<void> {
    const body = {
      ...values,
      ...(email.trim() === '' ? {} : { email: email.trim() }),
      ...(hasUsernames(values.connection) && username.trim() !== '' ? { username: username.trim() } : {}),
    };
    const { user_id: id } = await change.mutateAsync({ method: 'POST', path: '/users', body });
    await navigate(userPath(id));
  }

  return (
    <Section title="User">
      <SettingsForm
        stored={{ ...EMPTY, connection: databases[0]?.name ?? '' }}
        save={create}
        mayChange={mayCreate}
        saveLabel="Create"
        validate={({ email, username, password, connection }) => ({
          ...(email.trim() === '' && !(hasUsernames(connection) && username.trim() !== '')
            ? { email: 'The e-mail address is missing.' }
            : {}),
          ...(password === '' ? { password: 'The password is missing.' } : {}),
        })}
      >
        {(form) => (
          <>
            <Select
              label="Connection"
              data={databases.map(({ name }) => name)}
              allowDeselect={false}
              searchable
              {...form.getInputProps('connection')}
            />
            <TextInput label="Email" type="email" autoComplete="off" {...form.getInputProps('email')} />
            {hasUsernames(form.values.connection) ? (
              <TextInput label="Username" autoComplete="off" {...form.getInputProps('username')} />
            ) : null}
            <PasswordInput
              label="Password"
              description="At least as strong as the Password Policy of the connection says"
              autoComplete="new-password"
              visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
              {...form.getInputProps('password')}
            />
            <Switch
              label="The e-mail address is verified"
              {...form.getInputProps('email_verified', { type: 'checkbox' })}
            />
          </>
        )}
      </SettingsForm>
    </Section>
  );
}
