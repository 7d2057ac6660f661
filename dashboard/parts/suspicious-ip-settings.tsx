// The settings of the throttling of suspicious addresses. A field's id is the setting's name, so that the login inspector can
// lead to it.
import { NumberInput, Switch, TagsInput } from '@mantine/core';
import { useApi, useChange } from '../api-client.ts';
import { useMay } from '../session-context.ts';
import { Loaded } from './loaded.tsx';
import { Section } from './section.tsx';
import { SettingsForm } from './settings-form.tsx';

interface SuspiciousIpThrottling {
  readonly enabled: boolean;
  readonly allowlist: readonly string[];
  readonly shields: readonly string[];
  readonly stage: {
    readonly 'pre-login': Stage;
    readonly 'pre-user-registration': Stage;
  };
}

interface Stage {
  readonly max_attempts: number;
  /** Milliseconds. */
  readonly rate: number;
}

interface Values extends Record<string, unknown> {
  readonly enabled: boolean;
  readonly allowlist: string[];
  /** Whether the administrators get a mail. */
  readonly mails: boolean;
  readonly max_attempts: number;
  /** Seconds: people do not count in milliseconds. */
  readonly rate: number;
  readonly sign_ups: number;
  /** Seconds. */
  readonly sign_up_rate: number;
}

const PATH = '/attack-protection/suspicious-ip-throttling';

/** Shows them. */
export function SuspiciousIpSettings() {
  const settings = useApi<SuspiciousIpThrottling>(PATH);
  const change = useChange();
  const mayChange = useMay('update:attack_protection');

  function save({ enabled, mails, allowlist, max_attempts, rate, sign_ups, sign_up_rate }: Values): Promise<unknown> {
    const stage = {
      'pre-login': { max_attempts, rate: Math.round(rate * 1000) },
      'pre-user-registration': { max_attempts: sign_ups, rate: Math.round(sign_up_rate * 1000) },
    };
    const shields = mails ? ['admin_notification', 'block'] : ['block'];
    return change.mutateAsync({ method: 'PATCH', path: PATH, body: { enabled, shields, allowlist, stage } });
  }

  return (
    <Section
      title="Suspicious IP Throttling"
      id="suspiciousIpThrottling"
      about="Slows an address down from which too many logins fail, whatever the names, or too many people sign up."
    >
      <Loaded query={settings}>
        {({ enabled, allowlist, shields, stage: { 'pre-login': stage, 'pre-user-registration': signUps } }) => (
          <SettingsForm<Values>
            stored={{
              ...{ enabled, allowlist: [...allowlist], mails: shields.includes('admin_notification') },
              ...{ max_attempts: stage.max_attempts, rate: stage.rate / 1000 },
              ...{ sign_ups: signUps.max_attempts, sign_up_rate: signUps.rate / 1000 },
            }}
            mayChange={mayChange}
            save={save}
          >
            {(form) => (
              <>
                <Switch
                  id="suspiciousIpThrottling.enabled"
                  label="Enabled"
                  description="Without it one address may try one password on every name"
                  {...form.getInputProps('enabled', { type: 'checkbox' })}
                />
                <Switch
                  id="suspiciousIpThrottling.shields"
                  label="Mail to administrators"
                  description="About each address that is slowed down, at most one an hour"
                  {...form.getInputProps('mails', { type: 'checkbox' })}
                />
                <NumberInput
                  id="suspiciousIpThrottling.stage.pre-login.max_attempts"
                  label="Maximum attempts"
                  description="Failed logins that an address has to spend: 1 to 10,000"
                  min={1}
                  max={10_000}
                  styles={{ wrapper: { maxWidth: 200 } }}
                  {...form.getInputProps('max_attempts')}
                />
                <NumberInput
                  id="suspiciousIpThrottling.stage.pre-login.rate"
                  label="Rate"
                  description="Seconds until one of them is given back: 1 to 86,400. 864 are a hundred a day"
                  suffix=" s"
                  min={1}
                  max={86_400}
                  styles={{ wrapper: { maxWidth: 200 } }}
                  {...form.getInputProps('rate')}
                />
                <NumberInput
                  id="suspiciousIpThrottling.stage.pre-user-registration.max_attempts"
                  label="Maximum sign-ups"
                  description="Accounts that an address may try to make: 1 to 10,000"
                  min={1}
                  max={10_000}
                  styles={{ wrapper: { maxWidth: 200 } }}
                  {...form.getInputProps('sign_ups')}
                />
                <NumberInput
                  id="suspiciousIpThrottling.stage.pre-user-registration.rate"
                  label="Time between further sign-ups"
                  description="Seconds until one of them is given back: 1 to 86,400. 1.2 are fifty a minute"
                  suffix=" s"
                  min={1}
                  max={86_400}
                  decimalScale={3}
                  styles={{ wrapper: { maxWidth: 200 } }}
                  {...form.getInputProps('sign_up_rate')}
                />
                <TagsInput
                  id="suspiciousIpThrottling.allowlist"
                  label="Allowlist"
                  description="Addresses and networks that are never slowed down, such as that of an office or of your own backend"
                  placeholder="Type one and press Enter"
                  {...form.getInputProps('allowlist')}
                />
              </>
            )}
          </SettingsForm>
        )}
      </Loaded>
    </Section>
  );
}
