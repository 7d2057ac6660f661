// One connection: its settings, who may use it, and the live test.
import { Text } from '@mantine/core';
import { useParams } from 'react-router';
import { useApi } from '../api-client.ts';
import type { Connection } from '../connection.ts';
import { formOf } from '../connection-form/strategy-form.ts';
import { ConnectionApplications } from '../parts/connection-applications.tsx';
import { ConnectionEnd } from '../parts/connection-end.tsx';
import { ConnectionSettings } from '../parts/connection-settings.tsx';
import { ConnectionTest } from '../parts/connection-test.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { PageTabs } from '../parts/page-tabs.tsx';
import { Section } from '../parts/section.tsx';
import { useMay } from '../session-context.ts';
import { strategyLabel } from '../strategy.ts';

/** Shows the connection of the address. */
export default function ConnectionPage() {
  const { id = '' } = useParams();
  const connection = useApi<Connection>(`/connections/${encodeURIComponent(id)}`);
  const { name = 'Connection', strategy } = connection.data ?? {};
  return (
    <Page
      title={name}
      about={strategy === undefined ? '' : `A connection of the kind ${strategyLabel(strategy)}.`}
      back={{ to: '/connections', label: 'Connections' }}
    >
      <Loaded query={connection}>{(stored) => <Tabs connection={stored} />}</Loaded>
    </Page>
  );
}

function Tabs({ connection }: { readonly connection: Connection }) {
  const strategyForm = formOf(connection.strategy);
  return (
    <PageTabs
      label="Parts of the connection"
      tabs={[
        {
          name: 'settings',
          label: 'Settings',
          content: (
            <>
              {strategyForm ? (
                <ConnectionSettings connection={connection} strategyForm={strategyForm} />
              ) : (
                <Section title="Settings">
                  <Text size="sm">Connections of this kind log in through a browser and can check no password.</Text>
                </Section>
              )}
              <ConnectionEnd connection={connection} />
            </>
          ),
        },
        {
          name: 'applications',
          label: 'Applications',
          anchors: ['enabled_clients', 'is_domain_connection'],
          content: <ConnectionApplications connection={connection} />,
        },
        { name: 'test', label: 'Test', anchors: ['test'], content: <Test connection={connection} /> },
      ]}
    />
  );
}

function Test({ connection: { id, strategy } }: { readonly connection: Connection }) {
  const mayTest = useMay('update:connections');
  if (strategy === 'auth0') {
    return (
      <Section title="Live test" id="test">
        <Text size="sm">
          A database is a part of this server, so nothing lies on the way to it that could fail. To try a password of
          one of its users, log in: failures are counted there as they should be.
        </Text>
      </Section>
    );
  }
  return (
    <Section title="Live test" id="test" about="Tries the saved connection as a login would, and tells each step.">
      {mayTest ? (
        <ConnectionTest path={`/connections/${encodeURIComponent(id)}/test`} />
      ) : (
        <Text size="sm">Only somebody who may change connections can test one.</Text>
      )}
    </Section>
  );
}
