// The changes that audit.test.ts makes one after another, each with what is written down of it.
import { publicKeyEntry, SECOND_KEY } from '../support/machine-tenant.ts';
import { API, DATABASE, PUBLIC_CLIENT, USER_ID } from '../support/sample-tenant.ts';
import { DIRECTORIES, SECRETS } from '../support/stored-secrets.ts';
import { CANARY, type Change, ids, NEW_SECRETS, REFRESH_TOKENS } from './audited-change.ts';

const [ldap] = DIRECTORIES;
const UNREACHABLE = { strategy: 'ldap', options: { urls: ['ldaps://127.0.0.1:1'], base: 'dc=example,dc=com' } };
const permissions = { permissions: [{ resource_server_identifier: API, permission_name: 'read:sample' }] };
const user = () => ({ id: ids['user'] ?? '' });

const protection = (name: string, body: object, member: string): Change => ({
  ...{ endpoint: `PATCH /attack-protection/${name}`, body, noun: 'attack protection', name: 'acme' },
  ...{ action: 'updated', changed: [member] },
});

/** Every change once, in an order in which each changes something. */
export const CHANGES: readonly (() => Change)[] = [
  () => ({
    ...{ endpoint: 'POST /emails/provider', noun: 'email provider', name: 'smtp', action: 'created' },
    body: {
      ...{ name: 'smtp', default_from_address: 'a@example.com' },
      credentials: { smtp_host: 'mail.example.com', smtp_user: 'a', smtp_pass: NEW_SECRETS.mailPassword },
    },
    changed: [
      'name',
      'default_from_address',
      'credentials.smtp_host',
      'credentials.smtp_user',
      'credentials.smtp_pass',
    ],
  }),
  () => ({
    ...{ endpoint: 'PATCH /emails/provider', noun: 'email provider', name: 'smtp', action: 'updated' },
    ...{ body: { enabled: true }, changed: ['enabled'] },
  }),
  () => ({
    endpoint: 'POST /email-templates',
    body: { template: 'reset_email', subject: CANARY, body: `${CANARY} {{ url }}`, resultUrl: 'https://a.example/' },
    ...{ noun: 'email template', name: 'reset_email', action: 'created', changed: ['subject', 'body', 'resultUrl'] },
  }),
  () => ({
    ...{ endpoint: 'PATCH /email-templates/{templateName}', values: { templateName: 'reset_email' } },
    body: { subject: `${CANARY}!` },
    ...{ noun: 'email template', name: 'reset_email', action: 'updated', changed: ['subject'] },
  }),
  () => ({
    ...{ endpoint: 'PUT /email-templates/{templateName}', values: { templateName: 'verify_email' } },
    body: { template: 'verify_email', subject: CANARY, body: CANARY },
    ...{ noun: 'email template', name: 'verify_email', action: 'updated', changed: ['subject', 'body'] },
  }),
  () => ({
    ...{ endpoint: 'POST /tickets/email-verification', body: { user_id: USER_ID } },
    ...{ noun: 'email-verification ticket', name: USER_ID, action: 'created', changed: [] },
  }),
  () => ({
    ...{ endpoint: 'POST /tickets/password-change', body: { user_id: USER_ID } },
    ...{ noun: 'password-change ticket', name: USER_ID, action: 'created', changed: [] },
  }),
  () => ({
    ...{ endpoint: 'DELETE /emails/provider', noun: 'email provider', name: 'smtp', action: 'deleted', changed: [] },
  }),
  () => ({
    ...{ endpoint: 'DELETE /device-credentials/{id}', values: { id: REFRESH_TOKENS[0] ?? '' } },
    ...{ noun: 'refresh token', name: REFRESH_TOKENS[0] ?? '', action: 'revoked', changed: [] },
  }),
  () => ({
    ...{ endpoint: 'DELETE /users/{id}/refresh-tokens', values: { id: USER_ID }, noun: 'user', name: USER_ID },
    ...{ action: 'revoked', changed: ['refresh_tokens'] },
  }),
  () => ({
    ...{ endpoint: 'PATCH /tenants/settings', body: { friendly_name: CANARY }, noun: 'tenant', name: 'acme' },
    ...{ action: 'updated', changed: ['friendly_name'] },
  }),
  () => ({
    endpoint: 'POST /clients',
    body: { name: 'Audited', client_id: 'Audited', client_secret: SECRETS.clientSecret, description: CANARY },
    ...{ noun: 'client', name: 'Audited (Audited)', action: 'created' },
    changed: ['client_id', 'name', 'description', 'is_first_party', 'token_endpoint_auth_method', 'client_secret'],
  }),
  () => ({
    ...{ endpoint: 'PATCH /clients/{id}', values: { id: 'Audited' } },
    body: { client_secret: NEW_SECRETS.newClientSecret, client_metadata: { note: CANARY }, logo_uri: null },
    ...{ noun: 'client', name: 'Audited (Audited)', action: 'updated', changed: ['client_metadata', 'client_secret'] },
  }),
  () => ({
    ...{ endpoint: 'POST /clients/{id}/rotate-secret', values: { id: 'Audited' } },
    ...{ noun: 'client', name: 'Audited', action: 'rotated', changed: ['client_secret'] },
  }),
  () => ({
    ...{ endpoint: 'POST /clients/{id}/credentials', values: { id: 'Audited' } },
    body: publicKeyEntry(SECOND_KEY.pem, { name: CANARY }),
    ...{ noun: 'client credential', name: /^cred_\w{16} of Audited$/, action: 'created', changed: [] },
  }),
  () => ({
    endpoint: 'PATCH /clients/{id}/credentials/{credential_id}',
    values: { id: 'Audited', credential_id: ids['client credential'] ?? '' },
    body: { expires_at: '2030-01-31T00:00:00Z' },
    ...{ noun: 'client credential', name: /of Audited$/, action: 'updated', changed: ['expires_at'] },
  }),
  () => ({
    endpoint: 'DELETE /clients/{id}/credentials/{credential_id}',
    values: { id: 'Audited', credential_id: ids['client credential'] ?? '' },
    ...{ noun: 'client credential', name: /of Audited$/, action: 'deleted', changed: [] },
  }),
  () => ({
    ...{ endpoint: 'POST /client-grants', body: { client_id: 'Audited', audience: API, scope: ['read:sample'] } },
    ...{ noun: 'client grant', name: `Audited on ${API}`, action: 'created' },
    changed: ['client_id', 'audience', 'subject_type', 'scope'],
  }),
  () => ({
    ...{ endpoint: 'PATCH /client-grants/{id}', values: { id: ids['client grant'] ?? '' }, body: { scope: [] } },
    ...{ noun: 'client grant', name: `Audited on ${API}`, action: 'updated', changed: ['scope'] },
  }),
  () => ({
    ...{ endpoint: 'DELETE /client-grants/{id}', values: { id: ids['client grant'] ?? '' } },
    ...{ noun: 'client grant', name: `Audited on ${API}`, action: 'deleted', changed: [] },
  }),
  () => ({
    endpoint: 'POST /connections',
    body: { name: 'Audited', strategy: 'ldap', options: { ...ldap.options, ...ldap.secret } },
    ...{ noun: 'connection', name: 'Audited', action: 'created' },
    changed: ['name', 'strategy', 'realms', 'options.base', 'options.bind_dn', 'options.bind_password', 'options.urls'],
  }),
  () => ({
    ...{ endpoint: 'PATCH /connections/{id}', values: { id: ids['connection'] ?? '' } },
    body: { options: { ...ldap.options, bind_password: NEW_SECRETS.newBindPassword } },
    ...{ noun: 'connection', name: 'Audited', action: 'updated', changed: ['options.bind_password'] },
  }),
  () => ({
    ...{ endpoint: 'PATCH /connections/{id}/clients', values: { id: ids['connection'] ?? '' } },
    body: [{ client_id: PUBLIC_CLIENT, status: true }],
    ...{ noun: 'connection', name: 'Audited', action: 'updated', changed: ['enabled_clients'] },
  }),
  () => ({
    ...{ endpoint: 'POST /connections/{id}/test', values: { id: ids['connection'] ?? '' } },
    body: { username: 'ada', password: CANARY },
    ...{ noun: 'connection', name: 'Audited', action: 'tested', changed: [] },
  }),
  () => ({
    endpoint: 'POST /connections/test',
    body: { ...UNREACHABLE, username: CANARY, password: NEW_SECRETS.newPassword },
    ...{ noun: 'connection', name: 'ldap (not saved)', action: 'tested', changed: [] },
  }),
  () => ({
    ...{ endpoint: 'DELETE /connections/{id}', values: { id: ids['connection'] ?? '' } },
    ...{ noun: 'connection', name: 'Audited', action: 'deleted', changed: [] },
  }),
  () => ({
    endpoint: 'POST /resource-servers',
    body: { identifier: 'https://audited.example', signing_alg: 'HS256', signing_secret: SECRETS.signingSecret },
    ...{ noun: 'resource server', name: 'https://audited.example', action: 'created' },
    changed: ['identifier', 'signing_algorithm', 'signing_secret', 'token_lifetime'],
  }),
  () => ({
    ...{ endpoint: 'PATCH /resource-servers/{id}', values: { id: 'https://audited.example' } },
    body: { token_lifetime: 60, name: CANARY },
    ...{ noun: 'resource server', name: 'https://audited.example', action: 'updated' },
    changed: ['name', 'token_lifetime'],
  }),
  () => ({
    ...{ endpoint: 'DELETE /resource-servers/{id}', values: { id: 'https://audited.example' } },
    ...{ noun: 'resource server', name: 'https://audited.example', action: 'deleted', changed: [] },
  }),
  () => ({
    ...{ endpoint: 'POST /users', noun: 'user', name: /^auth0\|audited$/, action: 'created' },
    body: { connection: DATABASE, user_id: 'audited', email: 'audited@example.com', password: SECRETS.password },
    changed: ['connection', 'user_id', 'email', 'password'],
  }),
  () => ({
    ...{ endpoint: 'PATCH /users/{id}', values: user() },
    body: { password: NEW_SECRETS.newPassword, user_metadata: { note: CANARY } },
    ...{ noun: 'user', name: 'auth0|audited', action: 'updated', changed: ['password', 'user_metadata'] },
  }),
  () => ({
    ...{ endpoint: 'POST /users/{id}/identities', values: user() },
    body: { provider: 'auth0', user_id: USER_ID.slice('auth0|'.length) },
    ...{ noun: 'user', name: 'auth0|audited', action: 'updated', changed: ['identities'] },
  }),
  () => ({
    endpoint: 'DELETE /users/{id}/identities/{provider}/{user_id}',
    values: { ...user(), provider: 'auth0', user_id: USER_ID.slice('auth0|'.length) },
    ...{ noun: 'user', name: 'auth0|audited', action: 'updated', changed: ['identities'] },
  }),
  () => ({
    ...{ endpoint: 'POST /roles', body: { name: 'Audited', description: CANARY } },
    ...{ noun: 'role', name: 'Audited', action: 'created', changed: ['name', 'description'] },
  }),
  () => ({
    ...{ endpoint: 'PATCH /roles/{id}', values: { id: ids['role'] ?? '' }, body: { description: `${CANARY}!` } },
    ...{ noun: 'role', name: 'Audited', action: 'updated', changed: ['description'] },
  }),
  () => ({
    ...{ endpoint: 'POST /roles/{id}/permissions', values: { id: ids['role'] ?? '' }, body: permissions },
    ...{ noun: 'role', name: 'Audited', action: 'updated', changed: ['permissions'] },
  }),
  () => ({
    ...{ endpoint: 'DELETE /roles/{id}/permissions', values: { id: ids['role'] ?? '' }, body: permissions },
    ...{ noun: 'role', name: 'Audited', action: 'updated', changed: ['permissions'] },
  }),
  () => ({
    ...{ endpoint: 'POST /users/{id}/roles', values: user(), body: { roles: [ids['role']] } },
    ...{ noun: 'user', name: 'auth0|audited', action: 'updated', changed: ['roles'] },
  }),
  () => ({
    ...{ endpoint: 'DELETE /users/{id}/roles', values: user(), body: { roles: [ids['role']] } },
    ...{ noun: 'user', name: 'auth0|audited', action: 'updated', changed: ['roles'] },
  }),
  () => ({
    ...{ endpoint: 'POST /roles/{id}/users', values: { id: ids['role'] ?? '' }, body: { users: ['auth0|audited'] } },
    ...{ noun: 'user', name: 'auth0|audited', action: 'updated', changed: ['roles'] },
  }),
  () => ({
    ...{ endpoint: 'POST /users/{id}/permissions', values: user(), body: permissions },
    ...{ noun: 'user', name: 'auth0|audited', action: 'updated', changed: ['permissions'] },
  }),
  () => ({
    ...{ endpoint: 'DELETE /users/{id}/permissions', values: user(), body: permissions },
    ...{ noun: 'user', name: 'auth0|audited', action: 'updated', changed: ['permissions'] },
  }),
  () => ({
    ...{ endpoint: 'DELETE /roles/{id}', values: { id: ids['role'] ?? '' } },
    ...{ noun: 'role', name: 'Audited', action: 'deleted', changed: [] },
  }),
  () => ({
    ...{ endpoint: 'DELETE /user-blocks/{id}', values: user() },
    ...{ noun: 'user block', name: 'auth0|audited', action: 'lifted', changed: [], type: 'ublkdu' },
  }),
  () => ({
    ...{ endpoint: 'DELETE /user-blocks', query: `?identifier=${CANARY}` },
    ...{ noun: 'user block', name: 'a name', action: 'lifted', changed: [], type: 'ublkdu' },
  }),
  () => ({
    ...{ endpoint: 'DELETE /anomaly/blocks/ips/{ip}', values: { ip: '192.0.2.1' } },
    ...{ noun: 'address block', name: '192.0.2.1', action: 'lifted', changed: [], type: 'ublkdu' },
  }),
  () => ({
    ...{ endpoint: 'DELETE /connections/{id}/users', values: { id: ids['second'] ?? '' } },
    query: '?email=second@example.com',
    ...{ noun: 'user', name: /^auth0\|/, action: 'deleted', changed: [] },
  }),
  () => ({
    ...{ endpoint: 'DELETE /users/{id}', values: user() },
    ...{ noun: 'user', name: 'auth0|audited', action: 'deleted', changed: [] },
  }),
  () => protection('brute-force-protection', { max_attempts: 7 }, 'bruteForceProtection.max_attempts'),
  () => protection('suspicious-ip-throttling', { allowlist: ['192.0.2.7'] }, 'suspiciousIpThrottling.allowlist'),
  () => protection('breached-password-detection', { shields: ['block'] }, 'breachedPasswordDetection.shields'),
  () => ({
    ...{ endpoint: 'DELETE /clients/{id}', values: { id: 'Audited' } },
    ...{ noun: 'client', name: 'Audited (Audited)', action: 'deleted', changed: [] },
  }),
  () => ({
    ...{ endpoint: 'POST /keys/signing/rotate', noun: 'signing key', name: /^[\w-]+$/, action: 'rotated', changed: [] },
  }),
  () => ({
    ...{ endpoint: 'PUT /keys/signing/{kid}/revoke', values: { kid: ids['next key'] ?? '' } },
    ...{ noun: 'signing key', name: ids['next key'] ?? '', action: 'revoked', changed: [] },
  }),
];
