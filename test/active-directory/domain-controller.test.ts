// The whole way against a real domain controller: the request of the article with an Active Directory connection as the
// default directory.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from 'ldapts';
import { type DomainServer, GROUPS, payloadOf, startDomainServer } from '../support/domain-server.ts';
import { type Answer, get } from '../support/injected-request.ts';
import { assertRefused } from '../support/refusal.ts';
import {
  AD_BASE,
  AD_PASSWORD,
  ADMIN_PASSWORD,
  needsSamba,
  ODD_ACCOUNT,
  ODD_COMMON_NAME,
  type Samba,
  startSamba,
} from '../support/samba.ts';
import { REALM_GRANT } from '../support/sample-tenant.ts';

const skip = needsSamba();
const ADA_DN = `CN=Ada Lovelace,CN=Users,${AD_BASE}`;

let samba: Samba;
let server: DomainServer;
before(async () => {
  if (skip !== false) return;
  samba = await startSamba();
  server = await startDomainServer(samba.options);
});
after(async () => {
  if (skip !== false) return;
  await Promise.all([server.close(), samba.stop()]);
});

/** The distinguished name of whoever has this id, as the domain itself says. */
async function ownerOf(id: string): Promise<string | undefined> {
  const client = new Client({ url: 'ldaps://localhost', tlsOptions: { ca: samba.options.ca } });
  await client.bind(samba.options.bind_dn, samba.options.bind_password);
  try {
    const found = await client.search(`<GUID=${id}>`, { scope: 'base', attributes: ['cn'] });
    return found.searchEntries[0]?.dn;
  } finally {
    await client.unbind();
  }
}

const subOf = async (name: string, change = {}) =>
  payloadOf(await server.logIn(name, AD_PASSWORD, '192.0.2.1', change)).sub ?? '';

/** What /userinfo says after a login. */
async function profileOf(login: Answer): Promise<Record<string, unknown> & { readonly sub: string }> {
  const { access_token: token } = login.json<{ access_token: string }>();
  return (await get(server, '/userinfo', { authorization: `Bearer ${token}` })).json();
}

const WAYS: ReadonlyArray<readonly [string, Record<string, unknown>]> = [
  ['LDAPS', {}],
  ['StartTLS', { urls: ['ldap://localhost'], start_tls: true }],
  ['the Global Catalog', { urls: ['ldaps://localhost:3269'] }],
];
for (const [way, options] of WAYS) {
  test(`over ${way}, the right password is a token with id, profile and groups`, { skip }, async () => {
    await server.use(options);
    const response = await server.logIn('ada', AD_PASSWORD);
    const payload = payloadOf(response);
    const [, id = ''] = /^ad\|corp\|([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(payload.sub ?? '') ?? [];
    assert.equal(await ownerOf(id), ADA_DN);
    assert.deepEqual((payload[GROUPS] as string[]).toSorted(), ['everyone', 'staff']);
    const { email, email_verified, name, given_name, family_name, nickname } = await profileOf(response);
    assert.deepEqual(
      { email, email_verified, name, given_name, family_name, nickname },
      {
        ...{ email: 'ada@corp.example.test', email_verified: false, name: 'Ada Lovelace', nickname: 'ada' },
        ...{ given_name: 'Ada', family_name: 'Lovelace' },
      },
    );
    assert.equal(await server.reasonOf('ada', 'wrong'), 'wrong-password');
    assert.equal(await server.reasonOf('nobody', AD_PASSWORD), 'unknown-user');
    // The right one sets the count of the domain back.
    assert.equal(await subOf('ada'), payload.sub);
    assert.equal(await samba.badPasswords('ada'), 0);
  });
}

test('groups are read in groups, directly, or not at all, as the connection says', { skip }, async () => {
  const groups = async (options: Record<string, unknown>) => {
    await server.use(options);
    const claim = payloadOf(await server.logIn('ada', AD_PASSWORD))[GROUPS];
    return claim === undefined ? 'no claim' : (claim as string[]).toSorted();
  };
  assert.deepEqual(await groups({ groups: 'direct' }), ['staff']);
  assert.equal(await groups({ groups: 'none' }), 'no claim');
  assert.deepEqual(await groups({ group_base: `CN=Users,${AD_BASE}`, groups: 'nested' }), ['everyone', 'staff']);
  assert.equal(await groups({ groups_claim: undefined }), 'no claim');
});

for (const [port, urls] of [
  ['the domain’s own port', ['ldaps://localhost']],
  ['the port of the Global Catalog', ['ldaps://localhost:3269']],
] as const) {
  test(`at ${port}, every form of a name is the same user, and other domains are nobody's`, { skip }, async () => {
    await server.use({ urls });
    const sub = await subOf('ada');
    for (const name of ['ADA', 'CORP\\ada', 'corp\\ADA', 'ada@corp.example.test', 'Ada@CORP.Example.Test']) {
      assert.equal(await subOf(name), sub, name);
    }
    assert.equal(await subOf('ada', { grant_type: REALM_GRANT, realm: 'corp' }), sub);
    const byAccountName = await server.logIn('administrator', ADMIN_PASSWORD);
    const byImplicitName = await server.logIn('Administrator@Corp.example.test', ADMIN_PASSWORD);
    assert.equal(payloadOf(byImplicitName).sub, payloadOf(byAccountName).sub);
    for (const name of ['ELSEWHERE\\ada', 'ada@elsewhere.test', 'ada@CORP', 'corp.example.test\\ada']) {
      assert.equal(await server.reasonOf(name, AD_PASSWORD), 'unknown-user', name);
    }
    for (const name of ['@corp.example.test', 'CORP\\', '\\ada', 'CORP\\ada\\ada', 'CORP\\ada@corp.example.test']) {
      assert.equal(await server.reasonOf(name, AD_PASSWORD), 'unknown-user', name);
    }
  });
}

test('a filter of the operator takes the place of all forms', { skip }, async () => {
  const sub = await subOf('ada');
  await server.use({ user_filter: '(&(objectClass=user)(mail={0}))' });
  assert.equal(await subOf('ada@corp.example.test'), sub);
  assert.equal(await server.reasonOf('ada', AD_PASSWORD), 'unknown-user');
});

test('a name with any characters is that one user, and never a pattern [T-12]', { skip }, async () => {
  await server.use({});
  const sub = await subOf(ODD_ACCOUNT);
  assert.equal(await subOf(`CORP\\${ODD_ACCOUNT}`), sub);
  assert.equal(await subOf(`${ODD_ACCOUNT}@corp.example.test`), sub);
  // The groups of this one are searched for by a distinguished name that a filter could trip over.
  const odd = await server.logIn('odd-cn', AD_PASSWORD);
  assert.deepEqual(payloadOf(odd)[GROUPS], []);
  const { sub: oddSub, name: oddName } = await profileOf(odd);
  assert.match((await ownerOf(oddSub.split('|')[2] ?? '')) ?? '', /Comma/);
  // A profile begins with no space.
  assert.equal(oddName, ODD_COMMON_NAME.trim());
  for (const name of ['ad*', '*', '*)(sAMAccountName=*', '\\61da', 'ada)(cn=*', 'CORP\\ad*', 'ad*@corp.example.test']) {
    assert.equal(await server.reasonOf(name, AD_PASSWORD), 'unknown-user', name);
  }
});

test('each reason to refuse is in the log, and the answer is always the same', { skip }, async () => {
  await server.use({});
  const reasons = {
    ...{ disabled: 'disabled', 'must-change': 'must-change-password', old: 'password-expired' },
    ...{ over: 'account-expired', never: 'logon-hours', elsewhere: 'workstation' },
  };
  for (const [name, reason] of Object.entries(reasons)) {
    assert.equal(await server.reasonOf(name, AD_PASSWORD), reason);
    // Only the right password learns of the domain why it is not enough.
    assert.equal(await server.reasonOf(name, 'wrong'), 'wrong-password', name);
  }
  const guesses = (times: number) => Array.from({ length: times }, () => server.reasonOf('lockable', 'wrong'));
  await server.use({ max_bad_binds: 100 });
  await Promise.all(guesses(6));
  assert.equal(await server.reasonOf('lockable', 'wrong'), 'locked');
  assert.equal(await server.reasonOf('lockable', AD_PASSWORD), 'locked');
  await samba.forgive('lockable');
  await subOf('lockable');
});

test('an empty password is refused before the domain hears of it [T-13]', { skip }, async () => {
  await server.use({});
  for (const change of [{}, { grant_type: REALM_GRANT, realm: 'corp' }]) {
    const answer = await server.logIn('ada', '', '192.0.2.1', change);
    assertRefused(answer, [400, 'invalid_request', 'Missing required parameter: password']);
  }
  assert.equal(await samba.badPasswords('ada'), 0);
});

test('what the service account may not do is an outage, and no failed attempt', { skip }, async () => {
  await server.use({ bind_password: 'wrong' });
  assert.equal(await server.outageOf('ada', AD_PASSWORD), 'directory-service-account-refused');
  // Not again and again: the domain would lock the account of everybody.
  assert.equal(await server.outageOf('ada', AD_PASSWORD), 'directory-service-account-refused');
  assert.equal(await samba.badPasswords('svc-gatehouse'), 1);
  await server.use({ base: 'DC=elsewhere,DC=test' });
  assert.match((await server.outageOf('ada', AD_PASSWORD)) ?? '', /^directory-(search-refused|referral)/);
  await server.use({ urls: ['ldap://localhost'], allow_insecure: true, ca: undefined });
  assert.equal(await server.outageOf('ada', AD_PASSWORD), 'directory-wants-tls');
});

test('a domain controller that is gone is an outage that counts against nobody, until it is back [T-16]', {
  skip,
}, async () => {
  await server.use({});
  await subOf('ada');
  const spent = await server.spent();
  await samba.kill();
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const reason = await server.outageOf('ada', attempt % 2 === 0 ? AD_PASSWORD : 'wrong');
    assert.equal(reason, attempt < 5 ? 'directory-connect-failed' : 'directory-breaker-open');
  }
  assert.deepEqual(await server.spent(), spent);
  await samba.restart();
  server.clock.advance(31_000);
  assert.equal(await samba.badPasswords('ada'), 0);
  await subOf('ada');
});
