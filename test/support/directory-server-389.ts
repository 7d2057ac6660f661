// A real 389 Directory Server with people and groups, on free ports of this machine, for as long as a test file runs. It is
// made without its own installer, which writes to the folders of the system, and takes longer than everything else.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { Attribute, Change, Client } from 'ldapts';
import { openDevCertificate } from '../../src/cli/dev-certificate.ts';
import { findTwoFreePorts } from './free-ports.ts';
import { LDAP_BASE, LDAP_PASSWORD, nameOfPerson, ODD_NAMES, type OpenLdap } from './openldap.ts';
import { needs } from './required-program.ts';
import { runProgram } from './run-program.ts';
import { startTied } from './running-program.ts';
import { whenListening } from './when-listening.ts';

const BIND_DN = `cn=gatehouse,${LDAP_BASE}`;
const BIND_PASSWORD = 'password of the service account';
const ROOT_DN = 'cn=Directory Manager';
const ROOT_PASSWORD = 'root';
/** Wrong passwords at which the server locks an account. */
const MOST_FAILURES = 5;

/** Why it cannot run here; false where it can. */
export function needsDirectoryServer389(): string | false {
  return needs('ns-slapd', 'certutil');
}

export type DirectoryServer389 = Omit<OpenLdap, 'tlsPort'>;

/** Starts it. */
export async function startDirectoryServer389(): Promise<DirectoryServer389> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-389-'));
  try {
    return await startIn(folder);
  } catch (error) {
    remove(folder);
    throw error;
  }
}

/** The server keeps one file elsewhere, by the name of its folder. */
function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  rmSync(`/dev/shm/sem.${basename(folder)}.stats`, { force: true });
}

async function startIn(folder: string): Promise<DirectoryServer389> {
  const path = (name: string) => join(folder, name);
  const [port, tlsPort] = await findTwoFreePorts();
  for (const name of ['schema', 'data', 'other']) mkdirSync(path(name));
  const ca = await provideCertificate(folder);
  writeFileSync(path('dse.ldif'), configuration(folder, port, tlsPort));
  // Its own file in the folders of the system is only for the user of the service.
  writeFileSync(path('schema/99user.ldif'), 'dn: cn=schema\nobjectClass: subschema\ncn: schema\n');
  writeFileSync(path('slapd-collations.conf'), '');

  const run = async () => {
    const started = startTied('/usr/sbin/ns-slapd', ['-D', folder, '-i', path('other/pid'), '-d', '0']);
    await whenListening(tlsPort, started);
    return started;
  };
  let server = await run();
  const kill = async () => {
    server.kill('SIGKILL');
    await server.ended;
  };
  const bound = async <T>(name: string, password: string, work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ url: `ldap://127.0.0.1:${port}` });
    try {
      await client.bind(name, password);
      return await work(client);
    } finally {
      await client.unbind();
    }
  };
  const asRoot = <T>(work: (client: Client) => Promise<T>) => bound(ROOT_DN, ROOT_PASSWORD, work);
  try {
    await asRoot(addEverybody);
    for (let failure = 0; failure < MOST_FAILURES; failure += 1) {
      await bound(nameOfPerson('locked'), 'wrong', async () => {}).catch(() => {});
    }
  } catch (error) {
    await kill();
    throw error;
  }
  return {
    port,
    ca,
    options: {
      urls: [`ldaps://localhost:${tlsPort}`],
      base: LDAP_BASE,
      bind_dn: BIND_DN,
      bind_password: BIND_PASSWORD,
      ca,
    },
    asRoot,
    kill,
    async restart() {
      server = await run();
    },
    pause: () => server.freeze(),
    resume: () => server.kill('SIGCONT'),
    async stop() {
      await kill();
      remove(folder);
    },
  };
}

/** Makes a certificate, puts it where the server has its keys, and returns the PEM of the authority. */
async function provideCertificate(folder: string): Promise<string> {
  const path = (name: string) => join(folder, name);
  const database = `sql:${folder}`;
  const { authorityPath } = await openDevCertificate(folder, Date.now());
  await runProgram('openssl', [
    ...['pkcs12', '-export', '-in', path('server.pem'), '-inkey', path('server-key.pem')],
    ...['-name', 'Server-Cert', '-passout', 'pass:', '-out', path('server.p12')],
  ]);
  await runProgram('certutil', ['-N', '-d', database, '--empty-password']);
  await runProgram('certutil', ['-A', '-d', database, '-n', 'authority', '-t', 'CT,,', '-i', authorityPath]);
  await runProgram('pk12util', ['-i', path('server.p12'), '-d', database, '-W', '']);
  return readFileSync(authorityPath, 'utf8');
}

/** What its installer would write. */
function configuration(folder: string, port: number, tlsPort: number): string {
  const path = (name: string) => join(folder, name);
  const values: Readonly<Record<string, string>> = {
    ...{ schema_dir: path('schema'), config_dir: folder, cert_dir: folder },
    ...{ db_dir: path('data'), db_home_dir: path('data'), db_lib: 'bdb', ds_suffix: LDAP_BASE },
    ...{ ds_user: userInfo().username, fqdn: 'localhost', ds_port: String(port) },
    ...{ rootdn: ROOT_DN, ds_passwd: `{CLEAR}${ROOT_PASSWORD}` },
    ...{ ldapi: path('other/ldapi'), ldapi_enabled: 'off', ldapi_autobind: 'off' },
  };
  const entries = readFileSync('/usr/share/dirsrv/data/template-dse.ldif', 'utf8')
    .replaceAll(/%([a-z_]+)%/g, (_, name: string) => values[name] ?? path('other'))
    .trim()
    .split(/\n{2,}/);
  const settings: Readonly<Record<string, readonly string[]>> = {
    'cn=config': [
      ...['nsslapd-listenhost: 127.0.0.1', 'nsslapd-securelistenhost: 127.0.0.1'],
      ...['nsslapd-security: on', `nsslapd-secureport: ${tlsPort}`],
      ...['passwordExp: on', 'passwordLockout: on', `passwordMaxFailure: ${MOST_FAILURES}`],
    ],
    'cn=MemberOf Plugin,cn=plugins,cn=config': ['nsslapd-pluginenabled: on'],
    // By default names outside of ASCII cannot be written; who has people of such names turns this off.
    'cn=7-bit check,cn=plugins,cn=config': ['nsslapd-pluginenabled: off'],
    'cn=config,cn=ldbm database,cn=plugins,cn=config': ['nsslapd-db-durable-transaction: off'],
  };
  const suffix = [
    [
      ...['dn: cn=people,cn=ldbm database,cn=plugins,cn=config', 'objectClass: extensibleObject'],
      ...['objectClass: nsBackendInstance', 'cn: people', `nsslapd-suffix: ${LDAP_BASE}`],
    ],
    [
      `dn: cn=${LDAP_BASE.replaceAll('=', '\\3D').replaceAll(',', '\\2C')},cn=mapping tree,cn=config`,
      ...['objectClass: extensibleObject', 'objectClass: nsMappingTree', `cn: ${LDAP_BASE}`],
      ...['nsslapd-state: backend', 'nsslapd-backend: people'],
    ],
  ];
  const set = entries.map((entry) => {
    const lines = settings[/^dn: (.*)/.exec(entry)?.[1] ?? ''] ?? [];
    const names = lines.map((line) => line.slice(0, line.indexOf(':') + 1));
    return [...entry.split('\n').filter((line) => !names.some((name) => line.startsWith(name))), ...lines].join('\n');
  });
  return `${[...set, ...suffix.map((lines) => lines.join('\n'))].join('\n\n')}\n`;
}

/** What lets somebody read everything but passwords. */
function mayRead(title: string, whom: string): string {
  const rule = `allow (read, search, compare) userdn = "ldap:///${whom}";`;
  return `(targetattr != "userPassword || aci")(version 3.0; acl "${title}"; ${rule})`;
}

async function addEverybody(client: Client): Promise<void> {
  const replace = (dn: string, type: string, value: string) =>
    client.modify(dn, new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }));
  const person = (uid: string, more: Record<string, string> = {}) =>
    client.add(nameOfPerson(uid), {
      ...{ objectClass: 'inetOrgPerson', uid, cn: 'Lovelace', sn: 'Lovelace', userPassword: LDAP_PASSWORD },
      ...more,
    });
  await client.add(LDAP_BASE, {
    ...{ objectClass: 'domain', dc: 'example' },
    aci: [mayRead('service', BIND_DN), mayRead('people', 'self')],
  });
  for (const ou of ['people', 'groups']) {
    await client.add(`ou=${ou},${LDAP_BASE}`, { objectClass: 'organizationalUnit', ou });
  }
  await client.add(BIND_DN, {
    ...{ objectClass: ['applicationProcess', 'simpleSecurityObject'], cn: 'gatehouse', userPassword: BIND_PASSWORD },
  });
  await person('ada', {
    ...{ mail: 'ada@example.test', givenName: 'Ada', displayName: 'Ada Lovelace', telephoneNumber: '+15550100' },
  });
  for (const uid of ['locked', 'disabled', 'expired', 'must-change', ...ODD_NAMES]) await person(uid);
  await replace(nameOfPerson('disabled'), 'nsAccountLock', 'true');
  await replace(nameOfPerson('expired'), 'passwordExpirationTime', '20010101000000Z');
  await client.add(`cn=staff,ou=groups,${LDAP_BASE}`, {
    ...{ objectClass: 'groupOfNames', cn: 'staff', member: nameOfPerson('ada') },
  });
  await client.add(`cn=everyone,ou=groups,${LDAP_BASE}`, {
    ...{ objectClass: 'groupOfUniqueNames', cn: 'everyone', uniqueMember: `cn=staff,ou=groups,${LDAP_BASE}` },
  });
  // From now on a password that is not set by its owner must be changed.
  await replace('cn=config', 'passwordMustChange', 'on');
  await replace(nameOfPerson('must-change'), 'userPassword', LDAP_PASSWORD);
}
