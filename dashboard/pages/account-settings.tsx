// Account Settings: what holds for the whole tenant, above all which connection checks the passwords of the password grant.
import { Autocomplete, Group, Select, Switch, Text, TextInput } from '@mantine/core';
import { ApiFailure, useApi, useChange } from '../api-client.ts';
import { type ConnectionState, useConnectionStates } from '../connection-states.ts';
import { StateBadge } from '../parts/connection-state.tsx';
import { CopiedValue } from '../parts/copied-value.tsx';
import { Facts } from '../parts/facts.tsx';
import { Loaded } from '../parts/loaded.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { SettingsForm } from '../parts/settings-form.tsx';
import { useMay, useSession } from '../session-context.ts';
import { strategyLabel } from '../strategy.ts';

interface TenantSettings {
  readonly friendly_name: string;
  readonly default_directory: string;
  readonly default_audience: string;
  readonly flags: {
    readonly remove_alg_from_jwks: boolean;
    readonly enable_public_signup_user_exists_error: boolean;
  };
}

interface Api {
  readonly identifier: string;
  readonly name: string;
  readonly is_system: boolean;
}

/** Shows the settings. */
export default function AccountSettings() {
  const settings = useApi<TenantSettings>('/tenants/settings');
  return (
    <Page title="Account Settings" about="What holds for every application of this tenant.">
      <Loaded query={settings}>{(stored) => <Settings stored={stored} />}</Loaded>
      <AboutTenant />
    </Page>
  );
}

function Settings({ stored }: { readonly stored: TenantSettings }) {
  const change = useChange();
  const mayChange = useMay('update:tenant_settings');
  const apis = useApi<readonly Api[]>('/resource-servers?per_page=100');
  const connections = useConnectionStates();
  const values = {
    friendly_name: stored.friendly_name,
    default_directory: stored.default_directory,
    default_audience: stored.default_audience,
    ...stored.flags,
  };
  const byName = new Map(connections.map((one) => [one.name, one]));

  function save({ remove_alg_from_jwks, enable_public_signup_user_exists_error, ...texts }: typeof values) {
    const body = { ...texts, flags: { remove_alg_from_jwks, enable_public_signup_user_exists_error } };
    return change.mutateAsync({ method: 'PATCH', path: '/tenants/settings', body }).catch((error: unknown) => {
      throw error instanceof ApiFailure ? explained(error, texts.default_directory) : error;
    });
  }

  return (
    <Section title="Settings" id="settings">
      <SettingsForm stored={values} save={save} mayChange={mayChange}>
        {(form) => (
          <>
            <TextInput
              label="Friendly Name"
              description="The name that people are shown"
              {...form.getInputProps('friendly_name')}
            />
            <Autocomplete
              id="default-directory"
              label="Default Directory"
              description="The name of the connection that checks user name and password when a password grant names none"
              placeholder="No connection: such requests are refused"
              data={connections.filter((one) => one.canCheckPasswords).map((one) => one.name)}
              renderOption={({ option }) => <Option name={option.value} state={byName.get(option.value)} />}
              clearable
              {...form.getInputProps('default_directory')}
            />
            <Select
              label="Default Audience"
              description="The API that tokens are for when a request names none"
              placeholder="None: such tokens open the userinfo endpoint only"
              data={(apis.data ?? [])
                .filter((api) => !api.is_system)
                .map((api) => ({ value: api.identifier, label: `${api.name} (${api.identifier})` }))}
              searchable
              clearable
              {...form.getInputProps('default_audience')}
              value={form.values.default_audience || null}
              onChange={(value: string | null) => form.setFieldValue('default_audience', value ?? '')}
            />
            <Switch
              label="Leave the algorithm out of the published keys"
              description="For old libraries that stumble over `alg` in a key set"
              {...form.getInputProps('remove_alg_from_jwks', { type: 'checkbox' })}
            />
            <Switch
              label="Say at sign-up when an address is taken"
              description="Whoever signs up with an address that somebody has is told so. Otherwise the answer is that of any sign-up that cannot be"
              {...form.getInputProps('enable_public_signup_user_exists_error', { type: 'checkbox' })}
            />
          </>
        )}
      </SettingsForm>
    </Section>
  );
}

/** A connection with its kind, and whether it answers. */
function Option({ name, state }: { readonly name: string; readonly state: ConnectionState | undefined }) {
  return (
    <Group justify="space-between" wrap="nowrap" w="100%">
      <div>
        <Text size="sm">{name}</Text>
        <Text size="xs" c="dimmed">
          {state ? strategyLabel(state.strategy) : ''}
        </Text>
      </div>
      {state ? <StateBadge isOnline={state.isOnline} /> : null}
    </Group>
  );
}

/** The server says what is wrong with a name; what to do about it is for this page to say. */
function explained(error: ApiFailure, directory: string): Error {
  if (!/default_directory|connection/.test(error.message)) return error;
  const words = `“${directory}” cannot serve. ${error.message}`;
  return new ApiFailure(error.status, words, error.errorCode, error.requestId);
}

function AboutTenant() {
  const { tenant, region, issuer } = useSession();
  return (
    <Section title="This tenant" id="tenant">
      <Facts
        label="This tenant"
        facts={[
          ['Name', <CopiedValue key="name" value={tenant} name="name" />],
          ['Domain', <CopiedValue key="domain" value={new URL(issuer).host} name="domain" />],
          ['Issuer', <CopiedValue key="issuer" value={issuer} name="issuer" />],
          ['Region', <CopiedValue key="region" value={region} name="region" />],
        ]}
      />
      <Text size="sm" c="dimmed">
        The region is part of the server’s own configuration, because it may decide where the password grant is
        available: <code>gatehouse tenant update --region</code> changes it.
      </Text>
    </Section>
  );
}
