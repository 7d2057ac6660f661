// The settings of brute-force protection. A field's id is the setting's name, so that the login inspector can lead to it.
import { NumberInput, Radio, Stack, Switch, TagsInput } from '@mantine/core';
import { useApi, useChange } from '../api-client.ts';
import { useMay } from '../session-context.ts';
import { Loaded } from './loaded.tsx';
import { Section } from './section.tsx';
import { SettingsForm } from './settings-form.tsx';

interface BruteForceProtection {
  readonly enabled: boolean;
  readonly mode: 'count_per_identifier_and_ip' | 'count_per_identifier';
  readonly max_attempts: number;
  readonly account_ceiling: number;
  readonly allowlist: readonly string[];
  readonly shields: readonly string[];
}

interface Values extends Omit<BruteForceProtection, 'shields'>, Record<string, unknown> {
  /** Whether the user gets a mail. */
  readonly mails: boolean;
}

const PATH = '/attack-protection/brute-force-protection';

/** Shows them. */
export function BruteForceSettings() {
  const settings = useApi<BruteForceProtection>(PATH);
  const change = useChange();
  const mayChange = useMay('update:attack_protection');

  function save({ mails, ...changed }: Partial<Values>): Promise<unknown> {
    const shields = mails === undefined ? {} : { shields: mails ? ['block', 'user_notification'] : ['block'] };
    return change.mutateAsync({ method: 'PATCH', path: PATH, body: { ...changed, ...shields } });
  }

  return (
    <Section
      title="Brute-force Protection"
      id="bruteForceProtection"
      about="Blocks a name after too many wrong passwords. A right password before that forgives what was counted."
    >
      <Loaded query={settings}>
        {({ enabled, mode, max_attempts, account_ceiling, allowlist, shields }) => (
          <SettingsForm<Values>
            stored={{
              ...{ enabled, mode, max_attempts, account_ceiling, allowlist: [...allowlist] },
              mails: shields.includes('user_notification'),
            }}
            mayChange={mayChange}
            save={(_values, changed) => save(changed)}
          >
            {(form) => (
              <>
                <Switch
                  id="bruteForceProtection.enabled"
                  label="Enabled"
                  description="Without it anybody may guess as often as they like"
                  {...form.getInputProps('enabled', { type: 'checkbox' })}
                />
                <Switch
                  id="bruteForceProtection.shields"
                  label="Mail to the user"
                  description="With a link that lifts the block"
                  {...form.getInputProps('mails', { type: 'checkbox' })}
                />
                <NumberInput
                  id="bruteForceProtection.max_attempts"
                  label="Maximum attempts"
                  description="Wrong passwords after which a name is blocked: 1 to 100"
                  min={1}
                  max={100}
                  styles={{ wrapper: { maxWidth: 200 } }}
                  {...form.getInputProps('max_attempts')}
                />
                <Radio.Group label="What is counted" id="bruteForceProtection.mode" {...form.getInputProps('mode')}>
                  <Stack gap="xs" mt="xs">
                    <Radio
                      value="count_per_identifier_and_ip"
                      label="A name from one address"
                      description="A stranger blocks only himself"
                    />
                    <Radio
                      value="count_per_identifier"
                      label="A name, wherever it is tried from"
                      description="A stranger can lock somebody out. Only where a lockout is better than a guess"
                    />
                  </Stack>
                </Radio.Group>
                <NumberInput
                  id="bruteForceProtection.account_ceiling"
                  label="Account ceiling"
                  description="Wrong passwords of one name within 24 hours, from all addresses together. After that only places where the user has logged in before may try: 10 to 10,000"
                  min={10}
                  max={10_000}
                  styles={{ wrapper: { maxWidth: 200 } }}
                  {...form.getInputProps('account_ceiling')}
                />
                <TagsInput
                  id="bruteForceProtection.allowlist"
                  label="Allowlist"
                  description="Addresses and networks, such as 203.0.113.9 or 10.0.0.0/8, from which nothing is counted or blocked"
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
