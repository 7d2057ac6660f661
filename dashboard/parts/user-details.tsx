// Who a user is: what is known, the profile where it is ours to change, blocks, the password, and the end.
import { Badge, Group } from '@mantine/core';
import { useMay } from '../session-context.ts';
import { calledName, isAdministrator, isDatabaseUser, type User, userPath } from '../user.ts';
import { CopiedValue } from './copied-value.tsx';
import { DangerZone } from './danger-zone.tsx';
import { Fact, Facts } from './fact.tsx';
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
      <Facts>
        <Fact name="User ID">
          <CopiedValue value={id} name="user ID" />
        </Fact>
        {identities.map(({ connection, provider, user_id: account }, at) => (
          <Fact key={`${provider}|${account}`} name={at === 0 ? 'Connection' : 'Linked account'}>
            {connection ?? 'deleted'} ({provider}|{account})
          </Fact>
        ))}
        <Fact name="Created">
          <Time at={user.created_at} />
        </Fact>
        <Fact name="Changed">
          <Time at={user.updated_at} />
        </Fact>
        <Fact name="Last login">{last === undefined ? 'never' : <Time at={last} />}</Fact>
        {ip === undefined ? null : <Fact name="Last address">{ip}</Fact>}
        <Fact name="Logins">{count.toLocaleString('en')}</Fact>
        {groups === undefined ? null : (
          <Fact name="Groups">
            {groups.length === 0 ? (
              'none'
            ) : (
              <Group gap={4} component="span">
                {groups.map((group) => (
                  <Badge key={group} variant="default" tt="none">
                    {group}
                  </Badge>
                ))}
              </Group>
            )}
          </Fact>
        )}
      </Facts>
    </Section>
  );
}
