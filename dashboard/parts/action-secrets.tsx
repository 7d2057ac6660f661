// The secrets of an action.
import { type Action, apiPathOfAction } from '../action.ts';
import { callApi, readAgain } from '../api-client.ts';
import { useMay } from '../session-context.ts';
import { KeptValues } from './kept-values.tsx';
import { Section } from './section.tsx';

const LONGEST_VALUE = 4096;
const LONGEST_NAME = 255;

interface Change {
  readonly name: string;
  readonly value?: string;
}

/** Shows which there are, and changes them. */
export function ActionSecrets({ action: { id, secrets } }: { readonly action: Action }) {
  const mayChange = useMay('update:actions');
  const names = secrets.map(({ name }) => name);
  const without = (name: string): Change[] => names.filter((one) => one !== name).map((one) => ({ name: one }));

  /** One without a value keeps the one that it has. Not by a hook: those keep what was sent. */
  async function put(changed: readonly Change[]): Promise<void> {
    await callApi('PATCH', apiPathOfAction(id), { secrets: changed });
    await readAgain('actions');
  }

  return (
    <Section
      title="Secrets"
      id="secrets"
      about="Values that the code finds in event.secrets. They are kept sealed, shown to nobody, and a part of the draft: deploy it, so that logins have them."
    >
      <KeptValues
        label="Secrets"
        names={names}
        foundAs="The code finds the value as event.secrets.KEY"
        longest={LONGEST_VALUE}
        nameProblem={(name) => (name.trim() === '' || name.length > LONGEST_NAME ? 'Give it a name.' : null)}
        goneWords="The deployed version keeps it; the next one will not have it."
        keep={mayChange ? (name, value) => put([...without(name), { name, value }]) : undefined}
        forget={mayChange ? (name) => put(without(name)) : undefined}
      />
    </Section>
  );
}
