// The clients of docs/compatibility.md: other people's libraries and programs that the tests drive this server with.

/** One of them. */
interface ListedClient {
  /** Its folder in node_modules, which says its version; null for a program of the machine, whose version is not kept. */
  readonly package: string | null;
  readonly words: string;
}

/** By the names that tests call them by. */
export const CLIENTS = {
  'auth0/legacy': { package: 'auth0', words: '`AuthenticationClient` and `UserInfoClient` of `auth0/legacy`' },
  auth0: { package: 'auth0', words: '`ManagementClient`' },
  'auth0 4': { package: 'auth0-v4', words: '`AuthenticationClient`, `UserInfoClient` and `ManagementClient`' },
  '@auth0/auth0-auth-js': { package: '@auth0/auth0-auth-js', words: '`AuthClient`' },
  'auth0-js': { package: 'auth0-js', words: 'in Chromium, from an origin that the client lists' },
  'auth0-deploy-cli': { package: 'auth0-deploy-cli', words: 'as it comes, with a folder and with its own export' },
  'openid-client': { package: 'openid-client', words: 'with the secret in the body and in a Basic header' },
  'express-oauth2-jwt-bearer': { package: 'express-oauth2-jwt-bearer', words: 'in front of an API' },
  'jwks-rsa': { package: 'jwks-rsa', words: '' },
  jose: { package: 'jose', words: '' },
  jquery: { package: 'jquery', words: 'in Chromium, from an origin that the client lists' },
  curl: { package: null, words: '' },
  Node: { package: null, words: 'without a library' },
  Python: { package: null, words: 'without a library' },
  'the quick starts': { package: null, words: 'the programs that the dashboard writes, in their languages' },
} as const satisfies Readonly<Record<string, ListedClient>>;

export type ClientName = keyof typeof CLIENTS;

/** What does not work, by client, and why. */
export const NOT_WORKING: ReadonlyArray<readonly [client: string, call: string, reason: string]> = [
  ['every client', '`/authorize`, redirects, `checkSession`', 'browser flows are not built: a login is a password'],
  ['every client', 'MFA: `mfa_token`, `/mfa/*`', 'not yet; a second factor is refused, never left out'],
  ['every client', 'passwordless', 'not built'],
  [
    'every client',
    'plain http',
    'Auth0’s libraries build `https://` themselves; `NODE_EXTRA_CA_CERTS` names our authority',
  ],
  ['auth0 3', 'everything', 'not in the tests'],
  ['auth0-js', '`popup.*`, `authorize`, `crossOriginAuthentication`', 'browser flows are not built'],
  ['auth0 4', '`login` of public clients', 'the library refuses a client without a secret before it asks anybody'],
  [
    'auth0, auth0-deploy-cli',
    'organizations, branding, forms, custom domains',
    'reads answer with what there is, which is nothing; writes are refused',
  ],
];
