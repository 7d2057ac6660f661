// Who a user is: what is known, the profile where it is ours to change, blocks, the password, and the end.
import { Badge, Group } from '@mantine/core';
import { useMay } from '../session-context.ts';
import { calledName, isAdministrator, isDatabaseUser, type User, userPath } from '../user.ts';
import { CopiedValue } from './copied-value.tsx';
import { DangerZone } from './danger-zone.tsx';
import { type Fact, Facts } from './facts.tsx';
import { Section } from './section.tsx';
import { Time } from './time.tsx';
import { UserBlocks } from './user-blocks.tsx';
import { UserPassword } from './user-password.tsx';
import { UserProfile } from './user-profile.tsx';

/** Shows them. */
export function UserDetails({ user }: { readonly user: User }) {
  const mayDelete = useMay('delete:users');
  const mayUpdate = useMay('update:users');
  const mayChange = mayUpdate && !isAdministrator(user);
  return (
    <>
      <Known user={user} />
      <UserProfile user={user} mayChange={mayChange} />
      <UserBlocks user={user} mayChange={mayChange} />
      {mayChange && isDatabaseUser(user) ? <UserPassword user={user} /> : null}
      {mayDelete && !isAdministrator(user) ? (
        <DangerZone
          noun="user"
          name={calledName(user)}
          words={
            isDatabaseUser(user)
              ? 'The account, its password, metadata and roles are deleted. Tokens that were given stay valid until they expire.'
              : 'What is kept here is deleted: metadata, roles and blocks. The account in the directory stays, and the next login there makes the user anew.'
          }
          path={userPath(user.user_id)}
          changes={['users']}
          back="/users"
        />
      ) : null}
    </>
  );
}

function Known({ user }: { readonly user: User }) {
  const { user_id: id, identities, groups, last_login: last, last_ip: ip, logins_count: count = 0 } = user;
  return (
    <Section title="Identity" id="identity">
      <Facts
        label="Identity"
        facts={[
          ['User ID', <CopiedValue key="id" value={id} name="user ID" />],
          ...identities.map(
            ({ connection, provider, user_id: account }, at): Fact => [
              at === 0 ? 'Connection' : `Linked account ${at}`,
              `${connection ?? 'deleted'} (${provider}|${account})`,
            ],
          ),
          ['Created', <Time key="created" at={user.created_at} />],
          ['Changed', <Time key="changed" at={user.updated_at} />],
          ['Last login', last === undefined ? 'never' : <Time key="last" at={last} />],
          ip === undefined ? null : ['Last address', ip],
          ['Logins', count.toLocaleString('en')],
          groups === undefined ? null : ['Groups', <Groups key="groups" groups={groups} />],
        ]}
      />
    </Section>
  );
}

function Groups({ groups }: { readonly groups: readonly string[] }) {
  if (groups.length === 0) return 'none';
  return (
    <Group gap={4}>
      {groups.map((group) => (
        <Badge key={group} variant="default" tt="none">
          {group}
        </Badge>
      ))}
    </Group>
  );
}
