// Texts of the configuration come back in headers, mails and logs: a line break in one would begin something new there.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Endpoint } from '../../src/management/endpoint.ts';
import { assertApiRefused, jsonOf } from '../support/api-answer.ts';
import { publicKeyEntry, SECOND_KEY } from '../support/machine-tenant.ts';
import { endpointsOf, FIXED, pathOf } from '../support/management-endpoints.ts';
import { type Answer, type ManagementServer, startManagementServer } from '../support/management-server.ts';
import { API, DATABASE, PUBLIC_CLIENT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { DIRECTORIES, MARK, type MadeIds, makeEverything } from '../support/stored-secrets.ts';

type Json = Record<string, unknown>;

let server: ManagementServer;
let made: MadeIds;
before(async () => {
  server = await startManagementServer();
  made = await makeEverything(server);
});
after(() => server.close());

const BROKEN = ['\r\nX-Injected: yes', '\n', '\r', '\0', '\u001b[31m', '\u0085', '\u2028', '\t'];
/** These may have several lines, and still no zero character. */
const MANY_LINES = new Set([
  'body',
  'description',
  'pem',
  'ca',
  'fedMetadataXml',
  'password',
  'signing_secret',
  'value',
]);

const PERMISSIONS = { permissions: [{ resource_server_identifier: API, permission_name: 'read:sample' }] };
const CLIENT = {
  name: 'X',
  client_id: 'XClient',
  client_secret: 'a-secret-of-my-own-choice-0123456789',
  description: 'X',
  app_type: 'regular_web',
  token_endpoint_auth_method: 'client_secret_post',
  grant_types: ['password'],
  callbacks: ['https://x.example/done'],
  web_origins: ['https://x.example'],
  allowed_origins: ['https://x.example'],
  jwt_configuration: { alg: 'RS256' },
  logo_uri: 'https://x.example/logo.png',
};
const STREAM = {
  ...{ name: 'x', type: 'http', startFrom: '2026-01-01T00:00:00.000Z' },
  filters: [{ type: 'category', name: 'other' }],
  sink: {
    ...{
      httpEndpoint: 'https://x.example/',
      httpAuthorization: 'x',
      httpContentType: 'a/b',
      httpContentFormat: 'JSONLINES',
    },
    httpCustomHeaders: [{ header: 'x', value: 'x' }],
  },
};
const PROVIDER = {
  name: 'smtp',
  default_from_address: 'x@example.com',
  credentials: { smtp_host: 'x.example', smtp_port: 587, smtp_user: 'x', smtp_pass: 'x' },
};
const TEMPLATE = {
  template: 'reset_email',
  subject: 'x',
  body: 'x',
  from: 'x@example.com',
  syntax: 'liquid',
  resultUrl: 'https://x.example/',
};
const LDAP_TEXTS = {
  user_filter: '(uid={0})',
  group_base: 'ou=groups',
  group_filter: '(member={0})',
  groups_claim: 'https://x.example/groups',
  profile_map: { user_id: 'entryUUID', email: 'mail' },
};

/** Bodies that work, by where they are sent: every member that is a text is in one. */
function bodies(): readonly (readonly [method: string, path: string, body: unknown])[] {
  const id = (noun: string) => encodeURIComponent(made[noun]?.['id'] ?? '');
  const credential = made['clients']?.['credential_id'] ?? '';
  const { client_id: _, ...changed } = CLIENT;
  const key = publicKeyEntry(SECOND_KEY.pem, { name: 'X', alg: 'RS256', expires_at: '2030-01-31T00:00:00Z' });
  const api = {
    name: 'X',
    signing_alg: 'HS256',
    token_dialect: 'access_token',
    scopes: [{ value: 'x', description: 'X' }],
  };
  const user = { email: 'x@example.com', username: 'x', phone_number: '+15550100', name: 'X', given_name: 'X' };
  const userTexts = { family_name: 'X', nickname: 'x', picture: 'https://x.example/x.png' };
  return [
    [
      'PATCH',
      '/tenants/settings',
      { friendly_name: 'X', default_directory: DATABASE, default_audience: API, enabled_locales: ['en'] },
    ],
    ['POST', '/clients', CLIENT],
    ['PATCH', `/clients/${id('clients')}`, changed],
    ['POST', `/clients/${id('clients')}/credentials`, key],
    ['PATCH', `/clients/${id('clients')}/credentials/${credential}`, { expires_at: '2030-01-31T00:00:00Z' }],
    [
      'POST',
      '/client-grants',
      { client_id: PUBLIC_CLIENT, audience: API, subject_type: 'client', scope: ['read:sample'] },
    ],
    ['PATCH', `/client-grants/${id('client-grants')}`, { scope: ['read:sample'] }],
    [
      'POST',
      '/connections',
      {
        name: 'X',
        strategy: 'auth0',
        realms: ['x'],
        enabled_clients: [PUBLIC_CLIENT],
        options: { passwordPolicy: 'none' },
      },
    ],
    ...DIRECTORIES.map(
      ({ strategy, options, secret }) =>
        [
          'POST',
          '/connections',
          { name: 'X', strategy, options: { ...options, ...secret, ...(strategy === 'ldap' ? LDAP_TEXTS : {}) } },
        ] as const,
    ),
    ...DIRECTORIES.map(
      ({ strategy, options, secret }) =>
        [
          'POST',
          '/connections/test',
          { strategy, options: { ...options, ...secret }, username: 'x', password: 'x' },
        ] as const,
    ),
    ['POST', `/connections/${id('connections')}/test`, { username: 'x', password: 'x' }],
    ['PATCH', `/connections/${id('connections')}`, { realms: ['x'] }],
    ['PATCH', `/connections/${id('connections')}/clients`, [{ client_id: PUBLIC_CLIENT, status: true }]],
    ['POST', '/resource-servers', { identifier: 'https://x.example', ...api, signing_secret: 'x'.repeat(40) }],
    ['PATCH', `/resource-servers/${id('resource-servers')}`, api],
    ['POST', '/roles', { name: 'X', description: 'X' }],
    ['PATCH', `/roles/${id('roles')}`, { name: 'X', description: 'X' }],
    ['POST', `/roles/${id('roles')}/permissions`, PERMISSIONS],
    ['POST', `/roles/${id('roles')}/users`, { users: [made['users']?.['id']] }],
    ['POST', '/users', { connection: DATABASE, user_id: 'x', password: 'x'.repeat(20), ...user, ...userTexts }],
    ['PATCH', `/users/${id('users')}`, { name: 'X', given_name: 'X', ...userTexts }],
    ['PATCH', `/users/${id('users')}`, { username: 'x' }],
    ['PATCH', `/users/${id('users')}`, { email: 'x@example.com' }],
    ['POST', `/users/${id('users')}/roles`, { roles: [made['roles']?.['id']] }],
    ['POST', `/users/${id('users')}/permissions`, PERMISSIONS],
    ['POST', `/users/${id('users')}/identities`, { provider: 'auth0', user_id: 'x', connection_id: 'x' }],
    ['PATCH', '/attack-protection/brute-force-protection', { mode: 'count_per_identifier', allowlist: ['192.0.2.1'] }],
    ['PATCH', '/attack-protection/suspicious-ip-throttling', { shields: ['block'], allowlist: ['192.0.2.1'] }],
    ['PATCH', '/attack-protection/breached-password-detection', { method: 'standard', shields: ['block'] }],
    ['POST', '/keys/signing/rotate', { algorithm: 'RS256' }],
    ['POST', '/log-streams', STREAM],
    ['PATCH', '/log-streams/x', { name: 'x', status: 'paused', sink: STREAM.sink }],
    ['POST', '/emails/provider', PROVIDER],
    ['PATCH', '/emails/provider', PROVIDER],
    ['POST', '/email-templates', TEMPLATE],
    ['PUT', '/email-templates/x', TEMPLATE],
    ['PATCH', '/email-templates/x', TEMPLATE],
    ['POST', '/tickets/email-verification', { user_id: 'x', client_id: 'x', result_url: 'https://x.example/' }],
    [
      'POST',
      '/tickets/password-change',
      { user_id: 'x', client_id: 'x', connection_id: 'x', email: 'x@example.com', result_url: 'https://x.example/' },
    ],
  ];
}

/** The paths of the texts in a value. */
function textsIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => textsIn(member, [...path, name]));
}

/** A copy of the value in which the text at this place ends in another one. */
function withText(value: unknown, path: readonly string[], added: string): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return String(value) + added;
  const copy: Json | unknown[] = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Json) };
  (copy as Json)[step] = withText((value as Json)[step], rest, added);
  return copy;
}

test('no text of the configuration takes a line break or another control character [T-48]', async () => {
  for (const [method, path, body] of bodies()) {
    for (const place of textsIn(body)) {
      const isLong = place.some((step) => MANY_LINES.has(step));
      for (const broken of isLong ? ['\0'] : BROKEN) {
        const answer = await server.api(method, path, withText(body, place, broken));
        const what = `${method} ${path} ${place.join('.')} ${JSON.stringify(broken)}: ${answer.raw.body}`;
        assert.equal(answer.status, 400, what);
        assert.match((answer.json as Json)['message'] as string, /^Payload validation error: /, what);
      }
    }
  }
});

test('no name of a member takes a control character either [T-48]', async () => {
  for (const [method, path, body] of bodies()) {
    const answer = await server.api(method, path, { ...(body as Json), 'X\r\nX-Injected': 'yes' });
    assert.equal(answer.status, 400, `${method} ${path}: ${answer.raw.body}`);
    assertClean(answer);
  }
});

test('every endpoint that takes a body is looked at here [T-48]', () => {
  const sent = new Set(bodies().map(([method, path]) => `${method} ${path}`));
  const addressOf = (one: Endpoint) => `${one.method} ${pathOf(one, made[one.path.split('/')[1] ?? ''])}`;
  const endpoints = endpointsOf(server);
  const tags = new Set(endpoints.filter((one) => sent.has(addressOf(one))).map(({ tag }) => tag));
  const writing = endpoints.filter(({ method, body, tag }) => method !== 'DELETE' && body && tags.has(tag));
  assert.deepEqual(
    writing.map(addressOf).filter((address) => !sent.has(address) && !FIXED.has(address)),
    [],
  );
});

/** No header says more than what is ours, or has a line of its own. */
function assertClean({ raw }: Answer): void {
  for (const [name, value] of Object.entries(raw.headers)) {
    assert.doesNotMatch(`${name}: ${String(value)}`, new RegExp(`${MARK}|[\\r\\n]|injected`, 'i'));
  }
}

test('no header of any answer holds a text of the configuration [T-48]', async () => {
  jsonOf(await server.api('PATCH', '/tenants/settings', { friendly_name: MARK }), 200);
  for (const one of endpointsOf(server).filter(({ method }) => method === 'GET')) {
    assertClean(await server.api('GET', pathOf(one, made[one.path.split('/')[1] ?? ''])));
  }
  assertClean(await server.api('POST', '/roles', { name: `Role ${MARK}` }));
  assertClean(await server.api('POST', '/clients', { name: MARK, client_id: made['clients']?.['id'] }));
  const login = { ...SEED_REQUEST, username: MARK, audience: `https://${MARK}.example/api`, scope: `read:${MARK}` };
  for (const request of [login, { ...login, client_id: made['clients']?.['id'] }, { ...login, audience: MARK }]) {
    const raw = await server.token(request);
    assertClean({ raw, status: raw.statusCode, json: null as never });
  }
});

test('a path and a query take no control character [T-48]', async () => {
  for (const one of endpointsOf(server)) {
    const broken = pathOf(one, Object.fromEntries(['id', 'kid', 'ip', 'provider'].map((name) => [name, 'a\r\nb'])));
    if (broken.includes('%0D')) {
      assertApiRefused(await server.api(one.method, broken), [400, 'invalid_uri', /^Path validation error: /]);
    }
    const names = Object.keys(one.query?.properties ?? {});
    for (const name of names) {
      const answer = await server.api(one.method, `${pathOf(one)}?${name}=a%0D%0Ab`);
      assertApiRefused(answer, [400, 'invalid_query_string', /^Query validation error: /]);
      assertClean(answer);
    }
  }
});
