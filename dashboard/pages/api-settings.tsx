// The settings of an API. Ids of fields are the API's names of members: other pages link to them.
import { NumberInput, Switch, TextInput } from '@mantine/core';
import { ChoiceSelect } from '../parts/choice-select.tsx';
import { FormPart } from '../parts/form-part.tsx';
import { Section } from '../parts/section.tsx';
import { SettingsForm } from '../parts/settings-form.tsx';
import {
  changeApi,
  nameOfApi,
  type ResourceServer,
  SIGNING_ALGORITHMS,
  TOKEN_DIALECTS,
  USER_POLICIES,
} from '../resource-server.ts';
import { useMay } from '../session-context.ts';
import { newSigningSecret, showSigningSecret } from '../signing-secret.ts';

/** Shows them. */
export function ApiSettings({ api }: { readonly api: ResourceServer }) {
  const mayChange = useMay('update:resource_servers') && api.is_system !== true;
  const stored = {
    signing_alg: api.signing_alg,
    token_lifetime: api.token_lifetime as number | string,
    token_dialect: api.token_dialect,
    enforce_policies: api.enforce_policies,
    allow_offline_access: api.allow_offline_access,
    subject_type_authorization: api.subject_type_authorization.user.policy,
    name: api.name ?? '',
  };

  async function save(_values: typeof stored, changed: Partial<typeof stored>): Promise<void> {
    const { subject_type_authorization: policy, name, ...plain } = changed;
    const secret = changed.signing_alg === 'HS256' ? newSigningSecret() : null;
    await changeApi(api.id, {
      ...plain,
      ...(name === undefined ? {} : { name: name.trim() || null }),
      ...(policy === undefined ? {} : { subject_type_authorization: { user: { policy } } }),
      ...(secret === null ? {} : { signing_secret: secret }),
    });
    if (secret !== null) void showSigningSecret(nameOfApi(api), secret);
  }

  return (
    <Section title="Settings">
      <SettingsForm
        stored={stored}
        save={save}
        mayChange={mayChange}
        validate={({ token_lifetime }) => ({
          token_lifetime: token_lifetime === '' ? 'Say for how many seconds.' : null,
        })}
      >
        {(form) => (
          <>
            <FormPart title="Basic Information">
              <TextInput id="name" label="Name" maxLength={200} {...form.getInputProps('name')} />
            </FormPart>
            <FormPart title="Access Tokens">
              <NumberInput
                id="token_lifetime"
                label="Token Lifetime"
                description="Seconds, from 1 to 2592000 (30 days)"
                min={1}
                max={2_592_000}
                allowDecimal={false}
                clampBehavior="none"
                maw={260}
                {...form.getInputProps('token_lifetime')}
              />
              <ChoiceSelect
                id="signing_alg"
                label="Signing Algorithm"
                description="The API must check tokens by the same: change both at one time"
                choices={SIGNING_ALGORITHMS}
                {...form.getInputProps('signing_alg')}
              />
              <ChoiceSelect
                id="token_dialect"
                label="Token Dialect"
                description="How its tokens are written"
                choices={TOKEN_DIALECTS}
                {...form.getInputProps('token_dialect')}
              />
            </FormPart>
            <FormPart title="Who may have them">
              <Switch
                id="enforce_policies"
                label="Enable RBAC"
                description="A user gets only those scopes for which the user has permissions, directly or by a role. Otherwise a user gets every scope that is asked for and offered."
                {...form.getInputProps('enforce_policies', { type: 'checkbox' })}
              />
              <Switch
                id="allow_offline_access"
                label="Allow Offline Access"
                description="A login that asks for “offline_access” gets a refresh token too, where its application may use one"
                {...form.getInputProps('allow_offline_access', { type: 'checkbox' })}
              />
              <ChoiceSelect
                id="subject_type_authorization"
                label="Which applications get tokens for users"
                description="For itself, an application always needs a grant"
                choices={USER_POLICIES}
                {...form.getInputProps('subject_type_authorization')}
              />
            </FormPart>
          </>
        )}
      </SettingsForm>
    </Section>
  );
}
