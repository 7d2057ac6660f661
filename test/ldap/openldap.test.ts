// The whole way against a real OpenLDAP: the request of the article with an LDAP connection as the default directory.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt } from 'jose';
import { LDAP_BASE, LDAP_PASSWORD, ODD_NAMES, type OpenLdap, startOpenldap } from '../support/openldap.ts';
import { needs } from '../support/required-program.ts';
import { PUBLIC_CLIENT, REALM_GRANT, SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

const skip = needs('slapd');
const GROUPS = 'https://example.com/groups';
const UUID = /^ldap\|corp\|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

let ldap: OpenLdap;
let server: TestServer;
before(async () => {
  if (skip !== false) return;
  ldap = await startOpenldap();
  server = await startServer();
  await use({});
});
after(async () => {
  if (skip !== false) return;
  await Promise.all([server.close(), ldap.stop()]);
});

/** Makes a connection with these options the default directory; undefined takes one away. */
async function use(options: Record<string, unknown>): Promise<void> {
  const all = { ...ldap.options, groups_claim: GROUPS, ...options };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  await server.apply({
    ...SAMPLE_TENANT,
    tenant: { ...SAMPLE_TENANT.tenant, default_directory: 'corp' },
    connections: [{ name: 'corp', strategy: 'ldap', enabled_clients: ['CLI'], options: given }],
  });
}

const ask = (username: string, password = LDAP_PASSWORD, more: object = {}) =>
  server.token({ ...SEED_REQUEST, username, password, scope: 'openid profile email read:sample', ...more });

async function reasonOf(username: string, password = LDAP_PASSWORD): Promise<string | undefined> {
  const response = await ask(username, password);
  assert.equal(response.statusCode, 403, response.body);
  assert.deepEqual(response.json(), { error: 'invalid_grant', error_description: 'Wrong email or password.' });
  const [event] = await server.logs();
  return event?.details.error?.reason;
}

const PLAIN_URL = () => [`ldap://localhost:${ldap.port}`];
const WAYS: ReadonlyArray<readonly [string, () => Record<string, unknown>]> = [
  ['LDAPS', () => ({})],
  ['StartTLS', () => ({ urls: PLAIN_URL(), start_tls: true })],
  ['plain text, where that was asked for', () => ({ urls: PLAIN_URL(), allow_insecure: true, ca: undefined })],
  ['a search without a name', () => ({ bind_dn: undefined, bind_password: undefined })],
];
for (const [way, options] of WAYS) {
  test(`over ${way}, the right password is a token with profile and groups`, { skip }, async () => {
    await use({ ...options(), group_base: `ou=groups,${LDAP_BASE}` });
    const response = await ask('ada');
    assert.equal(response.statusCode, 200, response.body);
    const { access_token: accessToken } = response.json<{ access_token: string }>();
    const payload = decodeJwt(accessToken);
    assert.match(payload.sub ?? '', UUID);
    assert.deepEqual((payload[GROUPS] as string[]).toSorted(), ['posix', 'staff']);
    const userinfo = await server.app.server.inject({
      url: '/userinfo',
      headers: { host: HOST, authorization: `Bearer ${accessToken}` },
    });
    const { email, email_verified, name, given_name, family_name, nickname, sub } =
      userinfo.json<Record<string, unknown>>();
    assert.deepEqual(
      { email, email_verified, name, given_name, family_name, nickname, sub },
      {
        ...{ email: 'ada@example.test', email_verified: false, name: 'Ada Lovelace', given_name: 'Ada' },
        ...{ family_name: 'Lovelace', nickname: 'ada', sub: payload.sub },
      },
    );
    assert.equal(await reasonOf('ada', 'wrong'), 'wrong-password');
  });
}

test('by realm it is the same user, and by e-mail address too', { skip }, async () => {
  await use({});
  const subOf = (response: Awaited<ReturnType<typeof ask>>) =>
    decodeJwt(response.json<{ access_token: string }>().access_token).sub;
  const sub = subOf(await ask('ada'));
  assert.equal(subOf(await ask('ada@example.test')), sub);
  assert.equal(subOf(await ask('ada', LDAP_PASSWORD, { grant_type: REALM_GRANT, realm: 'corp' })), sub);
  assert.equal(subOf(await ask('ADA')), sub);
});

test('a template of names needs no search, and people read their own entry', { skip }, async () => {
  const direct = { base: undefined, bind_dn: undefined, bind_password: undefined };
  await use({ ...direct, user_dn_template: `uid={0},ou=people,${LDAP_BASE}`, group_base: `ou=groups,${LDAP_BASE}` });
  const response = await ask('ada');
  assert.equal(response.statusCode, 200, response.body);
  assert.match(decodeJwt(response.json<{ access_token: string }>().access_token).sub ?? '', UUID);
  assert.equal(await reasonOf('ada', 'wrong'), 'wrong-password');
  assert.equal(await reasonOf('ada,ou=people', LDAP_PASSWORD), 'wrong-password');
  for (const name of ODD_NAMES) assert.equal((await ask(name)).statusCode, 200, name);
});

test('groups that are in groups are found once each, also when they go round in circles', { skip }, async () => {
  await use({ group_base: `ou=groups,${LDAP_BASE}`, nested_groups: true });
  const { access_token: token } = (await ask('ada')).json<{ access_token: string }>();
  assert.deepEqual((decodeJwt(token)[GROUPS] as string[]).toSorted(), ['circle', 'everyone', 'posix', 'staff']);
});

test('without a place for groups they are what memberOf says', { skip }, async () => {
  await use({});
  const { access_token: token } = (await ask('ada')).json<{ access_token: string }>();
  assert.deepEqual(decodeJwt(token)[GROUPS], ['staff']);
});

test('a name with any characters is that one user, and never a pattern [T-12]', { skip }, async () => {
  await use({});
  const subs = new Set<unknown>();
  for (const name of ODD_NAMES) {
    const response = await ask(name);
    assert.equal(response.statusCode, 200, `${name}: ${response.body}`);
    subs.add(decodeJwt(response.json<{ access_token: string }>().access_token).sub);
  }
  assert.equal(subs.size, ODD_NAMES.length);
  for (const name of ['ad*', '*)(uid=*', '\\00', 'ada)(uid=ada', '(uid=ada)', '\\2a']) {
    assert.equal(await reasonOf(name), 'unknown-user', name);
  }
});

test('each reason to refuse is in the log, and the answer is always the same', { skip }, async () => {
  await use({});
  assert.equal(await reasonOf('ada', 'wrong'), 'wrong-password');
  assert.equal(await reasonOf('nobody'), 'unknown-user');
  assert.equal(await reasonOf('shared@example.test'), 'ambiguous-user');
  assert.equal(await reasonOf('locked'), 'locked');
  assert.equal(await reasonOf('must-change'), 'must-change-password');
  assert.equal(await reasonOf('expired'), 'password-expired');
  assert.equal(await reasonOf('without-password'), 'wrong-password');
});

test('what the service account may not do is an outage, and no failed attempt', { skip }, async () => {
  const refused = async (options: Record<string, unknown>) => {
    await use(options);
    const response = await ask('ada');
    assert.equal(response.statusCode, 503, response.body);
    assert.ok(Number(response.headers['retry-after']) >= 1);
    const [event] = await server.logs();
    assert.equal(event?.type, 'fc');
    return event.details.error?.reason;
  };
  assert.equal(await refused({ bind_password: 'wrong' }), 'directory-service-account-refused');
  assert.equal(await refused({ base: 'dc=elsewhere,dc=test' }), 'directory-search-refused:32');
  assert.equal(await refused({ profile_map: { user_id: 'employeeNumber' } }), 'directory-entry-without-id');
});

test('a certificate that is not trusted, or is for another name, ends it before a password is sent [F-07]', {
  skip,
}, async () => {
  const reason = async (options: Record<string, unknown>) => {
    await use(options);
    assert.equal((await ask('ada')).statusCode, 503);
    return (await server.logs())[0]?.details.error?.reason ?? '';
  };
  assert.match(await reason({ ca: undefined }), /^directory-tls-failed:(unable-to|self-signed)/);
  assert.match(await reason({ ca: undefined, urls: PLAIN_URL(), start_tls: true }), /^directory-tls-failed:/);
});

test('when the first server is gone the second one answers, and the first again when it is back', {
  skip,
}, async () => {
  const second = await startOpenldap();
  try {
    await use({ urls: [...ldap.options.urls, `ldaps://localhost:${second.tlsPort}`], ca: ldap.ca + second.ca });
    const sub = async () => decodeJwt((await ask('ada')).json<{ access_token: string }>().access_token).sub;
    const first = await sub();
    await ldap.kill();
    assert.notEqual(await sub(), first);
    await ldap.restart();
    assert.notEqual(await sub(), first);
    server.clock.advance(30_001);
    assert.equal(await sub(), first);
  } finally {
    await second.stop();
  }
});

test('yesterday’s password opens nothing while the directory is down, and the breaker closes when it is back [T-16]', {
  skip,
}, async () => {
  await use({});
  assert.equal((await ask('ada')).statusCode, 200);
  await ldap.kill();
  const reasons: (string | undefined)[] = [];
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const response = await ask('ada');
    assert.equal(response.statusCode, 503);
    assert.ok(response.headers['retry-after']);
    reasons.push((await server.logs())[0]?.details.error?.reason);
  }
  assert.equal(reasons.at(-1), 'directory-breaker-open');
  await ldap.restart();
  assert.equal((await ask('ada')).statusCode, 503);
  server.clock.advance(31_000);
  assert.equal((await ask('ada')).statusCode, 200);
  assert.equal((await ask('ada', LDAP_PASSWORD, { client_id: PUBLIC_CLIENT })).statusCode, 200);
});
