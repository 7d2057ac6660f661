// Leads to a rule of which only the name is known, as from the login inspector.
import { Text } from '@mantine/core';
import { Navigate, useLocation, useSearchParams } from 'react-router';
import { useEveryEntry } from '../every-entry.ts';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { pathOfRule, type RuleEntry } from '../rule.ts';

/** Goes there, or says that there is none. */
export default function RuleByName() {
  const [params] = useSearchParams();
  const name = params.get('name') ?? '';
  const { hash } = useLocation();
  const rules = useEveryEntry<RuleEntry>('/rules?fields=id,name,order,enabled', 'rules');
  return (
    <Page title={name || 'Rule'} back={{ to: '/rules', label: 'Rules' }}>
      <Loaded query={rules}>
        {(all) => {
          const rule = all.find((one) => one.name === name);
          if (rule) return <Navigate to={{ pathname: pathOfRule(rule.id), hash }} replace />;
          return <Text>No rule is called so now: it was deleted, or has another name.</Text>;
        }}
      </Loaded>
    </Page>
  );
}
