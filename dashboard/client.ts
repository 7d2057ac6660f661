// What the pages know of applications: the API's client object, and what people call its values.
import { callApi, readAgain } from './api-client.ts';

/** As the API shows it; its secret is never asked for. */
export interface Client {
  readonly client_id: string;
  readonly name: string;
  readonly description?: string;
  readonly logo_uri?: string;
  readonly app_type?: string;
  readonly is_first_party: boolean;
  readonly is_token_endpoint_ip_header_trusted: boolean;
  /** Left out when the client proves itself by a key. */
  readonly token_endpoint_auth_method?: string;
  readonly client_authentication_methods?: object;
  readonly grant_types: readonly string[];
  readonly callbacks: readonly string[];
  readonly web_origins: readonly string[];
  readonly allowed_origins: readonly string[];
  readonly client_metadata: Readonly<Record<string, string>>;
  readonly refresh_token: {
    readonly rotation_type: 'rotating' | 'non-rotating';
    readonly expiration_type: 'expiring' | 'non-expiring';
    /** Seconds, like the lifetimes. */
    readonly leeway: number;
    readonly token_lifetime: number;
    readonly infinite_token_lifetime: boolean;
    readonly idle_token_lifetime: number;
    readonly infinite_idle_token_lifetime: boolean;
  };
  readonly jwt_configuration: { readonly alg: string; readonly lifetime_in_seconds: number };
}

/** Of a query for clients: everything but the secret. */
export const WITHOUT_SECRET = 'fields=client_secret&include_fields=false';

/** The method of a client that signs with a key of its own. */
export const KEY_METHOD = 'private_key_jwt';

/** How a client proves itself at the token endpoint. */
export function methodOf(client: Client): string {
  return client.token_endpoint_auth_method ?? KEY_METHOD;
}

/** A value of the API with the words for it. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly about: string;
}

/** The kinds of applications. */
export const APP_TYPES: readonly Choice[] = [
  { value: 'native', label: 'Native', about: 'Apps on a phone, a desktop or a command line' },
  { value: 'spa', label: 'Single Page Application', about: 'JavaScript in a browser, without a server of its own' },
  { value: 'regular_web', label: 'Regular Web Application', about: 'A server that people use with a browser' },
  { value: 'non_interactive', label: 'Machine to Machine', about: 'A program that acts for itself, without a user' },
];

/** The ways of proving oneself. */
export const AUTH_METHODS: readonly Choice[] = [
  { value: 'none', label: 'None', about: 'No proof: for apps on devices and in browsers, which can keep no secret' },
  { value: 'client_secret_post', label: 'Post', about: 'A secret in the body of the request' },
  { value: 'client_secret_basic', label: 'Basic', about: 'A secret in the Authorization header' },
  {
    value: KEY_METHOD,
    label: 'Private Key JWT',
    about: 'A statement signed with a key whose public half is stored here',
  },
];

export const PASSWORD_GRANT = 'password';
export const PASSWORD_REALM_GRANT = 'http://auth0.com/oauth/grant-type/password-realm';
export const CLIENT_CREDENTIALS_GRANT = 'client_credentials';
export const REFRESH_TOKEN_GRANT = 'refresh_token';

/** The grants that this server offers, the password grant first. */
export const GRANTS: readonly Choice[] = [
  {
    value: PASSWORD_GRANT,
    label: 'Password',
    about: 'User name and password for a token. The tenant’s Default Directory checks them.',
  },
  {
    value: PASSWORD_REALM_GRANT,
    label: 'Password with realm (password-realm)',
    about:
      'The same, where the request names the connection in “realm”. Auth0’s SDKs use it when given a realm or connection.',
  },
  {
    value: CLIENT_CREDENTIALS_GRANT,
    label: 'Client Credentials',
    about:
      'A token for the application itself, without a user. It needs a secret or a key, and an API that it may call.',
  },
  {
    value: REFRESH_TOKEN_GRANT,
    label: 'Refresh Token',
    about: 'A new token without the password, for a login that asked for “offline_access” at an API that allows it.',
  },
];

/** Auth0’s other grants: an application may have them, and requests with them are refused. */
export const GRANTS_NOT_OFFERED: readonly Omit<Choice, 'about'>[] = [
  { value: 'authorization_code', label: 'Authorization Code' },
  { value: 'implicit', label: 'Implicit' },
  { value: 'urn:ietf:params:oauth:grant-type:device_code', label: 'Device Code' },
  { value: 'http://auth0.com/oauth/grant-type/mfa-oob', label: 'MFA: out of band' },
  { value: 'http://auth0.com/oauth/grant-type/mfa-otp', label: 'MFA: one-time password' },
  { value: 'http://auth0.com/oauth/grant-type/mfa-recovery-code', label: 'MFA: recovery code' },
  { value: 'http://auth0.com/oauth/grant-type/passwordless/otp', label: 'Passwordless' },
];

/** The words for a value; the value itself where there are none. */
export function labelOf(choices: readonly Pick<Choice, 'value' | 'label'>[], value: string | undefined): string {
  return choices.find((one) => one.value === value)?.label ?? value ?? '—';
}

/** Where the page of an application is. */
export function pathOfClient(clientId: string): string {
  return `/applications/${encodeURIComponent(clientId)}`;
}

/** Changes a client. Its answer may hold a secret, so it is kept nowhere: the caller gets that, or null, and nothing else. */
export async function changeClient(clientId: string, body: object): Promise<string | null> {
  const answer = await callApi<{ client_secret?: string }>('PATCH', `/clients/${encodeURIComponent(clientId)}`, body);
  await readAgain('clients');
  return answer.client_secret ?? null;
}
