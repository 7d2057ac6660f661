// One action: its code, its secrets and its versions, in tabs.
import { useParams } from 'react-router';
import { type Action, apiPathOfAction } from '../action.ts';
import { useApi } from '../api-client.ts';
import { ActionCode } from '../parts/action-code.tsx';
import { ActionSecrets } from '../parts/action-secrets.tsx';
import { ActionVersions } from '../parts/action-versions.tsx';
import { CopiedValue } from '../parts/copied-value.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { PageTabs } from '../parts/page-tabs.tsx';

/** Shows the action of the address. */
export default function ActionPage() {
  const { id = '' } = useParams();
  const action = useApi<Action>(apiPathOfAction(id));
  return (
    <Page
      title={action.data?.name ?? 'Action'}
      back={{ to: '/actions', label: 'Actions' }}
      about={<CopiedValue value={id} name="action ID" />}
    >
      <Loaded query={action}>
        {(loaded) => (
          <PageTabs
            key={loaded.id}
            label="Parts of the action"
            tabs={[
              { name: 'code', label: 'Code', content: <ActionCode action={loaded} /> },
              {
                name: 'secrets',
                label: 'Secrets',
                anchors: ['secrets'],
                content: <ActionSecrets action={loaded} />,
              },
              {
                name: 'versions',
                label: 'Versions',
                anchors: ['versions'],
                content: <ActionVersions action={loaded} />,
              },
            ]}
          />
        )}
      </Loaded>
    </Page>
  );
}
