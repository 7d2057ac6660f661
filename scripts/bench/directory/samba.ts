// Samba as the domain controller of an Active Directory.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { Attribute, type Client } from 'ldapts';
import { AD_BASE, startSamba } from '../../../test/support/samba.ts';
import { DIRECTORY_PASSWORD, type DirectoryKind, type Person } from './directory.ts';

const NEEDED: readonly (readonly [path: string, name: string])[] = [
  ['/usr/sbin/samba', 'samba'],
  ['/usr/share/samba/setup/provision.ldif', 'samba-ad-provision'],
  ['/usr/sbin/winbindd', 'winbind'],
];
const ATTRIBUTES = ['objectGUID', 'memberOf', 'mail', 'displayName', 'cn', 'givenName', 'sn', 'sAMAccountName'];
const USERS = `CN=Users,${AD_BASE}`;
const COUNT = 40;
/** [MS-ADTS] 2.2.16: an account that is switched on, and nothing else. */
const NORMAL_ACCOUNT = '512';

export const SAMBA: DirectoryKind = {
  title: 'Samba',
  isSlow: true,
  findMissing() {
    const [, missing] = NEEDED.find(([path]) => !existsSync(path)) ?? [];
    return missing ?? (process.getuid?.() === 0 ? null : 'root, for the ports of a domain controller');
  },
  async start() {
    const server = await startSamba();
    const people = Array.from({ length: COUNT }, (_, at) => ({ name: `bench${at}`, dn: `CN=bench${at},${USERS}` }));
    await server.asAdministrator((client) => addPeople(client, people));
    return {
      strategy: 'ad',
      server: server.options,
      plain: { groups: 'none' },
      nested: {},
      userFilter: '(&(objectCategory=person)(objectClass=user)(sAMAccountName={0}))',
      attributes: ATTRIBUTES,
      populations: [{ title: `Active Directory (Samba ${version()})`, people, hasGoal: true }],
      stop: () => server.stop(),
    };
  },
};

async function addPeople(client: Client, people: readonly Person[]): Promise<void> {
  for (const { name, dn } of people) {
    const attributes: Record<string, string | Buffer> = {
      objectClass: 'user',
      sAMAccountName: name,
      userAccountControl: NORMAL_ACCOUNT,
      // [MS-ADTS] 3.1.1.3.1.5: in quotes, as UTF-16.
      unicodePwd: Buffer.from(`"${DIRECTORY_PASSWORD}"`, 'utf16le'),
      givenName: 'Sam',
      sn: 'User',
      displayName: 'Sam User',
      mail: `${name}@corp.example.test`,
    };
    const entries = Object.entries(attributes);
    await client.add(
      dn,
      entries.map(([type, value]) => new Attribute({ type, values: [value] as string[] | Buffer[] })),
    );
  }
  const group = (cn: string, member: string | string[]) =>
    client.add(`CN=${cn},${USERS}`, { objectClass: 'group', sAMAccountName: cn, member });
  await group(
    'bench-team',
    people.map(({ dn }) => dn),
  );
  await group('bench-department', `CN=bench-team,${USERS}`);
}

function version(): string {
  const { stdout } = spawnSync('/usr/sbin/samba', ['--version'], { encoding: 'utf8' });
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0] ?? '';
}
