// One API: how its tokens are, which scopes it offers, and who may have them, in tabs.
import { Alert } from '@mantine/core';
import { useParams } from 'react-router';
import { useApi } from '../api-client.ts';
import { CopiedValue } from '../parts/copied-value.tsx';
import { DangerZone } from '../parts/danger-zone.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { PageTabs } from '../parts/page-tabs.tsx';
import { nameOfApi, type ResourceServer } from '../resource-server.ts';
import { useMay } from '../session-context.ts';
import { ApiPermissions } from './api-permissions.tsx';
import { ApiSettings } from './api-settings.tsx';
import { SigningSecret } from './api-signing-secret.tsx';
import { ClientGrants } from './client-grants.tsx';

const BACK = { to: '/apis', label: 'APIs' };

/** Shows it. */
export default function Api() {
  const { id = '' } = useParams();
  const api = useApi<ResourceServer>(`/resource-servers/${encodeURIComponent(id)}`);
  return (
    <Page
      title={api.data ? nameOfApi(api.data) : 'API'}
      back={BACK}
      about={api.data ? <CopiedValue value={api.data.identifier} name="identifier" /> : null}
    >
      <Loaded query={api}>{(loaded) => <Tabs key={loaded.id} api={loaded} />}</Loaded>
    </Page>
  );
}

function Tabs({ api }: { readonly api: ResourceServer }) {
  const mayDelete = useMay('delete:resource_servers') && api.is_system !== true;
  return (
    <>
      {api.is_system ? (
        <Alert color="blue" title="This is the Management API itself">
          It cannot be changed. What an application may do with it is decided under Applications, by grants.
        </Alert>
      ) : null}
      <PageTabs
        label="Parts of the API"
        tabs={[
          {
            name: 'settings',
            label: 'Settings',
            content: (
              <>
                <ApiSettings api={api} />
                {api.signing_alg === 'HS256' ? <SigningSecret api={api} /> : null}
                {mayDelete ? (
                  <DangerZone
                    noun="API"
                    name={nameOfApi(api)}
                    words="Requests for it are refused from this moment on. The grants on it, and the permissions of users and roles for it, go with it."
                    path={`/resource-servers/${encodeURIComponent(api.id)}`}
                    changes={['resource-servers', 'client-grants', 'roles', 'users']}
                    back="/apis"
                  />
                ) : null}
              </>
            ),
          },
          {
            name: 'permissions',
            label: 'Permissions',
            anchors: ['scopes'],
            content: <ApiPermissions api={api} />,
          },
          {
            name: 'applications',
            label: 'Applications',
            anchors: ['client_grants'],
            content: <ClientGrants of={{ kind: 'api', value: api.identifier }} />,
          },
        ]}
      />
    </>
  );
}
