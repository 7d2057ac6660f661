// The settings of the detection of breached passwords. A field's id is the setting's name, so that the login inspector can lead to
// it.
import { Checkbox, Stack, Switch } from '@mantine/core';
import { useApi, useChange } from '../api-client.ts';
import { useMay } from '../session-context.ts';
import { Loaded } from './loaded.tsx';
import { Section } from './section.tsx';
import { SettingsForm } from './settings-form.tsx';

interface Shielded {
  readonly shields: readonly string[];
}

interface BreachedPasswordDetection extends Shielded {
  readonly enabled: boolean;
  readonly stage: { readonly 'pre-user-registration': Shielded; readonly 'pre-change-password': Shielded };
}

interface Values extends Record<string, unknown> {
  readonly enabled: boolean;
  readonly login: string[];
  readonly sign_up: string[];
  readonly password_change: string[];
}

const PATH = '/attack-protection/breached-password-detection';
const SHIELDS = [
  { value: 'block', label: 'Refuse it' },
  { value: 'user_notification', label: 'Send the user a mail with a link to a new password' },
  { value: 'admin_notification', label: 'Send the administrators a mail' },
];
const GROUPS = [
  { name: 'login', id: 'shields', label: 'At a login', shields: SHIELDS },
  {
    ...{ name: 'sign_up', id: 'stage.pre-user-registration.shields', label: 'At a sign-up' },
    shields: SHIELDS.filter(({ value }) => value !== 'user_notification'),
  },
  {
    ...{ name: 'password_change', id: 'stage.pre-change-password.shields', label: 'As a new password' },
    shields: SHIELDS.filter(({ value }) => value !== 'user_notification'),
  },
];

/** Shows them. */
export function BreachedPasswordSettings() {
  const settings = useApi<BreachedPasswordDetection>(PATH);
  const change = useChange();
  const mayChange = useMay('update:attack_protection');

  function save({ enabled, login, sign_up: signUp, password_change: passwordChange }: Values): Promise<unknown> {
    const isMailed = [login, signUp, passwordChange].some((shields) => shields.includes('admin_notification'));
    const body = {
      ...{ enabled, shields: login, admin_notification_frequency: isMailed ? ['immediately'] : [] },
      stage: { 'pre-user-registration': { shields: signUp }, 'pre-change-password': { shields: passwordChange } },
    };
    return change.mutateAsync({ method: 'PATCH', path: PATH, body });
  }

  return (
    <Section
      title="Breached Password Detection"
      id="breachedPasswordDetection"
      about="Looks right and new passwords up among those that are known from breaches of other services. Logs tell of each, whatever is done."
    >
      <Loaded query={settings}>
        {({ enabled, shields, stage }) => (
          <SettingsForm<Values>
            stored={{
              ...{ enabled, login: [...shields] },
              sign_up: [...stage['pre-user-registration'].shields],
              password_change: [...stage['pre-change-password'].shields],
            }}
            mayChange={mayChange}
            save={save}
          >
            {(form) => (
              <>
                <Switch
                  id="breachedPasswordDetection.enabled"
                  label="Enabled"
                  description="Takes a list of breached passwords in the configuration of the server"
                  {...form.getInputProps('enabled', { type: 'checkbox' })}
                />
                {GROUPS.map(({ name, id, label, shields: offered }) => (
                  <Checkbox.Group
                    key={name}
                    id={`breachedPasswordDetection.${id}`}
                    label={label}
                    {...form.getInputProps(name)}
                  >
                    <Stack gap="xs" mt="xs">
                      {offered.map((shield) => (
                        <Checkbox key={shield.value} value={shield.value} label={shield.label} />
                      ))}
                    </Stack>
                  </Checkbox.Group>
                ))}
              </>
            )}
          </SettingsForm>
        )}
      </Loaded>
    </Section>
  );
}
