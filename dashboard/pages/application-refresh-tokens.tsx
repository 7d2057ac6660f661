// How the refresh tokens of an application are: whether each use replaces them, and when they end.
import { NumberInput, Switch, Text } from '@mantine/core';
import { type Client, changeClient, REFRESH_TOKEN_GRANT } from '../client.ts';
import { Section } from '../parts/section.tsx';
import { SettingsForm } from '../parts/settings-form.tsx';
import { useMay } from '../session-context.ts';

const MOST_SECONDS = 31_557_600;
const MOST_LEEWAY = 600;

/** Shows them, for an application that may have refresh tokens. */
export function ApplicationRefreshTokens({ client }: { readonly client: Client }) {
  const mayChange = useMay('update:clients');
  if (!client.grant_types.includes(REFRESH_TOKEN_GRANT)) return null;
  return (
    <Section title="Refresh Tokens" id="refresh_token">
      <Text size="sm">
        A login gets one when it asks for “offline_access” and its API allows it. With rotation each use gives the next
        one, and one that comes back later ends them all: somebody has a copy.
      </Text>
      <SettingsForm
        stored={valuesOf(client)}
        save={async (values) => {
          await changeClient(client.client_id, { refresh_token: bodyOf(values) });
        }}
        mayChange={mayChange}
      >
        {(form) => (
          <>
            <Switch label="Rotation" {...form.getInputProps('rotates', { type: 'checkbox' })} />
            {form.values.rotates ? (
              <Seconds
                label="Leeway"
                description={`Seconds for which the one before may be used again, after an answer that was lost; ${MOST_LEEWAY} at most`}
                most={MOST_LEEWAY}
                {...form.getInputProps('leeway')}
              />
            ) : (
              <Switch label="They end" {...form.getInputProps('expires', { type: 'checkbox' })} />
            )}
            {form.values.rotates || form.values.expires ? (
              <>
                <Seconds
                  label="Absolute lifetime"
                  description="Seconds after the login; empty for no end"
                  most={MOST_SECONDS}
                  {...form.getInputProps('token_lifetime')}
                />
                <Seconds
                  label="Idle lifetime"
                  description="Seconds after the last use; empty for no end"
                  most={MOST_SECONDS}
                  {...form.getInputProps('idle_token_lifetime')}
                />
              </>
            ) : null}
          </>
        )}
      </SettingsForm>
    </Section>
  );
}

interface SecondsProps {
  readonly label: string;
  readonly description: string;
  readonly most: number;
}

function Seconds({ label, description, most, ...input }: SecondsProps) {
  return (
    <NumberInput
      label={label}
      description={description}
      min={0}
      max={most}
      allowDecimal={false}
      clampBehavior="none"
      maw={320}
      {...input}
    />
  );
}

function valuesOf({ refresh_token: stored }: Client) {
  const expires = stored.expiration_type === 'expiring';
  return {
    rotates: stored.rotation_type === 'rotating',
    expires,
    leeway: stored.leeway as number | string,
    token_lifetime: (stored.infinite_token_lifetime ? '' : stored.token_lifetime) as number | string,
    idle_token_lifetime: (stored.infinite_idle_token_lifetime ? '' : stored.idle_token_lifetime) as number | string,
  };
}

function bodyOf({
  rotates,
  expires,
  leeway,
  token_lifetime: age,
  idle_token_lifetime: idle,
}: ReturnType<typeof valuesOf>) {
  if (!rotates && !expires) return { rotation_type: 'non-rotating', expiration_type: 'non-expiring' };
  return {
    rotation_type: rotates ? 'rotating' : 'non-rotating',
    expiration_type: 'expiring',
    leeway: Number(leeway),
    infinite_token_lifetime: age === '',
    infinite_idle_token_lifetime: idle === '',
    ...(age === '' ? {} : { token_lifetime: Number(age) }),
    ...(idle === '' ? {} : { idle_token_lifetime: Number(idle) }),
  };
}
