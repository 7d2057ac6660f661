// One rule: its code in an editor, a trial of what stands there, and its end.
import { useState } from 'react';
import { useParams } from 'react-router';
import { useApi, useChange } from '../api-client.ts';
import { CopiedValue } from '../parts/copied-value.tsx';
import { DangerZone } from '../parts/danger-zone.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { RuleForm } from '../parts/rule-form.tsx';
import { RuleTrial } from '../parts/rule-trial.tsx';
import { Section } from '../parts/section.tsx';
import { pathOfRule, type Rule } from '../rule.ts';
import { useMay } from '../session-context.ts';

/** Shows the rule of the address. */
export default function RulePage() {
  const { id = '' } = useParams();
  const rule = useApi<Rule>(pathOfRule(id));
  return (
    <Page
      title={rule.data?.name ?? 'Rule'}
      back={{ to: '/rules', label: 'Rules' }}
      about={<CopiedValue value={id} name="rule ID" />}
    >
      <Loaded query={rule}>{(loaded) => <Parts key={loaded.id} rule={loaded} />}</Loaded>
    </Page>
  );
}

function Parts({ rule: { id, name, script, enabled } }: { readonly rule: Rule }) {
  const mayChange = useMay('update:rules');
  const mayDelete = useMay('delete:rules');
  const change = useChange();
  const stored = { name, script, enabled };
  const [draft, setDraft] = useState(stored);
  return (
    <>
      <Section title="Rule">
        <RuleForm
          stored={stored}
          mayChange={mayChange}
          save={(_values, body) => change.mutateAsync({ method: 'PATCH', path: pathOfRule(id), body })}
          follow={setDraft}
        />
      </Section>
      <RuleTrial script={draft.script} />
      {mayDelete ? (
        <DangerZone
          noun="rule"
          name={name}
          words="It runs at no login any more: whom it refused gets in, and what it added is missing from the next tokens. Its code is lost."
          path={pathOfRule(id)}
          changes={['rules']}
          back="/rules"
        />
      ) : null}
    </>
  );
}
