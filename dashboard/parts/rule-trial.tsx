// Tries what stands in the editor of a rule, before it is saved.
import { Text } from '@mantine/core';
import { useState } from 'react';
import { callApi, useApi } from '../api-client.ts';
import { type CodeTrial, subjectMembers } from '../code-trial.ts';
import { useMay } from '../session-context.ts';
import { CodeTrialForm } from './code-trial-form.tsx';
import { type MetadataEntry, MetadataRows, recordOf } from './metadata-rows.tsx';
import { Section } from './section.tsx';

const LONGEST_VALUE = 20_480;
const MOST_VALUES = 50;

/** Shows it; `script` is what is tried. */
export function RuleTrial({ script }: { readonly script: string }) {
  const mayTry = useMay('update:rules');
  return (
    <Section
      title="Try it"
      id="try"
      about="Runs what stands in the editor, saved or not, as a login of this user would. Nobody is let in, and nothing is stored."
    >
      {mayTry ? <Trial script={script} /> : <Text size="sm">Only somebody who may change rules can try one.</Text>}
    </Section>
  );
}

function Trial({ script }: { readonly script: string }) {
  const mayReadKeys = useMay('read:rules_configs');
  const keys = useApi<readonly { readonly key: string }[]>('/rules-configs', { enabled: mayReadKeys });
  const [entries, setEntries] = useState<readonly MetadataEntry[]>([]);
  const named = entries.filter(({ key }) => key.trim() !== '');
  const kept = (keys.data ?? []).map(({ key }) => key).join(', ');
  return (
    <CodeTrialForm
      send={(subject) =>
        // Not by a hook: what a value of the configuration is, nobody keeps.
        callApi<CodeTrial>('POST', '/rules/try', {
          ...{ script, ...subjectMembers(subject) },
          ...(named.length === 0 ? {} : { configuration: recordOf(named, {}) }),
        })
      }
    >
      <MetadataRows
        id="configuration"
        label="Configuration"
        description={`What the rule finds as configuration in this trial. Stored values are not shown to it${kept === '' ? '' : `: ${kept}`}.`}
        most={MOST_VALUES}
        longest={LONGEST_VALUE}
        isReadOnly={false}
        value={entries}
        onChange={setEntries}
      />
    </CodeTrialForm>
  );
}
