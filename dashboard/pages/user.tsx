// One user: who it is, what is kept beside, what the person may do, and what happened.
import { Alert, Badge } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useParams } from 'react-router';
import { useApi } from '../api-client.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { PageTabs } from '../parts/page-tabs.tsx';
import { UserDetails } from '../parts/user-details.tsx';
import { UserLog } from '../parts/user-log.tsx';
import { UserMetadata } from '../parts/user-metadata.tsx';
import { UserRoles } from '../parts/user-roles.tsx';
import { calledName, isAdministrator, type User, userPath } from '../user.ts';

/** Shows the user of the address. */
export default function UserPage() {
  const { id = '' } = useParams();
  const user = useApi<User>(userPath(id));
  return (
    <Page
      title={user.data ? calledName(user.data) : 'User'}
      back={{ to: '/users', label: 'Users' }}
      actions={
        user.data?.blocked === true ? (
          <Badge size="lg" color="red" variant="light" tt="none" leftSection={<IconLock size={14} />}>
            blocked
          </Badge>
        ) : null
      }
    >
      <Loaded query={user}>
        {(stored) => (
          <>
            {isAdministrator(stored) ? (
              <Alert color="blue" title="An administrator of this tenant">
                Administrators are changed at the command line of the server only: <code>gatehouse admin</code>.
              </Alert>
            ) : null}
            <Tabs user={stored} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Tabs({ user }: { readonly user: User }) {
  return (
    <PageTabs
      label="Parts of the user"
      tabs={[
        { name: 'details', label: 'Details', content: <UserDetails user={user} /> },
        {
          name: 'metadata',
          label: 'Metadata',
          anchors: ['user_metadata', 'app_metadata'],
          content: <UserMetadata user={user} />,
        },
        { name: 'roles', label: 'Roles', anchors: ['roles', 'permissions'], content: <UserRoles user={user} /> },
        { name: 'log', label: 'Log', anchors: ['log'], content: <UserLog user={user} /> },
      ]}
    />
  );
}
