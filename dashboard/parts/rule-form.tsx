// The form of a rule: its name, its code, and whether logins run it.
import { Switch, TextInput } from '@mantine/core';
import { ruleNameProblem } from '../rule.ts';
import { CodeField } from './code-field.tsx';
import { Follow } from './follow.tsx';
import { SettingsForm } from './settings-form.tsx';

/** What the form is about, as the API's members are called. */
export interface RuleValues extends Record<string, unknown> {
  readonly name: string;
  readonly script: string;
  readonly enabled: boolean;
}

interface RuleFormProps {
  readonly stored: RuleValues;
  readonly save: (values: RuleValues, changed: Partial<RuleValues>) => Promise<unknown>;
  readonly mayChange: boolean;
  readonly saveLabel?: string;
  /** Is told what is typed. */
  readonly follow: (values: RuleValues) => void;
}

/** Shows it. */
export function RuleForm({ follow, ...rest }: RuleFormProps) {
  return (
    <SettingsForm<RuleValues>
      {...rest}
      validate={({ name, script }) => {
        const problem = ruleNameProblem(name);
        return {
          ...(problem === null ? {} : { name: problem }),
          ...(script.trim() === '' ? { script: 'A rule is a function of user, context and callback.' } : {}),
        };
      }}
    >
      {(form) => (
        <>
          <TextInput
            id="name"
            label="Name"
            description="Letters, digits, spaces and hyphens"
            required
            maxLength={255}
            maw={480}
            autoComplete="off"
            {...form.getInputProps('name')}
          />
          <CodeField
            id="script"
            label="Script"
            description="A function of user, context and callback."
            isReadOnly={!rest.mayChange}
            {...form.getInputProps('script')}
          />
          <Switch
            id="enabled"
            label="Enabled"
            description="Runs at every login by password. A rule that is not enabled is kept, and runs at none."
            {...form.getInputProps('enabled', { type: 'checkbox' })}
          />
          <Follow values={form.values} to={follow} />
        </>
      )}
    </SettingsForm>
  );
}
