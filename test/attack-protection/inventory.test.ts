// Every door that takes a credential has a guard in front of it. A route or a grant that is not in the tables below makes a
// test fail, so that nobody opens a door without one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startGuardedServer } from '../support/guarded-server.ts';
import { API, BACKEND_CLIENT, BACKEND_SECRET, DATABASE, REALM_GRANT, SAMPLE_TENANT } from '../support/sample-tenant.ts';
import { ISSUER } from '../support/start-server.ts';

/** What each route takes that somebody could guess. */
const ROUTES: Readonly<Record<string, string>> = {
  '/healthz': 'nothing',
  '/readyz': 'nothing',
  '/oauth/token': 'passwords and client secrets: the grants below',
  // Its limit is tried in test/sign-up/sign-up-protection.test.ts.
  '/dbconnections/signup': 'no credential: it sets a password, so many times an address',
  // What they show beside, a refresh token, has a keyed digest of 256 bits.
  '/oauth/revoke': 'client secrets, as the grants below',
  // A signature or a seal of 256 bits and more, which no number of tries finds.
  '/userinfo': 'a token',
  '/.well-known/openid-configuration': 'nothing',
  '/.well-known/oauth-authorization-server': 'nothing',
  '/.well-known/jwks.json': 'nothing',
  '/authorize': 'nothing',
  // Its answer tells nothing of the name in it.
  '/dbconnections/change_password': 'nothing',
  // 256 random bits, of which a digest is kept; they work once.
  '/u/email-verification': 'a ticket that nobody can guess',
  '/u/unblock': 'a ticket that nobody can guess',
  '/u/reset-password': 'a ticket that nobody can guess',
  '/api/v2/openapi.json': 'nothing',
  '/api/v2/docs': 'nothing',
  '/api/v2/docs/rapidoc.js': 'nothing',
  '/dashboard': 'nothing',
  // Its pages and files, as the router prints them.
  '/dashboard*': 'nothing',
  // 256 random bits, or a token: its pages take passwords to /oauth/token.
  '/dashboard/session': 'a token, or a session that it opened',
  // 128 bits of a keyed hash, good for a minute.
  '/api/v2/exported-users/:address': 'an address that nobody can guess',
};

interface Door {
  readonly grant: string;
  /** The request with a wrong credential. */
  readonly wrong: Record<string, unknown>;
  readonly right: Record<string, unknown> | (() => Promise<Record<string, unknown>>);
  readonly refusal: string;
}

const M2M = { client_id: 'Machine', client_secret: 'a-secret-of-the-machine-0123456789' };
const BACKEND = { client_id: BACKEND_CLIENT, client_secret: BACKEND_SECRET };

const REFRESHING = { client_id: 'Refreshing', client_secret: 'a-secret-of-the-refreshing-one' };

const DOORS: readonly Door[] = [
  { grant: 'password', wrong: { password: 'wrong' }, right: {}, refusal: 'too_many_attempts' },
  {
    grant: REALM_GRANT,
    wrong: { password: 'wrong', realm: DATABASE },
    right: { realm: DATABASE },
    refusal: 'too_many_attempts',
  },
  { grant: 'password', wrong: { ...BACKEND, client_secret: 'wrong' }, right: BACKEND, refusal: 'too_many_requests' },
  {
    grant: REALM_GRANT,
    wrong: { ...BACKEND, client_secret: 'wrong', realm: DATABASE },
    right: { ...BACKEND, realm: DATABASE },
    refusal: 'too_many_requests',
  },
  {
    grant: 'client_credentials',
    wrong: { ...M2M, client_secret: 'wrong' },
    right: M2M,
    refusal: 'too_many_requests',
  },
  {
    grant: 'refresh_token',
    wrong: { ...REFRESHING, client_secret: 'wrong' },
    right: async () => ({ ...REFRESHING, refresh_token: await refreshToken() }),
    refusal: 'too_many_requests',
  },
];

async function refreshToken(): Promise<string> {
  const scope = 'email offline_access';
  const answer = await server.login('192.0.2.251', { ...REFRESHING, audience: `${ISSUER}userinfo`, scope });
  return answer.json<{ refresh_token: string }>().refresh_token;
}

const TENANT = {
  clients: [
    ...SAMPLE_TENANT.clients,
    { name: 'Refreshing', ...REFRESHING, app_type: 'regular_web', grant_types: ['password', 'refresh_token'] },
    { name: 'Machine', ...M2M, app_type: 'non_interactive', grant_types: ['client_credentials'] },
  ],
  databases: SAMPLE_TENANT.databases.map((database) => ({
    ...database,
    enabled_clients: [...database.enabled_clients, 'Refreshing'],
  })),
  clientGrants: [{ client_id: 'Machine', audience: API, scope: ['read:sample'] }],
};

let server: Awaited<ReturnType<typeof startGuardedServer>>;
before(async () => {
  server = await startGuardedServer(undefined, { tenant: TENANT });
});
after(() => server.close());

test('every route of the server is in the list of doors, and the other way round [T-06]', async () => {
  await server.app.server.ready();
  const printed = server.app.server.printRoutes({ commonPrefix: false });
  const routes = pathsOf(printed);
  const management = new Set(server.app.endpoints.map(({ path }) => `/api/v2${path.replaceAll(/\{(\w+)\}/g, ':$1')}`));
  assert.deepEqual(routes.filter((path) => !management.has(path)).toSorted(), Object.keys(ROUTES).toSorted());
  assert.deepEqual(
    [...management].filter((path) => !routes.includes(path)),
    [],
  );
});

test('every endpoint of the Management API takes a token, but for the set-up, which takes one that is as long [T-06]', () => {
  const open = server.app.endpoints.filter(({ scopes }) => scopes.length === 0).map(({ path }) => path);
  assert.deepEqual(open, ['/setup']);
});

/**
 * Endpoints of the Management API that take somebody's password and say whether it is right. They need a scope that changes
 * connections, whose owner could send every login elsewhere and need not guess; a directory is asked about ten passwords of
 * a tenant in a row and one a minute from then on, each with an event; and of passwords in our own database they say nothing.
 */
const TRYING = ['/connections/test', '/connections/{id}/test'];

test('an endpoint that takes a password either sets it, or is known to try it and stops after ten tries [T-06]', async () => {
  const membersOf = (body: { properties?: object } = {}) => Object.keys(body.properties ?? {});
  const taking = server.app.endpoints.filter(({ body }) => membersOf(body).includes('password'));
  assert.deepEqual(
    taking.map(({ path }) => path).toSorted(),
    [...TRYING, '/setup', '/users', '/users/{id}'].toSorted(),
  );
});

/** The paths of a printed tree of routes: what stands deeper continues what stands above it. */
function pathsOf(printed: string): string[] {
  const above: string[] = [];
  const paths = printed.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods] = /^([│├└─ ]*)(\S+)(?: \((.+)\))?$/u.exec(line) ?? [];
    if (part === '') return [];
    const depth = indent.length / 4;
    above.length = depth - 1;
    const path = above.join('') + part;
    above[depth - 1] = part;
    return methods === undefined ? [] : [path];
  });
  return [...new Set(paths)];
}

test('every grant that the server answers to is in the list of doors [T-06]', async () => {
  const known = new Set(DOORS.map((door) => door.grant));
  // Auth0's grants and those of the RFCs: one that is built is not unsupported any more.
  const all = [
    ...['password', REALM_GRANT, 'client_credentials', 'refresh_token', 'authorization_code'],
    ...['urn:ietf:params:oauth:grant-type:device_code', 'urn:ietf:params:oauth:grant-type:token-exchange'],
    ...['urn:ietf:params:oauth:grant-type:jwt-bearer', 'http://auth0.com/oauth/grant-type/mfa-otp'],
    ...['http://auth0.com/oauth/grant-type/mfa-oob', 'http://auth0.com/oauth/grant-type/mfa-recovery-code'],
    ...['http://auth0.com/oauth/grant-type/passwordless/otp', 'urn:openid:params:grant-type:ciba'],
  ];
  for (const grant of all) {
    const answer = await server.login('192.0.2.250', { grant_type: grant });
    const isUnsupported = answer.json<{ error: string }>().error === 'unsupported_grant_type';
    assert.equal(isUnsupported, !known.has(grant), grant);
  }
});

for (const [index, { grant, wrong, right: given, refusal }] of DOORS.entries()) {
  test(`wrong credentials at door ${index + 1}, ${refusal} of ${grant}, shut it for the right ones from there and nowhere else [T-06]`, async () => {
    const right = typeof given === 'function' ? await given() : given;
    const here = `198.51.100.${index + 1}`;
    assert.equal((await server.login(here, { grant_type: grant, ...right })).statusCode, 200);
    for (let made = 0; made < 20; made += 1) await server.login(here, { grant_type: grant, ...wrong });
    const answer = await server.login(here, { grant_type: grant, ...right });
    assert.deepEqual([answer.statusCode, answer.json<{ error: string }>().error], [429, refusal]);
    const elsewhere = `203.0.113.${index + 1}`;
    assert.equal((await server.login(elsewhere, { grant_type: grant, ...right })).statusCode, 200);
  });
}
