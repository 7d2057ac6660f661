// The values that are kept for rules.
import { callApi, readAgain, useApi } from '../api-client.ts';
import { useMay } from '../session-context.ts';
import { KeptValues } from './kept-values.tsx';
import { Loaded } from './loaded.tsx';
import { Section } from './section.tsx';

const LONGEST_VALUE = 20_480;

/** Shows which there are, and changes them. */
export function RuleConfigs() {
  const mayUpdate = useMay('update:rules_configs');
  const mayDelete = useMay('delete:rules_configs');
  const entries = useApi<readonly { readonly key: string }[]>('/rules-configs');

  // Not by a hook: those keep what was sent and answered.
  async function change(method: 'PUT' | 'DELETE', key: string, body?: object): Promise<void> {
    await callApi(method, `/rules-configs/${encodeURIComponent(key)}`, body);
    await readAgain('rules-configs');
  }

  return (
    <Section
      title="Settings"
      id="settings"
      about="Values that rules find as members of configuration, such as the key of a service. They are kept sealed, and shown to nobody."
    >
      <Loaded query={entries}>
        {(rows) => (
          <KeptValues
            label="Settings"
            names={rows.map(({ key }) => key)}
            foundAs="A rule finds the value as configuration.KEY"
            longest={LONGEST_VALUE}
            nameProblem={(key) =>
              /^[A-Za-z0-9_\-@*+:]{1,127}$/.test(key) ? null : 'Letters, digits and _ - @ * + : only.'
            }
            goneWords="Rules that look for it find nothing from the next login on."
            keep={mayUpdate ? (key, value) => change('PUT', key, { value }) : undefined}
            forget={mayDelete ? (key) => change('DELETE', key) : undefined}
          />
        )}
      </Loaded>
    </Section>
  );
}
