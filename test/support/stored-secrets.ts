// A tenant in which everything that can hold a secret or a text of somebody's choice holds one that is easy to find again.
import { jsonOf } from './api-answer.ts';
import { publicKeyEntry, SECOND_KEY } from './machine-tenant.ts';
import type { ManagementServer } from './management-server.ts';
import { API, DATABASE } from './sample-tenant.ts';

/** Every secret that is written over the Management API. */
export const SECRETS = {
  bindPassword: 'Kq7vBindPasswordOfLdap2Zx9',
  adBindPassword: 'Wm3tBindPasswordOfAd8Lp4Rs',
  waadSecret: 'Hd5gClientSecretOfWaad1Nb6',
  adfsSecret: 'Tf8yClientSecretOfAdfs4Vc3',
  clientSecret: 'Zr2jClientSecretOfClient7Qw5Ef8Ty1Ui',
  signingSecret: 'Gn6xSigningSecretOfApi3Mk9Lo2Pi5As7D',
  password: 'Jb4cPasswordOfUser8Xs1',
} as const;

/** Stands in every text that may be anything. */
export const MARK = 'Vx5qConfiguredText';

const APPLICATION = '3b1f0a6e-5c0d-4f5e-9b1a-6d1f2c3b4a59';
const LDAP = { urls: ['ldaps://ldap.example.com'], base: `ou=${MARK},dc=example,dc=com`, bind_dn: 'cn=reader' };

/** The options of each kind of directory: with its secret, where it goes to, and another place for it. */
export const DIRECTORIES = [
  {
    strategy: 'ldap',
    options: LDAP,
    secret: { bind_password: SECRETS.bindPassword },
    elsewhere: [{ urls: ['ldaps://other.example.com'] }, { urls: ['ldap://ldap.example.com'], start_tls: true }],
  },
  {
    strategy: 'ad',
    options: LDAP,
    secret: { bind_password: SECRETS.adBindPassword },
    elsewhere: [{ urls: [...LDAP.urls, 'ldaps://other.example.com'] }],
  },
  {
    strategy: 'waad',
    options: { tenant_domain: 'example.onmicrosoft.com', client_id: APPLICATION },
    secret: { client_secret: SECRETS.waadSecret },
    elsewhere: [
      { login_url: 'https://login.example.com' },
      { graph_url: 'https://graph.example.com' },
      { tenant_domain: 'other.onmicrosoft.com' },
    ],
  },
  {
    strategy: 'adfs',
    options: { adfs_server: 'https://adfs.example.com', client_id: APPLICATION, protocol: 'oauth' },
    secret: { client_secret: SECRETS.adfsSecret },
    elsewhere: [{ adfs_server: 'https://other.example.com' }],
  },
] as const;

/** Ids of what was made, by the first step of the paths in which they stand. */
export type MadeIds = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Makes one of everything. */
export async function makeEverything(server: ManagementServer): Promise<MadeIds> {
  const post = async (path: string, body: object, status = 201) =>
    jsonOf<Record<string, string>>(await server.api('POST', path, body), status);
  const { client_id: client = '' } = await post('/clients', {
    ...{ name: `Client ${MARK}`, client_secret: SECRETS.clientSecret, description: MARK },
    ...{ client_metadata: { note: MARK }, callbacks: [`https://${MARK}.example/done`] },
    ...{ web_origins: [`https://${MARK}.example`], logo_uri: `https://${MARK}.example/logo.png` },
  });
  const { id: credential = '' } = await post(`/clients/${client}/credentials`, {
    ...publicKeyEntry(SECOND_KEY.pem, { name: `Key ${MARK}` }),
  });
  const { id: grant = '' } = await post('/client-grants', { client_id: client, audience: API, scope: ['read:sample'] });
  const { id: api = '' } = await post('/resource-servers', {
    ...{ identifier: `https://${MARK}.example/api`, name: `API ${MARK}`, signing_alg: 'HS256' },
    ...{ signing_secret: SECRETS.signingSecret, scopes: [{ value: `read:${MARK}`, description: MARK }] },
  });
  const connections: string[] = [];
  for (const { strategy, options, secret } of DIRECTORIES) {
    const { id = '' } = await post('/connections', {
      ...{ name: `${MARK}-${strategy}`, strategy, realms: [`${strategy}.${MARK}`] },
      options: { ...options, ...secret },
    });
    connections.push(id);
  }
  const { id: role = '' } = await post('/roles', { name: `Role ${MARK}`, description: MARK }, 200);
  const { user_id: user = '' } = await post('/users', {
    ...{
      connection: DATABASE,
      email: 'made@example.com',
      username: MARK.slice(0, 15),
      password: SECRETS.password,
      name: MARK,
    },
    ...{ user_metadata: { note: MARK }, app_metadata: { note: MARK } },
  });
  await post(`/users/${encodeURIComponent(user)}/roles`, { roles: [role] }, 204);
  const [key] = jsonOf<{ kid: string }[]>(await server.api('GET', '/keys/signing'), 200);
  const [event] = jsonOf<{ log_id: string }[]>(await server.api('GET', '/logs?per_page=1'), 200);
  return {
    clients: { id: client, credential_id: credential },
    'client-grants': { id: grant },
    connections: { id: connections[0] ?? '' },
    'resource-servers': { id: api },
    roles: { id: role },
    users: { id: user },
    'user-blocks': { id: user },
    keys: { kid: key?.kid ?? '' },
    logs: { id: event?.log_id ?? '' },
    anomaly: { ip: '192.0.2.1' },
  };
}
