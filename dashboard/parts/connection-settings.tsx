// The settings of a connection that exists: the guided form of its kind, and the realms it answers to.
import { TagsInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../api-client.ts';
import type { Connection } from '../connection.ts';
import type { StrategyForm } from '../connection-form/option-field.ts';
import { OptionGroups } from '../connection-form/option-groups.tsx';
import type { OptionForm } from '../connection-form/option-input.tsx';
import { missingIn, optionsOf, valuesOf } from '../connection-form/option-values.ts';
import { useMay } from '../session-context.ts';
import { CopiedValue } from './copied-value.tsx';
import { Facts } from './facts.tsx';
import { Section } from './section.tsx';
import { SettingsForm } from './settings-form.tsx';

interface ConnectionSettingsProps {
  readonly connection: Connection;
  readonly strategyForm: StrategyForm;
}

/** Shows them. */
export function ConnectionSettings({ connection, strategyForm }: ConnectionSettingsProps) {
  const { id, name, realms, options } = connection;
  const change = useChange(['connection-status']);
  const mayChange = useMay('update:connections');
  const [saves, setSaves] = useState(0);

  async function save({ realms: wanted, ...values }: OptionForm['values']): Promise<void> {
    const body = { options: optionsOf(strategyForm, values, options), realms: wanted };
    await change.mutateAsync({ method: 'PATCH', path: `/connections/${encodeURIComponent(id)}`, body });
    setSaves((count) => count + 1);
  }

  return (
    <Section title="Settings" about={strategyForm.about}>
      <Facts
        label="Identity"
        facts={[
          ['Name', <CopiedValue key="name" value={name} name="name" />],
          ['Connection ID', <CopiedValue key="id" value={id} name="connection ID" />],
        ]}
      />
      {/* A new form after each saving: the secrets that were typed are gone from the page. */}
      <SettingsForm<OptionForm['values']>
        key={saves}
        stored={{ ...valuesOf(strategyForm, options), realms }}
        save={save}
        mayChange={mayChange}
        validate={(values) => missingIn(strategyForm, values, options)}
      >
        {(form) => (
          <>
            <OptionGroups strategyForm={strategyForm} form={form} stored={options} />
            <TagsInput
              id="realms"
              label="Realms"
              description="What requests may send as realm to mean this connection. Its name, unless you say otherwise."
              splitChars={[',', ' ']}
              {...form.getInputProps('realms')}
            />
          </>
        )}
      </SettingsForm>
    </Section>
  );
}
