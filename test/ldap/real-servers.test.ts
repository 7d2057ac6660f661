// The servers that other tests trust to be real, told by the LDAP library alone: what they answer is what the drivers are
// written against.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { Client, ResultCodeError } from 'ldapts';
import { startFaultyLdap } from '../support/faulty-ldap.ts';
import { LDAP_BASE, LDAP_PASSWORD, type OpenLdap, startOpenldap } from '../support/openldap.ts';
import { needs } from '../support/required-program.ts';
import {
  AD_BASE,
  AD_PASSWORD,
  LOCKOUT_THRESHOLD,
  needsSamba,
  ODD_ACCOUNT,
  ODD_COMMON_NAME,
  type Samba,
  startSamba,
} from '../support/samba.ts';

const skip = { openldap: needs('slapd'), samba: needsSamba() };
let openldap: OpenLdap;
let samba: Samba;
before(async () => {
  if (skip.openldap === false) openldap = await startOpenldap();
  if (skip.samba === false) samba = await startSamba();
});
after(async () => {
  if (skip.openldap === false) await openldap.stop();
  if (skip.samba === false) await samba.stop();
});

interface Place {
  readonly url: string;
  readonly ca: string;
  readonly startTls?: boolean;
}

/** Works with a connection that somebody is bound on, and closes it. */
async function bound<T>(
  place: Place,
  name: string,
  password: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { url, ca, startTls = false } = place;
  const client = new Client({ url, ...(startTls ? {} : { tlsOptions: { ca } }), timeout: 10_000 });
  try {
    if (startTls) await client.startTLS({ ca, servername: 'localhost' });
    await client.bind(name, password);
    return await work(client);
  } finally {
    await client.unbind();
  }
}

/** `ok`, the sub-code of Active Directory, or the code. */
async function answerTo(place: Place, name: string, password: string): Promise<string> {
  try {
    return await bound(place, name, password, async () => 'ok');
  } catch (error) {
    if (!(error instanceof ResultCodeError)) throw error;
    return /\bdata (\w+)/.exec(error.message)?.[1] ?? String(error.code);
  }
}

const overTls = () => ({ url: `ldaps://localhost:${openldap.tlsPort}`, ca: openldap.ca });
const personDn = (uid: string) => `uid=${uid},ou=people,${LDAP_BASE}`;

test('OpenLDAP answers over LDAPS and StartTLS, knows who is in what, and comes back with it', {
  skip: skip.openldap,
}, async () => {
  const withStartTls = { url: `ldap://localhost:${openldap.port}`, ca: openldap.ca, startTls: true };
  for (const place of [overTls(), withStartTls]) {
    assert.equal(await answerTo(place, personDn('ada'), LDAP_PASSWORD), 'ok');
    assert.equal(await answerTo(place, personDn('ada'), 'wrong'), '49');
  }
  await openldap.kill();
  await assert.rejects(answerTo(overTls(), personDn('ada'), LDAP_PASSWORD), { code: 'ECONNREFUSED' });
  await openldap.restart();
  const { bind_dn: name, bind_password: password } = openldap.options;
  const found = await bound(overTls(), name, password, (client) =>
    client.search(personDn('ada'), { scope: 'base', attributes: ['memberOf'] }),
  );
  assert.equal(found.searchEntries[0]?.['memberOf'], `cn=staff,ou=groups,${LDAP_BASE}`);
});

test('OpenLDAP lets somebody in who must change the password, and then allows nothing else', {
  skip: skip.openldap,
}, async () => {
  const name = personDn('must-change');
  assert.equal(await answerTo(overTls(), name, LDAP_PASSWORD), 'ok');
  const search = bound(overTls(), name, LDAP_PASSWORD, (client) => client.search(name, { scope: 'base' }));
  await assert.rejects(search, { code: 50 });
  for (const uid of ['locked', 'expired', 'without-password']) {
    assert.equal(await answerTo(overTls(), personDn(uid), LDAP_PASSWORD), '49', uid);
  }
});

const controller = (url = 'ldaps://localhost') => ({ url, ca: samba.options.ca });
const principal = (account: string) => `${account}@corp.example.test`;
const asService = <T>(work: (client: Client) => Promise<T>, url?: string) =>
  bound(controller(url), samba.options.bind_dn, samba.options.bind_password, work);

test('the domain controller says why it refuses the right password, and counts only wrong ones', {
  skip: skip.samba,
}, async () => {
  const reasons = {
    ...{ ada: 'ok', 'odd-cn': 'ok', [ODD_ACCOUNT]: 'ok', nobody: '52e', never: '530', elsewhere: '531', old: '532' },
    ...{ disabled: '533', over: '701', 'must-change': '773' },
  };
  for (const [account, reason] of Object.entries(reasons)) {
    assert.equal(await answerTo(controller(), principal(account), 'wrong'), '52e', account);
    assert.equal(await answerTo(controller(), principal(account), AD_PASSWORD), reason, account);
    // A login resets the count; a right password that is refused leaves it alone.
    const count = ['ok', '52e'].includes(reason) ? 0 : 1;
    if (account !== ODD_ACCOUNT) assert.equal(await samba.badPasswords(account), count, account);
  }
});

test('the domain controller locks an account at the threshold, and frees it when it is told', {
  skip: skip.samba,
}, async () => {
  const bind = (password: string) => answerTo(controller(), principal('lockable'), password);
  for (let wrong = 1; wrong <= LOCKOUT_THRESHOLD; wrong += 1) {
    assert.equal(await bind('wrong'), '52e');
    assert.equal(await samba.badPasswords('lockable'), wrong);
  }
  assert.equal(await bind('wrong'), '775');
  assert.equal(await bind(AD_PASSWORD), '775');
  await samba.forgive('lockable');
  assert.equal(await bind(AD_PASSWORD), 'ok');
});

test('the domain controller takes each form of a name, and no password without TLS', { skip: skip.samba }, async () => {
  const names = [principal('ada'), 'CORP\\ada', `CN=Ada Lovelace,CN=Users,${AD_BASE}`];
  for (const name of names) {
    assert.equal(await answerTo(controller(), name, AD_PASSWORD), 'ok', name);
    assert.equal(await answerTo({ ...controller('ldap://localhost'), startTls: true }, name, AD_PASSWORD), 'ok', name);
  }
  const plain = new Client({ url: 'ldap://localhost' });
  await assert.rejects(plain.bind(principal('ada'), AD_PASSWORD), { code: 8 });
  await plain.unbind();
});

test('the domain controller tells ids, groups in groups and domains, also as the Global Catalog', {
  skip: skip.samba,
}, async () => {
  for (const url of ['ldaps://localhost', 'ldaps://localhost:3269']) {
    await asService(async (client) => {
      const find = async (filter: string, base = AD_BASE) => {
        const wanted = { attributes: ['objectGUID', 'cn', 'nETBIOSName'], explicitBufferAttributes: ['objectGUID'] };
        return (await client.search(base, { filter, ...wanted })).searchEntries;
      };
      const [ada] = await find('(sAMAccountName=ada)');
      assert.ok(ada);
      assert.equal((ada['objectGUID'] as Buffer).length, 16);
      const groups = await find(`(member:1.2.840.113556.1.4.1941:=${ada.dn})`);
      assert.deepEqual(new Set(groups.map((group) => group['cn'])), new Set(['everyone', 'staff']));
      const [odd] = await find('(sAMAccountName=odd-cn)');
      assert.equal(odd?.['cn'], ODD_COMMON_NAME);
      assert.equal(await answerTo(controller(), odd?.dn ?? '', AD_PASSWORD), 'ok');
      const domains = await find(`(nCName=${AD_BASE})`, `CN=Partitions,CN=Configuration,${AD_BASE}`);
      assert.deepEqual(
        domains.map((domain) => domain['nETBIOSName']),
        ['CORP'],
      );
    }, url);
  }
});

test('the domain controller comes back with the same people', { skip: skip.samba }, async () => {
  await samba.kill();
  await assert.rejects(answerTo(controller(), principal('ada'), AD_PASSWORD), { code: 'ECONNREFUSED' });
  await samba.restart();
  assert.equal(await answerTo(controller(), principal('ada'), AD_PASSWORD), 'ok');
});

test('a server of old TLS is one that a client without standards can talk to', async () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const server = await startFaultyLdap({ tls: true, tlsOptions: old });
  const socket = connect({ port: server.port, host: 'localhost', ca: server.ca, ...old });
  const protocol = await new Promise((resolve, reject) => {
    socket.once('secureConnect', () => resolve(socket.getProtocol()));
    socket.once('error', reject);
  });
  socket.destroy();
  await server.close();
  assert.equal(protocol, 'TLSv1.1');
});
