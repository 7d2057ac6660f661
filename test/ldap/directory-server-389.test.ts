// The LDAP driver conforms, and the whole way works, against a real 389 Directory Server over LDAPS.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeJwt } from 'jose';
import { conforms, SPELLINGS_OF_ADA } from '../directory/directory-suite.ts';
import {
  type DirectoryServer389,
  needsDirectoryServer389,
  startDirectoryServer389,
} from '../support/directory-server-389.ts';
import { ldapUnderTest } from '../support/ldap-under-test.ts';
import { LDAP_BASE, LDAP_PASSWORD, nameOfPerson, ODD_NAMES } from '../support/openldap.ts';
import { SAMPLE_TENANT, SEED_REQUEST } from '../support/sample-tenant.ts';
import { HOST, startServer, type TestServer } from '../support/start-server.ts';

const skip = needsDirectoryServer389();
const person = (name: string) => ({ name, password: LDAP_PASSWORD });

conforms('389 Directory Server', {
  isRemote: true,
  skip,
  good: person('ada'),
  odd: ODD_NAMES.map(person),
  patterns: ['ad*', '*)(uid=*', '\\00', 'ada)(uid=ada', '\\2a', 'Jürgen  Müller', ...SPELLINGS_OF_ADA],
  unknown: 'unknown-user',
  states: {
    locked: { ...person('locked'), reason: 'locked' },
    disabled: { ...person('disabled'), reason: 'disabled' },
    expired: { ...person('expired'), reason: 'password-expired' },
    'must-change': { ...person('must-change'), reason: 'must-change-password' },
  },
  start: async () => ldapUnderTest(await startDirectoryServer389()),
});

const GROUPS = 'https://example.com/groups';
const GROUP_BASE = `ou=groups,${LDAP_BASE}`;
const UNIQUE_ID = /^ldap\|corp\|[0-9a-f]{8}(-[0-9a-f]{8}){3}$/;

let ldap: DirectoryServer389;
let server: TestServer;
before(async () => {
  if (skip !== false) return;
  ldap = await startDirectoryServer389();
  server = await startServer();
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

/** The access token that somebody gets, as it is and decoded. */
async function loggedIn(username: string) {
  const scope = 'openid profile email read:sample';
  const response = await server.token({ ...SEED_REQUEST, username, password: LDAP_PASSWORD, scope });
  assert.equal(response.statusCode, 200, `${username}: ${response.body}`);
  const { access_token: token } = response.json<{ access_token: string }>();
  const payload = decodeJwt(token);
  return { token, sub: payload.sub ?? '', groups: (payload[GROUPS] as string[]).toSorted() };
}

const WAYS: ReadonlyArray<readonly [string, () => Record<string, unknown>]> = [
  ['LDAPS', () => ({})],
  ['StartTLS', () => ({ urls: [`ldap://localhost:${ldap.port}`], start_tls: true })],
];
for (const [way, options] of WAYS) {
  test(`389 Directory Server: over ${way}, the right password is a token with profile and groups`, {
    skip,
  }, async () => {
    await use(options());
    const { token, sub, groups } = await loggedIn('ada');
    assert.match(sub, UNIQUE_ID);
    assert.deepEqual(groups, ['staff']);
    const userinfo = await server.app.server.inject({
      url: '/userinfo',
      headers: { host: HOST, authorization: `Bearer ${token}` },
    });
    const { email, email_verified, name, given_name, family_name, nickname } = userinfo.json<Record<string, unknown>>();
    assert.deepEqual(
      { email, email_verified, name, given_name, family_name, nickname },
      {
        ...{ email: 'ada@example.test', email_verified: false, name: 'Ada Lovelace', given_name: 'Ada' },
        ...{ family_name: 'Lovelace', nickname: 'ada' },
      },
    );
    await use({ ...options(), group_base: GROUP_BASE, nested_groups: true });
    const byMail = await loggedIn('ada@example.test');
    assert.deepEqual([byMail.sub, byMail.groups], [sub, ['everyone', 'staff']]);
  });
}

test('389 Directory Server: a template of names needs no search, and people read their own entry', {
  skip,
}, async () => {
  await use({
    ...{ base: undefined, bind_dn: undefined, bind_password: undefined },
    user_dn_template: `uid={0},ou=people,${LDAP_BASE}`,
  });
  assert.deepEqual((await loggedIn('ada')).groups, ['staff']);
  const subs = new Set<string>();
  for (const name of ODD_NAMES) subs.add((await loggedIn(name)).sub);
  assert.equal(subs.size, ODD_NAMES.length);
});

test('389 Directory Server: the id stays when entries get another kind of id after the fact', { skip }, async () => {
  await use({});
  const { sub } = await loggedIn('ada');
  // The server writes this kind of id to new entries from its second start on, and to old ones when it is told to.
  await ldap.kill();
  await ldap.restart();
  await giveEntryUuids();
  assert.equal((await loggedIn('ada')).sub, sub);
});

const MOST_LOOKS = 3000;

/** Gives everybody an `entryUUID`, as who looks after the server does after an upgrade. */
async function giveEntryUuids(): Promise<void> {
  await ldap.asRoot(async (client) => {
    const task = 'cn=ids,cn=entryuuid task,cn=tasks,cn=config';
    const everybody = { basedn: LDAP_BASE, filter: '(objectClass=*)' };
    await client.add(task, { objectClass: 'extensibleObject', cn: 'ids', ...everybody });
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const [ada] = (await client.search(nameOfPerson('ada'), { scope: 'base', attributes: ['entryUUID'] }))
        .searchEntries;
      if ([ada?.['entryUUID'] ?? []].flat().length > 0) return;
      await sleep(20);
    }
    assert.fail('The server gave no ids.');
  });
}
