// The profile of a user. Of a database user it can be changed here; another directory tells it anew at each login.
import { SimpleGrid, Switch, Text, TextInput } from '@mantine/core';
import { useChange } from '../api-client.ts';
import { isDatabaseUser, type User, userPath } from '../user.ts';
import { Section } from './section.tsx';
import { SettingsForm } from './settings-form.tsx';

/** The API does not take these back: there is always one to log in with. */
const NAMES = ['email', 'username'] as const;
const FIELDS = [
  ['email', 'Email', 'email'],
  ['username', 'Username', 'text'],
  ['name', 'Name', 'text'],
  ['nickname', 'Nickname', 'text'],
  ['given_name', 'Given name', 'text'],
  ['family_name', 'Family name', 'text'],
  ['phone_number', 'Telephone number', 'tel'],
  ['picture', 'Address of a picture', 'url'],
] as const;

interface UserProfileProps {
  readonly user: User;
  readonly mayChange: boolean;
}

/** Shows it. */
export function UserProfile({ user, mayChange }: UserProfileProps) {
  const change = useChange();
  const isOurs = isDatabaseUser(user);
  const stored = {
    email: user.email ?? '',
    username: user.username ?? '',
    name: user.name ?? '',
    nickname: user.nickname ?? '',
    given_name: user.given_name ?? '',
    family_name: user.family_name ?? '',
    phone_number: user.phone_number ?? '',
    picture: user.picture ?? '',
    email_verified: user.email_verified ?? false,
  };
  const fields = FIELDS.filter(([name]) => name !== 'username' || user.username !== undefined);

  function save(_values: typeof stored, changed: Partial<typeof stored>): Promise<unknown> {
    const body = Object.fromEntries(
      Object.entries(changed).map(([name, value]) => [name, typeof value === 'string' ? value.trim() || null : value]),
    );
    return change.mutateAsync({ method: 'PATCH', path: userPath(user.user_id), body });
  }

  return (
    <Section title="Profile" id="profile">
      {isOurs ? null : (
        <Text size="sm">The user’s own directory tells the profile at each login; it can be changed there only.</Text>
      )}
      <SettingsForm
        stored={stored}
        save={save}
        mayChange={mayChange && isOurs}
        validate={(values) =>
          Object.fromEntries(
            NAMES.filter((name) => stored[name] !== '' && values[name].trim() === '').map((name) => [
              name,
              'This cannot be taken away. Type another.',
            ]),
          )
        }
      >
        {(form) => (
          <>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              {fields.map(([name, label, type]) => (
                <TextInput
                  key={name}
                  label={label}
                  type={type}
                  autoComplete="off"
                  readOnly={!isOurs}
                  {...form.getInputProps(name)}
                />
              ))}
            </SimpleGrid>
            <Switch
              label="The e-mail address is verified"
              description="Another address is not verified until you say so"
              {...form.getInputProps('email_verified', { type: 'checkbox' })}
            />
          </>
        )}
      </SettingsForm>
    </Section>
  );
}
