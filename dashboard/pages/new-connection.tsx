// A new connection of one kind: its guided form, and a test of what was typed before anything is saved.
import { Anchor, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { useChange } from '../api-client.ts';
import { type StrategyForm, textOf } from '../connection-form/option-field.ts';
import { OptionGroups } from '../connection-form/option-groups.tsx';
import type { OptionForm } from '../connection-form/option-input.tsx';
import { missingIn, optionsOf, valuesOf } from '../connection-form/option-values.ts';
import { formOf } from '../connection-form/strategy-form.ts';
import { MissingPage } from '../parts/broken-page.tsx';
import { ConnectionTest } from '../parts/connection-test.tsx';
import { Follow } from '../parts/follow.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { SettingsForm } from '../parts/settings-form.tsx';
import { useMay } from '../session-context.ts';
import { strategyLabel } from '../strategy.ts';

type Values = OptionForm['values'];

/** Shows the form of the kind that the address names. */
export default function NewConnection() {
  const { strategy = '' } = useParams();
  const strategyForm = formOf(strategy);
  return strategyForm ? <Form key={strategy} strategy={strategy} strategyForm={strategyForm} /> : <MissingPage />;
}

interface FormProps {
  readonly strategy: string;
  readonly strategyForm: StrategyForm;
}

function Form({ strategy, strategyForm }: FormProps) {
  const navigate = useNavigate();
  const change = useChange<{ readonly id: string }>();
  const mayCreate = useMay('create:connections');
  const [empty] = useState<Values>(() => ({ name: '', ...valuesOf(strategyForm, null) }));
  const [draft, setDraft] = useState(empty);
  const isDatabase = strategy === 'auth0';

  async function create(values: Values): Promise<void> {
    const body = { name: textOf(values['name']), strategy, options: optionsOf(strategyForm, values, {}) };
    const { id } = await change.mutateAsync({ method: 'POST', path: '/connections', body });
    await navigate(`/connections/${encodeURIComponent(id)}?tab=applications`);
  }

  return (
    <Page
      title={`New connection: ${strategyLabel(strategy)}`}
      about={strategyForm.about}
      back={{ to: '/connections', label: 'Connections' }}
    >
      <Section title="Connection">
        <SettingsForm
          stored={empty}
          save={create}
          mayChange={mayCreate}
          saveLabel="Create"
          validate={(values) => ({ ...nameProblem(textOf(values['name'])), ...missingIn(strategyForm, values, null) })}
        >
          {(form) => (
            <>
              <TextInput
                label="Name"
                description="What requests send as realm. It never changes. Letters, digits and hyphens."
                placeholder="corp"
                required
                autoComplete="off"
                {...form.getInputProps('name')}
              />
              <OptionGroups strategyForm={strategyForm} form={form} stored={null} />
              <Follow values={form.values} to={setDraft} />
            </>
          )}
        </SettingsForm>
      </Section>
      {isDatabase || !mayCreate ? null : (
        <Section
          title="Test before saving"
          id="test"
          about="Tries what stands in the form above, as a login would. Nothing is saved, and no user is made."
        >
          <ConnectionTest
            path="/connections/test"
            body={{ strategy, options: optionsOf(strategyForm, draft, {}) }}
            notYet={Object.values(missingIn(strategyForm, draft, null))}
          />
        </Section>
      )}
      {isDatabase ? (
        <Text size="sm">
          A database is a part of this server, so there is nothing to test. Users come in by{' '}
          <Anchor component={Link} to="/users/import" size="sm" underline="always">
            an import
          </Anchor>{' '}
          or one by one.
        </Text>
      ) : null}
    </Page>
  );
}

function nameProblem(name: string): Record<string, string> {
  if (name === '') return { name: 'The name is missing.' };
  if (/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(name) && name.length <= 128) return {};
  return { name: 'A name has letters, digits and hyphens only, and begins and ends with a letter or a digit.' };
}
