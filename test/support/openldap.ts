// A real OpenLDAP server with people and groups, on free ports of this machine, for as long as a test file runs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'ldapts';
import { openDevCertificate } from '../../src/cli/dev-certificate.ts';
import { findTwoFreePorts } from './free-ports.ts';
import { runProgram } from './run-program.ts';
import { startTied } from './running-program.ts';
import { whenListening } from './when-listening.ts';

export const LDAP_BASE = 'dc=example,dc=test';
export const LDAP_PASSWORD = 'Ada-Passw0rd!1';
const BIND_DN = `cn=gatehouse,${LDAP_BASE}`;
const BIND_PASSWORD = 'password of the service account';
const ROOT_DN = `cn=root,${LDAP_BASE}`;
const ROOT_PASSWORD = 'root';

/** Names that a filter or a distinguished name could trip over; each is the `uid` of somebody. */
export const ODD_NAMES = [
  '*',
  'a*b',
  '(x)',
  ')(|(uid=*',
  'back\\slash',
  'comma, plus+ "quotes" #hash; <a> =b',
  'Jürgen Müller',
  '漢字',
  '🦉',
  "d'Arc",
  '{0}',
  '%',
];

export interface OpenLdap {
  readonly port: number;
  readonly tlsPort: number;
  /** PEM of the authority that signed its certificate, which is for `localhost`. */
  readonly ca: string;
  /** The options of a connection to it over LDAPS. */
  readonly options: {
    readonly urls: string[];
    readonly base: string;
    readonly bind_dn: string;
    readonly bind_password: string;
    readonly ca: string;
  };
  /** Works as whoever may do everything, on a connection of its own. */
  asRoot<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** Ends it at once; logins find nobody. */
  kill(): Promise<void>;
  /** Starts it again on the same ports, with the same people. */
  restart(): Promise<void>;
  /** Makes it stand still: connections open, and nothing is answered. */
  pause(): Promise<void>;
  /** Lets it go on. */
  resume(): void;
  stop(): Promise<void>;
}

interface Settings {
  /** Modules beside those that the people need, such as one for another kind of password hash. */
  readonly modules?: readonly string[];
  /** Attributes by which entries are found without reading all of them. */
  readonly indexed?: readonly string[];
}

/** Starts it. */
export async function startOpenldap(settings: Settings = {}): Promise<OpenLdap> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-openldap-'));
  const path = (name: string) => join(folder, name);
  const [port, tlsPort] = await findTwoFreePorts();
  const { cert, key, authorityPath } = await openDevCertificate(folder, Date.now());
  writeFileSync(path('cert.pem'), cert);
  writeFileSync(path('key.pem'), key, { mode: 0o600 });
  await mkdir(path('data'));
  writeFileSync(path('slapd.conf'), configuration(folder, settings));
  writeFileSync(path('people.ldif'), people());
  await runProgram('slapadd', ['-q', '-f', path('slapd.conf'), '-l', path('people.ldif')]);

  const args = ['-f', path('slapd.conf'), '-h', `ldap://127.0.0.1:${port}/ ldaps://127.0.0.1:${tlsPort}/`, '-d', '0'];
  const run = async () => {
    const started = startTied('slapd', args);
    await whenListening(tlsPort, started);
    return started;
  };
  let slapd = await run();
  const asRoot = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ url: `ldap://127.0.0.1:${port}` });
    await client.bind(ROOT_DN, ROOT_PASSWORD);
    try {
      return await work(client);
    } finally {
      await client.unbind();
    }
  };
  await asRoot(addGroups);
  const kill = async () => {
    slapd.kill('SIGKILL');
    await slapd.ended;
  };
  const ca = readFileSync(authorityPath, 'utf8');
  return {
    port,
    tlsPort,
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
      slapd = await run();
    },
    pause: () => slapd.freeze(),
    resume: () => slapd.kill('SIGCONT'),
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configuration(folder: string, { modules = [], indexed = [] }: Settings): string {
  const schemas = ['core', 'cosine', 'inetorgperson', 'nis'].map((name) => `include /etc/ldap/schema/${name}.schema`);
  return [
    ...schemas,
    'modulepath /usr/lib/ldap',
    'moduleload back_mdb',
    'moduleload memberof',
    'moduleload ppolicy',
    ...modules.map((name) => `moduleload ${name}`),
    `TLSCertificateFile ${join(folder, 'cert.pem')}`,
    `TLSCertificateKeyFile ${join(folder, 'key.pem')}`,
    'database mdb',
    `suffix "${LDAP_BASE}"`,
    `rootdn "${ROOT_DN}"`,
    `rootpw ${ROOT_PASSWORD}`,
    `directory ${join(folder, 'data')}`,
    'dbnosync',
    ...(indexed.length > 0 ? [`index ${indexed.join(',')} eq`] : []),
    'overlay memberof',
    'overlay ppolicy',
    `ppolicy_default "cn=policy,${LDAP_BASE}"`,
    'ppolicy_use_lockout',
    'access to attrs=userPassword by anonymous auth by * none',
    'access to * by * read',
    '',
  ].join('\n');
}

function people(): string {
  const entries = [
    [`dn: ${LDAP_BASE}`, 'objectClass: dcObject', 'objectClass: organization', 'o: Example', 'dc: example'],
    [`dn: ou=people,${LDAP_BASE}`, 'objectClass: organizationalUnit', 'ou: people'],
    [`dn: ou=groups,${LDAP_BASE}`, 'objectClass: organizationalUnit', 'ou: groups'],
    [
      `dn: cn=policy,${LDAP_BASE}`,
      ...['objectClass: device', 'objectClass: pwdPolicy', 'cn: policy', 'pwdAttribute: userPassword'],
      ...['pwdMaxAge: 315360000', 'pwdMustChange: TRUE', 'pwdLockout: TRUE', 'pwdMaxFailure: 0'],
    ],
    [
      `dn: ${BIND_DN}`,
      ...['objectClass: applicationProcess', 'objectClass: simpleSecurityObject', 'cn: gatehouse'],
      `userPassword: ${BIND_PASSWORD}`,
    ],
    person(
      'ada',
      'mail: ada@example.test',
      'givenName: Ada',
      'displayName: Ada Lovelace',
      'telephoneNumber: +15550100',
    ),
    person('bob', 'mail: shared@example.test'),
    person('eve', 'mail: shared@example.test'),
    person('locked', 'pwdAccountLockedTime: 000001010000Z'),
    person('must-change', 'pwdReset: TRUE'),
    person('expired', 'pwdChangedTime: 20010101000000Z'),
    [
      `dn: uid=without-password,ou=people,${LDAP_BASE}`,
      'objectClass: inetOrgPerson',
      'uid: without-password',
      'cn: w',
      'sn: w',
    ],
    ...ODD_NAMES.map((name) => person(name)),
  ];
  return `${entries.map((lines) => lines.map(encoded).join('\n')).join('\n\n')}\n`;
}

/** The distinguished name of somebody with this `uid`. */
export function nameOfPerson(uid: string): string {
  const name = uid.replace(
    /[^0-9A-Za-z\u0080-\uffff]/g,
    (character) => `\\${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `uid=${name},ou=people,${LDAP_BASE}`;
}

function person(uid: string, ...more: string[]): string[] {
  return [
    `dn: ${nameOfPerson(uid)}`,
    ...['objectClass: inetOrgPerson', `uid: ${uid}`, 'cn: Lovelace', 'sn: Lovelace', `userPassword: ${LDAP_PASSWORD}`],
    ...more,
  ];
}

/** RFC 2849: what is not plain ASCII, or begins with a special character, is written in base64. */
function encoded(line: string): string {
  const colon = line.indexOf(': ');
  const value = line.slice(colon + 2);
  return /^[!-9;=-~][ -~]*$/.test(value) ? line : `${line.slice(0, colon)}:: ${Buffer.from(value).toString('base64')}`;
}

/** Through the server, because only then it writes down who is a member of what. */
async function addGroups(client: Client): Promise<void> {
  const group = (cn: string, member: string) =>
    client.add(`cn=${cn},ou=groups,${LDAP_BASE}`, { objectClass: 'groupOfNames', cn, member });
  await group('staff', `uid=ada,ou=people,${LDAP_BASE}`);
  await group('everyone', `cn=staff,ou=groups,${LDAP_BASE}`);
  // Round in circles.
  await group('circle', `cn=everyone,ou=groups,${LDAP_BASE}`);
  await client.add(`cn=posix,ou=groups,${LDAP_BASE}`, {
    objectClass: 'posixGroup',
    cn: 'posix',
    gidNumber: '100',
    memberUid: 'ada',
  });
}
