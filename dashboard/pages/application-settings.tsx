// The settings of an application. Ids of fields are the API's names of members: other pages link to them.
import { NumberInput, Switch, Textarea, TextInput } from '@mantine/core';
import { callApi } from '../api-client.ts';
import { APP_TYPES, AUTH_METHODS, type Choice, type Client, changeClient, KEY_METHOD, methodOf } from '../client.ts';
import { ChoiceSelect } from '../parts/choice-select.tsx';
import { FormPart } from '../parts/form-part.tsx';
import { entriesOf, isCompleteEntry, MetadataRows, recordOf } from '../parts/metadata-rows.tsx';
import { showSecretOnce } from '../parts/secret-once.tsx';
import { Section } from '../parts/section.tsx';
import { SettingsForm } from '../parts/settings-form.tsx';
import { useMay } from '../session-context.ts';
import { GrantTypes } from './application-grant-types.tsx';

const ORIGIN = /^https?:\/\/[^/*?#@\s]+\/?$/;
const CALLBACK = /^[a-z][a-z0-9+.-]*:\/\/\S+$/;
const ID_TOKEN_ALGORITHMS: readonly Choice[] = [
  { value: 'RS256', label: 'RS256', about: 'By the tenant’s key pair: anybody can check it' },
  { value: 'HS256', label: 'HS256', about: 'By the application’s own secret: only the application can check it' },
];

/** Shows them. */
export function ApplicationSettings({ client }: { readonly client: Client }) {
  const mayChange = useMay('update:clients');
  const stored = valuesOf(client);

  async function save(values: Values, changed: Partial<Values>): Promise<void> {
    const secret = await changeClient(client.client_id, await bodyOf(client, changed));
    const isNewSecret = methodOf(client) !== values.token_endpoint_auth_method && !hasSecret(methodOf(client));
    if (isNewSecret && secret !== null && hasSecret(values.token_endpoint_auth_method)) {
      void showSecretOnce({
        title: `The client secret of ${client.name}`,
        secret,
        words:
          'The application proves itself with a secret from now on: put it where the application keeps its secrets.',
      });
    }
  }

  return (
    <Section title="Settings">
      <SettingsForm stored={stored} save={save} mayChange={mayChange} validate={problemsOf}>
        {(form) => (
          <>
            <FormPart title="Basic Information">
              <TextInput id="name" label="Name" required maxLength={255} {...form.getInputProps('name')} />
              <Textarea
                id="description"
                label="Description"
                description="140 characters at most"
                maxLength={140}
                autosize
                {...form.getInputProps('description')}
              />
              <ChoiceSelect
                id="app_type"
                label="Application Type"
                choices={APP_TYPES}
                none="None"
                {...form.getInputProps('app_type')}
              />
              <TextInput
                id="logo_uri"
                label="Application Logo"
                description="The address of a picture, for other tools’ lists"
                type="url"
                {...form.getInputProps('logo_uri')}
              />
            </FormPart>
            <FormPart title="How it gets tokens">
              <ChoiceSelect
                id="token_endpoint_auth_method"
                label="Token Endpoint Authentication Method"
                description="How the application proves that it is itself"
                choices={AUTH_METHODS}
                {...form.getInputProps('token_endpoint_auth_method')}
              />
              <GrantTypes value={form.values.grant_types} {...form.getInputProps('grant_types')} />
              <Switch
                id="is_first_party"
                label="First party"
                description="It is your own. An application of somebody else may never use the password grant."
                {...form.getInputProps('is_first_party', { type: 'checkbox' })}
              />
              <Switch
                id="is_token_endpoint_ip_header_trusted"
                label="Trust auth0-forwarded-for"
                description="For a server that logs its users in: it says in this header which address its user has, so that Attack Protection counts users and not the server. It needs a secret or a key."
                {...form.getInputProps('is_token_endpoint_ip_header_trusted', { type: 'checkbox' })}
              />
            </FormPart>
            <FormPart title="Calls from browsers">
              <Textarea
                id="web_origins"
                label="Allowed Web Origins"
                description="Where pages may call the token endpoint from a browser, one a line, such as https://shop.example.com"
                autosize
                minRows={2}
                {...form.getInputProps('web_origins')}
              />
              <Textarea
                id="allowed_origins"
                label="Allowed Origins (CORS)"
                description="The same, under Auth0’s other name"
                autosize
                {...form.getInputProps('allowed_origins')}
              />
              <Textarea
                id="callbacks"
                label="Allowed Callback URLs"
                description="The origins of those with http or https may call the token endpoint too; one a line"
                autosize
                {...form.getInputProps('callbacks')}
              />
            </FormPart>
            <FormPart title="ID Tokens">
              <NumberInput
                id="lifetime_in_seconds"
                label="ID Token Lifetime"
                description="Seconds, from 1 to 2592000 (30 days)"
                min={1}
                max={2_592_000}
                allowDecimal={false}
                clampBehavior="none"
                maw={260}
                {...form.getInputProps('lifetime_in_seconds')}
              />
              <ChoiceSelect
                id="alg"
                label="ID Token Algorithm"
                description="An application without a secret gets RS256 whatever is chosen here"
                choices={ID_TOKEN_ALGORITHMS}
                {...form.getInputProps('alg')}
              />
            </FormPart>
            <FormPart title="Metadata">
              <MetadataRows
                id="client_metadata"
                label="Application Metadata"
                description="Ten texts at most that are kept with the application"
                most={10}
                isReadOnly={!mayChange}
                {...form.getInputProps('client_metadata')}
              />
            </FormPart>
          </>
        )}
      </SettingsForm>
    </Section>
  );
}

type Values = ReturnType<typeof valuesOf>;

function valuesOf(client: Client) {
  return {
    ...{ token_endpoint_auth_method: methodOf(client), app_type: client.app_type ?? null },
    grant_types: client.grant_types,
    ...{ web_origins: client.web_origins.join('\n'), allowed_origins: client.allowed_origins.join('\n') },
    callbacks: client.callbacks.join('\n'),
    lifetime_in_seconds: client.jwt_configuration.lifetime_in_seconds as number | string,
    alg: client.jwt_configuration.alg,
    is_first_party: client.is_first_party,
    is_token_endpoint_ip_header_trusted: client.is_token_endpoint_ip_header_trusted,
    logo_uri: client.logo_uri ?? '',
    client_metadata: entriesOf(client.client_metadata),
    ...{ description: client.description ?? '', name: client.name },
  };
}

function problemsOf(values: Values) {
  const wrong = (text: string, pattern: RegExp) => linesOf(text).find((line) => !pattern.test(line));
  const origin = (text: string) => {
    const line = wrong(text, ORIGIN);
    return line === undefined ? null : `“${line}” is no origin: it is http:// or https:// and a host, without a path.`;
  };
  const callback = wrong(values.callbacks, CALLBACK);
  return {
    name: values.name.trim() === '' ? 'It needs a name.' : null,
    web_origins: origin(values.web_origins),
    allowed_origins: origin(values.allowed_origins),
    callbacks: callback === undefined ? null : `“${callback}” is no URL.`,
    lifetime_in_seconds: values.lifetime_in_seconds === '' ? 'Say for how many seconds.' : null,
    client_metadata: values.client_metadata.every(isCompleteEntry) ? null : 'Each text needs a name of its own.',
  };
}

/** What PATCH is sent of what was changed. */
async function bodyOf(client: Client, changed: Partial<Values>): Promise<object> {
  const { web_origins, allowed_origins, callbacks, lifetime_in_seconds, alg, client_metadata, ...rest } = changed;
  const { token_endpoint_auth_method: method, logo_uri, ...plain } = rest;
  const token = {
    ...(lifetime_in_seconds === undefined ? {} : { lifetime_in_seconds }),
    ...(alg === undefined ? {} : { alg }),
  };
  return {
    ...plain,
    ...(method === undefined ? {} : await proofOf(client.client_id, method)),
    ...(logo_uri === undefined ? {} : { logo_uri: logo_uri || null }),
    ...(web_origins === undefined ? {} : { web_origins: linesOf(web_origins) }),
    ...(allowed_origins === undefined ? {} : { allowed_origins: linesOf(allowed_origins) }),
    ...(callbacks === undefined ? {} : { callbacks: linesOf(callbacks) }),
    ...(Object.keys(token).length === 0 ? {} : { jwt_configuration: token }),
    ...(client_metadata === undefined ? {} : { client_metadata: recordOf(client_metadata, client.client_metadata) }),
  };
}

/** A client with keys has no method in the API, but the keys that count. */
async function proofOf(clientId: string, method: string): Promise<object> {
  if (method !== KEY_METHOD) return { token_endpoint_auth_method: method };
  const path = `/clients/${encodeURIComponent(clientId)}/credentials`;
  const keys = await callApi<readonly { readonly id: string }[]>('GET', path);
  if (keys.length === 0) throw new Error('token_endpoint_auth_method: add a public key first, under Credentials.');
  return { client_authentication_methods: { private_key_jwt: { credentials: keys.map(({ id }) => ({ id })) } } };
}

function hasSecret(method: string): boolean {
  return method.startsWith('client_secret');
}

function linesOf(text: string): string[] {
  return text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
