// One application: what it is and may, in tabs.
import { Alert, Anchor } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Link, useParams } from 'react-router';
import { useApi } from '../api-client.ts';
import { type Client, PASSWORD_GRANT, PASSWORD_REALM_GRANT, WITHOUT_SECRET } from '../client.ts';
import { CopiedValue } from '../parts/copied-value.tsx';
import { DangerZone } from '../parts/danger-zone.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { PageTabs } from '../parts/page-tabs.tsx';
import { OWN_CLIENT } from '../session.ts';
import { useMay } from '../session-context.ts';
import { ApplicationConnections } from './application-connections.tsx';
import { ApplicationCredentials } from './application-credentials.tsx';
import { ApplicationRefreshTokens } from './application-refresh-tokens.tsx';
import { ApplicationSettings } from './application-settings.tsx';
import { ClientGrants } from './client-grants.tsx';
import { QuickStartPanel } from './quick-start-panel.tsx';

const BACK = { to: '/applications', label: 'Applications' };

/** Shows it. */
export default function Application() {
  const { id = '' } = useParams();
  const client = useApi<Client>(`/clients/${encodeURIComponent(id)}?${WITHOUT_SECRET}`);
  return (
    <Page title={client.data?.name ?? 'Application'} back={BACK} about={<CopiedValue value={id} name="client ID" />}>
      <Loaded query={client}>{(loaded) => <Tabs key={loaded.client_id} client={loaded} />}</Loaded>
    </Page>
  );
}

function Tabs({ client }: { readonly client: Client }) {
  const mayDelete = useMay('delete:clients');
  return (
    <>
      <MissingConnection client={client} />
      <PageTabs
        label="Parts of the application"
        tabs={[
          {
            name: 'settings',
            label: 'Settings',
            content: (
              <>
                <ApplicationSettings client={client} />
                <ApplicationRefreshTokens client={client} />
                {mayDelete ? <Destruction client={client} /> : null}
              </>
            ),
          },
          {
            name: 'credentials',
            label: 'Credentials',
            anchors: ['client_secret', 'public_keys'],
            content: <ApplicationCredentials client={client} />,
          },
          {
            name: 'apis',
            label: 'APIs',
            anchors: ['client_grants'],
            content: <ClientGrants of={{ kind: 'client', value: client.client_id }} />,
          },
          {
            name: 'connections',
            label: 'Connections',
            anchors: ['connections'],
            content: <ApplicationConnections client={client} />,
          },
          {
            name: 'quick-start',
            label: 'Quick Start',
            content: <QuickStartPanel application={client} />,
          },
        ]}
      />
    </>
  );
}

/** The password grant needs somebody to check passwords: this is where it goes wrong first. */
function MissingConnection({ client }: { readonly client: Client }) {
  const usesPasswords = client.grant_types.some((one) => one === PASSWORD_GRANT || one === PASSWORD_REALM_GRANT);
  const path = `/clients/${encodeURIComponent(client.client_id)}/connections?take=1`;
  const isOwn = client.client_id === OWN_CLIENT;
  const { data } = useApi<{ readonly connections: readonly unknown[] }>(path, { enabled: usesPasswords && !isOwn });
  if (!usesPasswords || isOwn || !data || data.connections.length > 0) return null;
  return (
    <Alert color="yellow" icon={<IconAlertTriangle />} title="Nobody can log in to it yet">
      It may use the password grant, but no connection that checks passwords.{' '}
      <Anchor component={Link} to="?tab=connections" size="sm" underline="always" c="inherit">
        Switch a connection on
      </Anchor>
    </Alert>
  );
}

function Destruction({ client: { client_id: id, name } }: { readonly client: Client }) {
  const words =
    id === OWN_CLIENT
      ? 'Administrators sign in to this dashboard by it: without it nobody can, until the command line makes another.'
      : 'It gets no more tokens from this moment on. Tokens that it already has work until they end.';
  return (
    <DangerZone
      noun="application"
      name={name}
      words={words}
      path={`/clients/${encodeURIComponent(id)}`}
      changes={['clients', 'client-grants', 'connections']}
      back="/applications"
    />
  );
}
