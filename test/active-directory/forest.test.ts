// Several domains in one forest: whose name it is, and that nobody is taken for somebody of another domain.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createForest } from '../../src/directory/active-directory/forest.ts';
import { ownPortsOf } from '../../src/directory/active-directory/global-catalog.ts';
import type { Search } from '../../src/directory/ldap/ldap-connections.ts';
import { type DomainServer, payloadOf, startDomainServer } from '../support/domain-server.ts';
import { type ForestPerson, type ForestStandIn, startForestStandIn } from '../support/forest-stand-in.ts';
import { createTestClock } from '../support/test-clock.ts';

const ROOT = { netbios: 'ROOT', dns: 'example.test', dn: 'DC=example,DC=test' };
const ONE = { netbios: 'ONE', dns: 'one.example.test', dn: 'DC=one,DC=example,DC=test' };
const TWO = { netbios: 'TWO', dns: 'two.example.test', dn: 'DC=two,DC=example,DC=test' };
const DEEP = { netbios: 'DEEP', dns: 'deep.one.example.test', dn: 'DC=deep,DC=one,DC=example,DC=test' };

const person = (id: number, accountName: string, { dn }: { readonly dn: string }, principalName?: string) => ({
  ...{ id, accountName, dn: `CN=${accountName},OU=people,${dn}`, password: `password ${id}` },
  ...(principalName === undefined ? {} : { principalName }),
});
const PEOPLE = {
  adaOfOne: person(0x11, 'ada', ONE, 'ada@one.example.test'),
  adaOfTwo: person(0x22, 'ada', TWO),
  adaOfDeep: person(0x33, 'ada', DEEP),
  adaOfRoot: person(0x44, 'ada', ROOT),
  bob: person(0x55, 'bob', TWO),
  carl: person(0x66, 'carl', ONE, 'c.arl@elsewhere.test'),
  dora: person(0x77, 'dora', ONE, 'eve@two.example.test'),
  eve: person(0x88, 'eve', TWO),
  fred: person(0x99, 'fred', DEEP),
};

let forest: ForestStandIn;
let server: DomainServer;
before(async () => {
  forest = await startForestStandIn([ROOT, ONE, TWO, DEEP], Object.values(PEOPLE));
  server = await startDomainServer({ ...forest.options, base: ROOT.dn });
});
beforeEach(async () => {
  await server.use({});
  forest.searchedIn.splice(0);
  forest.bound.splice(0);
});
after(async () => {
  await Promise.all([server.close(), forest.server.close()]);
});

/** This name is this person, for whom nobody else's password is good. */
async function assertIs(name: string, { id, password, dn }: ForestPerson): Promise<void> {
  const digits = id.toString(16).repeat(16);
  const guid = digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  assert.equal(payloadOf(await server.logIn(name, password)).sub, `ad|corp|${guid}`, name);
  assert.equal(forest.bound.at(-1), dn, name);
}

async function assertNobody(name: string, reason = 'unknown-user'): Promise<void> {
  const binds = forest.bound.length;
  for (const { password } of Object.values(PEOPLE)) assert.equal(await server.reasonOf(name, password), reason, name);
  assert.equal(forest.bound.length, binds, 'no password may be tried');
}

test('a name with a domain is the one of that domain', async () => {
  await assertIs('ONE\\ada', PEOPLE.adaOfOne);
  await assertIs('two\\ADA', PEOPLE.adaOfTwo);
  await assertIs('ada@one.example.test', PEOPLE.adaOfOne);
  await assertIs('ada@TWO.example.test', PEOPLE.adaOfTwo);
  await assertIs('TWO\\bob', PEOPLE.bob);
  await assertNobody('ONE\\bob');
  await assertNobody('bob@one.example.test');
});

test('a name alone is whoever has it, or nobody when several do', async () => {
  await assertIs('bob', PEOPLE.bob);
  await assertNobody('ada', 'ambiguous-user');
});

test('a domain does not stand for those below it', async () => {
  await assertIs('ROOT\\ada', PEOPLE.adaOfRoot);
  await assertIs('ada@example.test', PEOPLE.adaOfRoot);
  await assertIs('DEEP\\ada', PEOPLE.adaOfDeep);
  await assertIs('DEEP\\fred', PEOPLE.fred);
  await assertNobody('ROOT\\bob');
  await assertNobody('ONE\\fred');
  await assertNobody('fred@one.example.test');
});

test('a principal name that is written down goes before one that is not', async () => {
  await assertIs('c.arl@elsewhere.test', PEOPLE.carl);
  await assertIs('carl@one.example.test', PEOPLE.carl);
  await assertIs('eve@two.example.test', PEOPLE.dora);
  await assertIs('TWO\\eve', PEOPLE.eve);
});

test('a base inside one domain never leads to another', async () => {
  const base = `ou=people, dc=ONE, ${ROOT.dn.toLowerCase()}`.replaceAll(', ', ',');
  await server.use({ base });
  await assertIs('ada', PEOPLE.adaOfOne);
  await assertIs('ONE\\ada', PEOPLE.adaOfOne);
  await assertIs('carl@one.example.test', PEOPLE.carl);
  for (const name of ['TWO\\ada', 'TWO\\bob', 'bob', 'ada@two.example.test', 'DEEP\\fred', 'fred']) {
    await assertNobody(name);
  }
  // The base lies in this domain, but also in one below it, whose people these are.
  await assertNobody('ROOT\\ada');
  await assertNobody('ada@example.test');
  assert.deepEqual(new Set(forest.searchedIn), new Set([base]));
});

test('domains are read again after ten minutes, and not before', async () => {
  await assertIs('ROOT\\ada', PEOPLE.adaOfRoot);
  const NEW = { netbios: 'NEW', dns: 'new.example.test', dn: 'DC=new,DC=example,DC=test' };
  const gina = person(0xaa, 'gina', NEW);
  forest.domains.push(NEW);
  forest.people.push(gina);
  await assertNobody('NEW\\gina');
  server.clock.advance(600_001);
  await assertIs('NEW\\gina', gina);
});

test('a forest that tells of no domain is an outage for names with one, and for no other', async () => {
  await server.use({ bind_dn: 'svc@example.test', max_bad_binds: 3 });
  forest.isCatalog = true;
  try {
    assert.equal(await server.outageOf('TWO\\bob', PEOPLE.bob.password), 'directory-without-configuration');
    await assertIs('bob', PEOPLE.bob);
  } finally {
    forest.isCatalog = false;
  }
  await assertIs('TWO\\bob', PEOPLE.bob);
});

test('what a Global Catalog leaves out is read beside it', async () => {
  const root = { dn: '', configurationNamingContext: 'CN=Configuration,DC=example,DC=test' };
  const partition = { dn: 'CN=TWO', nETBIOSName: TWO.netbios, dnsRoot: TWO.dns, nCName: TWO.dn };
  const catalog: Search = async (base) => (base === '' ? [root] : []);
  const whole: Search = async (base) => (base === '' ? [root] : [partition]);
  assert.deepEqual(await createForest(createTestClock()).domains(catalog, whole), [TWO]);
  assert.deepEqual(
    ownPortsOf([
      'ldaps://dc1:3269',
      'ldap://[fd00::3268]:3268/',
      'ldaps://dc2',
      'ldaps://dc3:6636',
      'ldaps://dc4:13269',
    ]),
    ['ldaps://dc1:636', 'ldap://[fd00::3268]:389/', 'ldaps://dc2', 'ldaps://dc3:6636', 'ldaps://dc4:13269'],
  );
});
