// Whoever changes something is written down with it: who, by what, of what, and which members; never what stands in them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Secret } from '../../src/lib/secret.ts';
import { jsonOf } from '../support/api-answer.ts';
import { findSecrets } from '../support/canary.ts';
import { publicKeyEntry, SECOND_KEY } from '../support/machine-tenant.ts';
import { endpointsOf, FIXED } from '../support/management-endpoints.ts';
import { MANAGER, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { createMemoryLog } from '../support/memory-log.ts';
import { API, DATABASE, PUBLIC_CLIENT, USER_ID } from '../support/sample-tenant.ts';
import { HOST, type LogEventWire } from '../support/start-server.ts';
import { DIRECTORIES, SECRETS } from '../support/stored-secrets.ts';

type Json = Record<string, unknown>;

/** A change: the endpoint, what stands in its path, the body, and what is written down. */
interface Change {
  readonly endpoint: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly body?: unknown;
  readonly noun: string;
  /** How the event calls it. */
  readonly name: string | RegExp;
  readonly action: string;
  readonly changed: readonly string[];
  /** `sapi` when left out. */
  readonly type?: string;
}

const CANARY = 'Rk5wCanaryOfAudit9Tz';
const NEW_SECRETS = {
  ...SECRETS,
  newClientSecret: 'Pd3nNewClientSecret6Hv0Bq4Ws9Er2Ty',
  newPassword: 'Mf7sNewPassword2Kd8',
  newBindPassword: 'Yc1zNewBindPassword5Lg',
  mailPassword: 'Nw8rPasswordOfMail5Tx1',
  canary: CANARY,
};

const log = createMemoryLog();
let server: ManagementServer;
const ids: Record<string, string> = {};
before(async () => {
  server = await startManagementServer({ logger: log.logger });
  const [second] = (await server.api('GET', '/connections?name=Second')).json as [{ id: string }];
  ids['second'] = second.id;
  for (const id of REFRESH_TOKENS) await addRefreshToken(id);
});
after(() => server.close());

const REFRESH_TOKENS = ['0'.repeat(32), '1'.repeat(32)];

/** Of the sample user, made at no login. */
async function addRefreshToken(id: string): Promise<void> {
  const tenant = await server.app.stores.tenants.findByName('acme');
  assert.ok(tenant);
  const connection = (await server.app.stores.connections.list(tenant.id)).find(({ name }) => name === DATABASE);
  assert.ok(connection);
  const now = server.clock.now();
  const effects = server.app.stores.refreshTokens.creationOf(tenant.id, {
    ...{ id, userId: USER_ID, clientId: PUBLIC_CLIENT, connectionId: connection.id, audience: null, scope: [] },
    ...{ secret: new Secret('secret'), rotating: false, counter: 0, createdAt: now, replacedAt: now, usedAt: null },
    ...{ expiresAt: null, endsAt: null, revokedAt: null },
  });
  for (const { query } of effects) await server.ground.database.sql.executeQuery(query);
}

const [ldap] = DIRECTORIES;
const UNREACHABLE = { strategy: 'ldap', options: { urls: ['ldaps://127.0.0.1:1'], base: 'dc=example,dc=com' } };
const permissions = { permissions: [{ resource_server_identifier: API, permission_name: 'read:sample' }] };
const user = () => ({ id: ids['user'] ?? '' });

/** Every change once, in an order in which each changes something. */
const protection = (name: string, body: object, member: string): Change => ({
  ...{ endpoint: `PATCH /attack-protection/${name}`, body, noun: 'attack protection', name: 'acme' },
  ...{ action: 'updated', changed: [member] },
});
const CHANGES: readonly (() => Change)[] = [
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

function remember({ noun }: Change, json: Json | null): void {
  const id = json?.['id'] ?? json?.['user_id'];
  if (typeof id === 'string') ids[noun] = id;
  if (typeof json?.['next'] === 'string') ids['next key'] = json['next'];
}

async function eventsOf(requestId: unknown): Promise<LogEventWire[]> {
  return (await server.logs()).filter(({ details }) => details['request_id'] === requestId);
}

test('every change is written down with who made it, of what, and which members [L-08]', async () => {
  server.clock.advance(600_000);
  for (const make of CHANGES) {
    const change = make();
    const [method = '', template = ''] = change.endpoint.split(' ');
    const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(change.values?.[name] ?? ''),
    );
    const answer = await server.api(method, `${path}${change.query ?? ''}`, change.body);
    assert.ok(answer.status < 300, `${change.endpoint}: ${answer.raw.body}`);
    remember(change, answer.json);
    const [event, ...more] = await eventsOf(answer.raw.headers['x-auth0-requestid']);
    assert.ok(event, `no event of ${change.endpoint}`);
    assert.deepEqual(more, [], change.endpoint);
    const { details } = event;
    const { target } = details as { target?: { type: string; name: string } };
    assert.deepEqual(
      {
        ...{ type: event.type, client: event['client_id'], clientName: event['client_name'], user: event['user_id'] },
        ...{ ip: event['ip'], hostname: event['hostname'], tenant: event['tenant_name'] },
        ...{ operation: details['operation'], noun: target?.type, action: details['action'] },
      },
      {
        ...{ type: change.type ?? 'sapi', client: MANAGER, clientName: 'Management', user: null },
        ...{ ip: '127.0.0.1', hostname: HOST, tenant: 'acme' },
        ...{ operation: `${method} /api/v2${path}`, noun: change.noun, action: change.action },
      },
      change.endpoint,
    );
    if (change.name instanceof RegExp) assert.match(target?.name ?? '', change.name);
    else assert.equal(target?.name, change.name, change.endpoint);
    const changed = details['changed'] as string[];
    const names = change.action === 'created' ? change.changed.filter((name) => !changed.includes(name)) : changed;
    assert.deepEqual(names.toSorted(), change.action === 'created' ? [] : change.changed.toSorted(), change.endpoint);
  }
});

test('no event and no line of the operational log holds what was written [L-08] [L-01]', async () => {
  const events = JSON.stringify(await server.logs());
  const shown = jsonOf<object>(await server.api('GET', '/logs?per_page=100'), 200);
  assert.ok(events.includes('Audited'));
  for (const text of [events, JSON.stringify(shown), log.text()]) assert.deepEqual(findSecrets(text, NEW_SECRETS), []);
});

test('what is refused, and what changes nothing, is no change', async () => {
  const count = async () => (await server.logs()).filter(({ type }) => type === 'sapi').length;
  const told = await count();
  await server.api('PATCH', '/clients/nobody', { name: 'X' });
  await server.api('PATCH', `/clients/${PUBLIC_CLIENT}`, { name: 7 });
  await server.api('PATCH', `/clients/${PUBLIC_CLIENT}`, { name: 'X' }, null);
  await server.api('DELETE', `/users/${encodeURIComponent('auth0|nobody')}`);
  jsonOf(await server.api('PATCH', `/clients/${PUBLIC_CLIENT}`, { name: 'CLI' }), 200);
  assert.equal(await count(), told);
});

test('every endpoint that changes something is looked at here [L-08]', () => {
  const known = new Set(CHANGES.map((make) => make().endpoint));
  const endpoints = endpointsOf(server).filter(({ method }) => method !== 'GET');
  const tags = new Set(endpoints.filter((one) => known.has(`${one.method} ${one.path}`)).map(({ tag }) => tag));
  const all = endpoints.filter(({ tag }) => tags.has(tag)).map(({ method, path }) => `${method} ${path}`);
  assert.deepEqual(all.filter((name) => !FIXED.has(name)).toSorted(), [...known].toSorted());
});
