// The tenant that is measured, and the requests of its clients and users.
import type { LoadRequest } from './load-generator.ts';

/** The host that reaches it. */
export const HOST = 'bench.example.test';
export const DATABASE = 'Username-Password-Authentication';
export const PASSWORD = 'correct horse battery staple';

const REALM_GRANT = 'http://auth0.com/oauth/grant-type/password-realm';
const API = { RS256: 'https://api.example.test/rs256', ES256: 'https://api.example.test/es256' } as const;
const LOGIN_CLIENT = 'BenchLoginClient0000000000000000';
const MACHINES = ['0', '1', '2', '3'].map((number) => ({
  client_id: `BenchMachineClient00000000000000${number}`,
  client_secret: `bench-machine-secret-0123456789-${number}`,
}));

/** All load comes from one address and logs the same users in over and over, which is what these limits are there to stop. */
const ATTACK_PROTECTION = {
  sameUserRateLimit: { enabled: false },
  suspiciousIpThrottling: { enabled: true, allowlist: ['127.0.0.1/32'] },
};

/** The tenant file, with the one user that all others are copies of. */
export const TENANT = {
  tenant: { name: 'bench', region: 'us', domains: [HOST], default_directory: DATABASE },
  attackProtection: ATTACK_PROTECTION,
  resourceServers: [
    {
      identifier: API.RS256,
      signing_alg: 'RS256',
      scopes: [{ value: 'read:sample' }],
      allow_offline_access: true,
    },
    { identifier: API.ES256, signing_alg: 'ES256', scopes: [{ value: 'read:sample' }] },
  ],
  clients: [
    { name: 'Login', client_id: LOGIN_CLIENT, app_type: 'native', grant_types: ['password', 'refresh_token'] },
    ...MACHINES.map((machine, number) => ({
      ...machine,
      name: `Machine ${number}`,
      app_type: 'non_interactive',
      grant_types: ['client_credentials'],
    })),
  ],
  clientGrants: MACHINES.flatMap(({ client_id }) =>
    Object.values(API).map((audience) => ({ client_id, audience, scope: ['read:sample'] })),
  ),
  databases: [{ name: DATABASE, enabled_clients: ['Login'], options: { passwordPolicy: 'none' } }],
  users: [
    {
      connection: DATABASE,
      email: emailOf(0),
      user_id: '0'.repeat(24),
      password: PASSWORD,
      email_verified: true,
      name: 'Sam User',
      given_name: 'Sam',
      family_name: 'User',
      nickname: 'sam',
    },
  ],
};

/** The tenant file with connections beside the database, at which the client of the logins may ask. */
export function tenantWith(connections: readonly object[]): object {
  const [login, ...machines] = TENANT.clients;
  return {
    ...TENANT,
    clients: [{ ...login, grant_types: ['password', REALM_GRANT] }, ...machines],
    connections: connections.map((connection) => ({ ...connection, enabled_clients: ['Login'] })),
  };
}

/** The e-mail address of the user of this number. */
export function emailOf(number: number): string {
  return `u${number}@example.com`;
}

interface LoginOptions {
  readonly password?: string;
  readonly scope?: string;
  /** The connection; the database when it is left out. */
  readonly realm?: string;
}

/** A login with the password grant, for an API whose tokens are RS256. */
export function loginRequest(
  username: string,
  { password = PASSWORD, scope = 'read:sample', realm }: LoginOptions = {},
): LoadRequest {
  return tokenRequest({
    ...(realm === undefined ? { grant_type: 'password' } : { grant_type: REALM_GRANT, realm }),
    client_id: LOGIN_CLIENT,
    username,
    password,
    audience: API.RS256,
    scope,
  });
}

/** A use of a refresh token that a login gave. */
export function refreshRequest(refreshToken: string): LoadRequest {
  return tokenRequest({ grant_type: 'refresh_token', client_id: LOGIN_CLIENT, refresh_token: refreshToken });
}

/** Client credentials of every machine for a token of this algorithm. */
export function machineRequests(algorithm: keyof typeof API): LoadRequest[] {
  return MACHINES.map((machine) =>
    tokenRequest({ grant_type: 'client_credentials', ...machine, audience: API[algorithm] }),
  );
}

/** A GET, with the token when there is one. */
export function getRequest(path: string, token?: string): LoadRequest {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return { method: 'GET', path, headers: { host: HOST, ...authorization } };
}

function tokenRequest(body: object): LoadRequest {
  return {
    method: 'POST',
    path: '/oauth/token',
    headers: { host: HOST, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
