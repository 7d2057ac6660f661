// Leads to an action of which only the name is known, as from the login inspector.
import { Text } from '@mantine/core';
import { Navigate, useLocation, useSearchParams } from 'react-router';
import { type Action, pathOfAction } from '../action.ts';
import { useApi } from '../api-client.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';

/** Goes there, or says that there is none. */
export default function ActionByName() {
  const [params] = useSearchParams();
  const name = params.get('name') ?? '';
  const { hash } = useLocation();
  const found = useApi<{ readonly actions: readonly Action[] }>(
    `/actions/actions?actionName=${encodeURIComponent(name)}`,
  );
  return (
    <Page title={name || 'Action'} back={{ to: '/actions', label: 'Actions' }}>
      <Loaded query={found}>
        {({ actions: [action] }) =>
          action ? (
            <Navigate to={{ pathname: pathOfAction(action.id), hash }} replace />
          ) : (
            <Text>No action is called so now: it was deleted, or has another name.</Text>
          )
        }
      </Loaded>
    </Page>
  );
}
