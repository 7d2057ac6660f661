// OpenLDAP as it is used: people and groups found by indexes, passwords kept as ARGON2, its hash of today, and as SSHA, which
// was its default for twenty years.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { LDAP_BASE, startOpenldap } from '../../../test/support/openldap.ts';
import { runProgram } from '../../../test/support/run-program.ts';
import { DIRECTORY_PASSWORD, type DirectoryKind, type Population } from './directory.ts';

const MODULES = '/usr/lib/ldap';
const NEEDED: readonly (readonly [path: string, name: string])[] = [
  ['/usr/sbin/slapd', 'slapd'],
  [`${MODULES}/argon2.so`, 'the argon2 module of slapd'],
];
const ATTRIBUTES = ['entryUUID', 'memberOf', 'mail', 'displayName', 'cn', 'givenName', 'sn', 'uid'];
const INDEXED = ['objectClass', 'uid', 'mail', 'member', 'uniqueMember', 'memberUid'];
const COUNT = 64;
/** The words of `slappasswd`. Whoever keeps passwords as SSHA has a server whose binds cost next to nothing. */
const SCHEMES = [
  { scheme: 'ARGON2', prefix: 'bench', hasGoal: true },
  { scheme: 'SSHA', prefix: 'quick', hasGoal: false },
];

export const OPENLDAP: DirectoryKind = {
  title: 'OpenLDAP',
  isSlow: false,
  findMissing: () => NEEDED.find(([path]) => !existsSync(path))?.[1] ?? null,
  async start() {
    const server = await startOpenldap({ modules: ['argon2'], indexed: INDEXED });
    const populations: Population[] = [];
    for (const { scheme, prefix, hasGoal } of SCHEMES) {
      const hash = await hashOf(scheme);
      const people = Array.from({ length: COUNT }, (_, at) => ({
        name: `${prefix}${at}`,
        dn: `uid=${prefix}${at},ou=people,${LDAP_BASE}`,
      }));
      await server.asRoot(async (client) => {
        for (const { name, dn } of people) await client.add(dn, entryOf(name, hash));
        const group = (cn: string, member: string | string[]) =>
          client.add(`cn=${cn},ou=groups,${LDAP_BASE}`, { objectClass: 'groupOfNames', cn, member });
        await group(
          `${prefix}-team`,
          people.map(({ dn }) => dn),
        );
        await group(`${prefix}-department`, `cn=${prefix}-team,ou=groups,${LDAP_BASE}`);
      });
      populations.push({ title: `OpenLDAP ${version()}, ${scheme} passwords`, people, hasGoal });
    }
    return {
      strategy: 'ldap',
      server: server.options,
      plain: {},
      nested: { group_base: `ou=groups,${LDAP_BASE}`, nested_groups: true },
      userFilter: '(&(objectClass=person)(|(uid={0})(mail={0})))',
      attributes: ATTRIBUTES,
      populations,
      stop: () => server.stop(),
    };
  },
};

/** As its own tool makes it, with the cost that the tool takes by itself. */
async function hashOf(scheme: string): Promise<string> {
  const load = ['-o', `module-path=${MODULES}`, '-o', 'module-load=argon2.so'];
  return (await runProgram('/usr/sbin/slappasswd', [...load, '-h', `{${scheme}}`, '-s', DIRECTORY_PASSWORD])).trim();
}

function entryOf(uid: string, userPassword: string): Record<string, string> {
  const mail = `${uid}@corp.example.test`;
  return { objectClass: 'inetOrgPerson', uid, cn: uid, sn: 'User', givenName: 'Sam', mail, userPassword };
}

function version(): string {
  const { stderr } = spawnSync('/usr/sbin/slapd', ['-VV'], { encoding: 'utf8' });
  return /slapd (\d+\.\d+\.\d+)/.exec(stderr)?.[1] ?? '';
}
