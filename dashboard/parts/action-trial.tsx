// Tries the draft of an action, before it is deployed.
import { Alert, Text } from '@mantine/core';
import { useState } from 'react';
import { apiPathOfAction } from '../action.ts';
import { callApi } from '../api-client.ts';
import { type CodeTrial, subjectMembers } from '../code-trial.ts';
import { useMay } from '../session-context.ts';
import { CodeTrialForm } from './code-trial-form.tsx';
import { type MetadataEntry, MetadataRows, recordOf } from './metadata-rows.tsx';
import { Section } from './section.tsx';

const LONGEST_SECRET = 4096;
const MOST_SECRETS = 50;

interface ActionTrialProps {
  readonly id: string;
  /** False while the editor has what is not saved. */
  readonly isSaved: boolean;
}

/** Shows it. */
export function ActionTrial({ id, isSaved }: ActionTrialProps) {
  const mayTry = useMay('update:actions');
  const [entries, setEntries] = useState<readonly MetadataEntry[]>([]);
  const named = entries.filter(({ key }) => key.trim() !== '');
  return (
    <Section
      title="Try it"
      id="try"
      about="Runs the saved draft, deployed or not, as a login of this user would. Nobody is let in, and nothing is stored."
    >
      {mayTry ? (
        <>
          {isSaved ? null : (
            <Alert color="yellow" title="Not what stands in the editor">
              The draft that is tried is the one that was saved last. Save first to try what you have typed.
            </Alert>
          )}
          <CodeTrialForm
            send={(subject) =>
              // Not by a hook: what a secret is, nobody keeps.
              callApi<CodeTrial>('POST', `${apiPathOfAction(id)}/test`, {
                payload: {
                  ...subjectMembers(subject),
                  ...(named.length === 0 ? {} : { secrets: recordOf(named, {}) }),
                },
              })
            }
          >
            <MetadataRows
              id="trial-secrets"
              label="Secrets"
              description="What the code finds as event.secrets in this trial. Kept values are not shown to it."
              most={MOST_SECRETS}
              longest={LONGEST_SECRET}
              isReadOnly={false}
              value={entries}
              onChange={setEntries}
            />
          </CodeTrialForm>
        </>
      ) : (
        <Text size="sm">Only somebody who may change actions can try one.</Text>
      )}
    </Section>
  );
}
