// A token request opened again: its phases, how each ended, and what to change. Whatever happened, the inspection says the
// same as the answer did, and nothing of a password, a token or the name of somebody unknown.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LoginInspection } from '../../src/grant/login-inspection.ts';
import { findSecrets } from '../support/canary.ts';
import { addConnection, changeTenant } from '../support/change-tenant.ts';
import { createFakeDirectory } from '../support/fake-directory.ts';
import { basic, postRaw } from '../support/injected-request.ts';
import {
  MANAGED_TENANT,
  MANAGEMENT_AUDIENCE,
  MANAGER,
  MANAGER_SECRET,
  type ManagementServer,
  startManagementServer,
} from '../support/management-server.ts';
import {
  API,
  BACKEND_CLIENT,
  BASIC_CLIENT,
  BASIC_SECRET,
  DATABASE,
  PASSWORD,
  PUBLIC_CLIENT,
  REALM_GRANT,
  SEED_REQUEST,
  USER,
  USER_ID,
} from '../support/sample-tenant.ts';

const directory = createFakeDirectory();
let server: ManagementServer;
before(async () => {
  server = await startManagementServer({
    tenant: {
      ...MANAGED_TENANT,
      attackProtection: { ...MANAGED_TENANT.attackProtection, bruteForceProtection: { max_attempts: 3 } },
      connections: [
        {
          name: 'corp',
          strategy: 'ldap',
          enabled_clients: ['CLI'],
          options: {
            urls: ['ldaps://ldap.example.com'],
            base: 'dc=example,dc=com',
            bind_dn: 'cn=a',
            bind_password: 'b',
          },
        },
      ],
    },
    directories: { ldap: directory.driver },
  });
});
after(() => server.close());

async function inspect(id: unknown): Promise<LoginInspection> {
  const { status, json } = await server.api('GET', `/login-inspections/${String(id)}`);
  assert.equal(status, 200);
  return json;
}

/** The inspection of a request with these members in place of the article's. */
async function inspectionOf(request: object, headers: Record<string, string> = {}): Promise<LoginInspection> {
  const answer = await server.token({ ...SEED_REQUEST, ...request }, headers);
  const inspection = await inspect(answer.headers['x-auth0-requestid']);
  assert.deepEqual(await inspect(inspection.log_id), inspection, 'both ids open the same');
  const { error = null, error_description = null } = answer.json<Record<string, string | undefined>>();
  assert.deepEqual(inspection.answer, { status: answer.statusCode, error, error_description });
  return inspection;
}

/** How each phase ended, as one line. */
const course = ({ phases }: LoginInspection) => phases.map(({ phase, outcome }) => `${phase}:${outcome}`).join(' ');

const PHASES = ['client', 'grant', 'connection', 'guard', 'directory', 'scopes', 'rules', 'actions', 'tokens'];
const CODE = ['rules', 'actions'];
/** The course of a request that ended in this phase. */
function until(phase: string, outcome: string): string {
  const at = PHASES.indexOf(phase);
  return PHASES.map((one, i) => `${one}:${i < at ? 'passed' : i === at ? outcome : 'not reached'}`).join(' ');
}

test('a login that was granted is shown whole', async () => {
  const inspection = await inspectionOf({});
  const courseWithoutRules = PHASES.map((phase) => `${phase}:${CODE.includes(phase) ? 'not reached' : 'passed'}`);
  assert.equal(course(inspection), courseWithoutRules.join(' '));
  const { request_id: requestId, log_id: logId, connection, phases, ...rest } = inspection;
  assert.match(String(requestId), /^[0-9a-f]{20}$/);
  assert.match(logId, /^900/);
  assert.equal(connection?.name, DATABASE);
  assert.deepEqual(rest, {
    date: '2026-01-15T12:00:00.000Z',
    outcome: 'granted',
    grant_type: 'password',
    client: { client_id: PUBLIC_CLIENT, name: 'CLI' },
    user: { user_id: USER_ID, name: USER },
    audience: API,
    scope: 'read:sample',
    ip: '127.0.0.1',
    answer: { status: 200, error: null, error_description: null },
    took_ms: 0,
    explanation: null,
    warnings: [],
  });
  for (const { phase, took_ms: tookMs, title, says } of phases) {
    assert.equal(tookMs, CODE.includes(phase) ? null : 0);
    assert.match(`${title}. ${says}`, /^[A-Z].*\.$/);
  }
});

test('without an audience it is said that the access token is opaque', async () => {
  const { phases } = await inspectionOf({ audience: undefined, scope: 'openid' });
  assert.match(phases.find(({ phase }) => phase === 'scopes')?.says ?? '', /opaque.*Granted: openid .*\.$/);
});

test('a client that asks for itself goes through the phases that are not about users', async () => {
  const request = { grant_type: 'client_credentials', client_id: MANAGER, client_secret: MANAGER_SECRET };
  const inspection = await inspectionOf({ ...request, audience: MANAGEMENT_AUDIENCE, scope: 'read:logs' });
  assert.equal(
    course(inspection),
    'client:passed grant:passed connection:not reached guard:not reached directory:not reached scopes:passed rules:not reached actions:not reached tokens:passed',
  );
  assert.equal(inspection.user, null);
});

interface Row {
  readonly name: string;
  readonly request: object;
  readonly course: string;
  readonly reason: string;
  readonly setting: readonly [kind: string, member: string | null] | null;
  readonly command: RegExp | null;
}

const ROWS: readonly Row[] = [
  {
    name: 'a wrong password',
    request: { password: 'wRoNg-Pw!bT4nW8sLc' },
    course: until('directory', 'refused'),
    reason: 'wrong-password',
    setting: ['user', 'password'],
    command: /^gatehouse user set-password 'auth0\|67e9930075b689b7db2688df' --tenant acme$/,
  },
  {
    name: 'an unknown user',
    request: { username: 'Typed_Pw#gH5jR1yVd' },
    course: until('directory', 'refused'),
    reason: 'unknown-user',
    setting: ['connection', null],
    command: /^gatehouse user list/,
  },
  {
    name: 'an unknown client',
    request: { client_id: 'Nobody' },
    course: until('client', 'refused'),
    reason: 'unknown-client',
    setting: ['caller', 'client_id'],
    command: /^gatehouse client list/,
  },
  {
    name: 'a client without its secret',
    request: { client_id: BACKEND_CLIENT },
    course: until('client', 'refused'),
    reason: 'missing-client-secret',
    setting: ['client', 'token_endpoint_auth_method'],
    command: /^gatehouse client update BackendClient0+ --set token_endpoint_auth_method=none/,
  },
  {
    name: 'a grant that is not enabled',
    request: { client_id: 'WithoutGrant' },
    course: until('grant', 'refused'),
    reason: 'grant-not-enabled',
    setting: ['client', 'grant_types'],
    command: /^gatehouse client update WithoutGrant --set .*password.* --tenant acme$/,
  },
  {
    name: 'a grant type that nobody knows',
    request: { grant_type: 'magic' },
    course: PHASES.map((phase) => `${phase}:${phase === 'grant' ? 'refused' : 'not reached'}`).join(' '),
    reason: 'unsupported-grant-type',
    setting: ['caller', 'grant_type'],
    command: null,
  },
  {
    name: 'a parameter that is no text',
    request: { scope: 1 },
    course: PHASES.map((phase) => `${phase}:not reached`).join(' '),
    reason: 'malformed',
    setting: ['caller', 'body'],
    command: null,
  },
  {
    name: 'no user name',
    request: { username: undefined },
    course: until('connection', 'refused'),
    reason: 'missing-parameter',
    setting: ['caller', 'body'],
    command: null,
  },
  {
    name: 'an unknown realm',
    request: { grant_type: REALM_GRANT, realm: 'nowhere' },
    course: until('connection', 'refused'),
    reason: 'unknown-realm',
    setting: ['caller', 'realm'],
    command: /^gatehouse connection list/,
  },
  {
    name: 'a connection that the client is not enabled for',
    request: { client_id: 'NotEnabled' },
    course: until('connection', 'refused'),
    reason: 'connection-disabled',
    setting: ['connection', 'enabled_clients'],
    command:
      /^gatehouse connection update Username-Password-Authentication --set enabled_clients=.*,NotEnabled --tenant acme$/,
  },
  {
    name: 'a user whom an administrator blocked',
    request: { username: 'blocked@example.com' },
    course: until('directory', 'refused'),
    reason: 'user-blocked',
    setting: ['user', 'blocked'],
    command: /^gatehouse user unblock /,
  },
  {
    name: 'an API that is not there',
    request: { audience: 'https://unknown.example.com' },
    course: until('scopes', 'refused'),
    reason: 'audience',
    setting: ['api', 'identifier'],
    command: /^gatehouse api list/,
  },
];

for (const { name, request, course: expected, reason, setting, command } of ROWS) {
  test(`${name} is refused in its phase, with what to change`, async () => {
    const inspection = await inspectionOf(request);
    assert.equal(course(inspection), expected);
    assert.equal(inspection.outcome, 'refused');
    const { explanation } = inspection;
    assert.equal(explanation?.reason, reason);
    const { setting: found, command: line } = explanation.fix;
    assert.deepEqual(found && [found.kind, found.member], setting);
    if (command === null) assert.equal(line, null);
    else assert.match(line ?? '', command);
    const said = inspection.phases.find(({ outcome }) => outcome === 'refused')?.says;
    assert.ok(said === undefined || said === explanation.says);
  });
}

test('a directory that cannot be reached is a failure, and the words are those of the connection test', async () => {
  directory.isDown = true;
  const inspection = await inspectionOf({ grant_type: REALM_GRANT, realm: 'corp', username: 'ada' });
  assert.equal(course(inspection), until('directory', 'failed'));
  assert.equal(inspection.outcome, 'failed');
  assert.match(inspection.explanation?.says ?? '', /the connection corp\. Nobody answers there/);
  assert.equal(inspection.explanation?.fix.command, 'gatehouse connection test corp --tenant acme');
});

test('a tenant without a default directory is a failure of this side, and the one choice there is is named', async () => {
  await changeTenant(server, { defaultDirectory: null });
  const several = await inspectionOf({});
  assert.equal(course(several), until('connection', 'failed'));
  assert.match(several.explanation?.fix.command ?? '', /^gatehouse connection list/);
  const one = await inspectionOf({ client_id: undefined }, { authorization: basic(BASIC_CLIENT, BASIC_SECRET) });
  assert.equal(one.explanation?.fix.command, `gatehouse tenant update acme --set default_directory=${DATABASE}`);
  await changeTenant(server, { defaultDirectory: 'gone' });
  assert.equal((await inspectionOf({})).explanation?.reason, 'default-directory-missing');
  await addConnection(server, 'saml', 'samlp');
  await changeTenant(server, { defaultDirectory: 'saml' });
  assert.equal((await inspectionOf({})).explanation?.reason, 'strategy');
  await changeTenant(server, { defaultDirectory: DATABASE });
});

test('a name that is blocked is refused before the password is looked at', async () => {
  for (let i = 0; i < 3; i += 1) await server.token({ ...SEED_REQUEST, username: 'sam', password: `wrong ${i}` });
  const inspection = await inspectionOf({ username: 'sam' });
  assert.equal(course(inspection), until('guard', 'refused'));
  assert.equal(inspection.explanation?.reason, 'brute-force-block');
  assert.match(inspection.explanation.fix.says, /auth0-forwarded-for/);
});

test('an id that no token request has is 404, also that of a change of an administrator', async () => {
  for (const id of ['19bc1a5a0f1b2c3d4e5f', '900', 'nothing']) {
    assert.equal((await server.api('GET', `/login-inspections/${id}`)).status, 404, id);
  }
  const { raw } = await server.api('PATCH', '/tenants/settings', { friendly_name: 'Acme' });
  assert.equal(raw.statusCode, 200);
  const id = String(raw.headers['x-auth0-requestid']);
  const [change] = await server.logs();
  assert.equal(change?.details['request_id'], id);
  assert.equal((await server.api('GET', `/login-inspections/${id}`)).status, 404);
});

test('a request of another tenant is not shown', async () => {
  await server.apply({ tenant: { name: 'other', domains: ['other.example.test'] } });
  const headers = { host: 'other.example.test' };
  const id = String((await server.token(SEED_REQUEST, headers)).headers['x-auth0-requestid']);
  assert.equal((await server.logs('other'))[0]?.details['request_id'], id);
  assert.equal((await server.api('GET', `/login-inspections/${id}`)).status, 404);
});

/** Changes what is stored of the event of a refused request; resolves to its log id. */
async function changedEvent(change: (details: Record<string, unknown>) => object): Promise<string> {
  const answer = await server.token({ ...SEED_REQUEST, client_id: 'Nobody' });
  const id = String(answer.headers['x-auth0-requestid']);
  const { sql } = server.ground.database;
  const row = await sql.selectFrom('log_events').selectAll().where('request_id', '=', id).executeTakeFirstOrThrow();
  const event = JSON.parse(row.event) as { details: Record<string, unknown> };
  const changed = JSON.stringify({ ...event, details: change(event.details) });
  await sql.updateTable('log_events').set({ event: changed }).where('log_id', '=', row.log_id).execute();
  return row.log_id;
}

test('an event of a version without phases is shown with what it has', async () => {
  const id = await changedEvent(({ phases: _p, grant_type: _g, answer: _a, ...details }) => details);
  const { outcome, answer, explanation, warnings } = await inspect(id);
  assert.deepEqual([outcome, answer.status, explanation?.reason], ['refused', null, 'unknown-client']);
  assert.deepEqual(warnings, ['The event was written by a version that did not record phases.']);
});

test('an event that stands for many requests says so', async () => {
  const { warnings } = await inspect(await changedEvent((details) => ({ ...details, turned_away: 7 })));
  assert.deepEqual(warnings, ['The event stands for 7 requests that ended like this one.']);
});

test('phases hold no password, no token and no name of somebody unknown [L-01] [L-04]', async () => {
  const secrets = { typed: 'Typed_Pw#gH5jR1yVd', wrong: 'wRoNg-Pw!bT4nW8sLc', right: PASSWORD };
  await server.token({ ...SEED_REQUEST, username: secrets.typed });
  await server.token({ ...SEED_REQUEST, password: secrets.wrong });
  const granted = await server.token(SEED_REQUEST);
  const { access_token: token } = granted.json<{ access_token: string }>();
  const id = granted.headers['x-auth0-requestid'];
  const told = JSON.stringify([await server.logs(), await inspect(id)]);
  assert.deepEqual(findSecrets(told, { ...secrets, token: token.split('.')[2] ?? '' }), []);
});

test('every answer of the token endpoint carries the id by which it is opened', async () => {
  const answers = [
    await postRaw(server, '{', { 'content-type': 'application/json' }),
    await postRaw(server, 'x', { 'content-type': 'application/xml' }),
    await postRaw(server, '', {}),
    await server.app.server.inject({
      method: 'POST',
      url: '/oauth/token?password=x',
      headers: { host: 'tenant.example.test', 'content-type': 'application/json' },
      payload: '{}',
    }),
  ];
  for (const answer of answers) {
    assert.equal((await inspect(answer.headers['x-auth0-requestid'])).outcome, 'refused');
  }
});
