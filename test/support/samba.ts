// A real Active Directory domain controller: Samba. Its ports are fixed, so one test file at a time has one, and others
// wait for it. The domain is made once and kept beside other temporary files, because that takes a quarter of a minute.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'ldapts';
import { openDevCertificate } from '../../src/cli/dev-certificate.ts';
import { needs } from './required-program.ts';
import { runProgram } from './run-program.ts';
import { startTied } from './running-program.ts';
import { whenListening } from './when-listening.ts';

export const AD_BASE = 'DC=corp,DC=example,DC=test';
export const AD_PASSWORD = 'Ada-Passw0rd!1';
/** The account name of somebody, with characters that filters and names do not like. */
export const ODD_ACCOUNT = "o'hara (x) ü";
/** The account `odd-cn` has this common name, with characters that distinguished names do not like. */
export const ODD_COMMON_NAME = ' Comma, "plus+" #hash; <a> =b \\(x)* ü';
/** Wrong passwords at which the domain locks an account. */
export const LOCKOUT_THRESHOLD = 6;
/** Of `administrator`, who has no principal name but the one that every account has. */
export const ADMIN_PASSWORD = 'Adm1n-Passw0rd!';
const SERVICE_PASSWORD = 'Serv1ce-Passw0rd!';

/** Why it cannot run here; false where it can. */
export function needsSamba(): string | false {
  const absent = needs('samba', 'samba-ad-provision', 'samba-dsdb-modules', 'samba-vfs-modules', 'winbind');
  if (absent !== false || process.env['CI'] === 'true') return absent;
  return process.getuid?.() !== 0 && 'needs root, for the ports of a domain controller';
}

export interface Samba {
  /** The options of a connection to it over LDAPS. */
  readonly options: {
    readonly urls: string[];
    readonly base: string;
    readonly bind_dn: string;
    readonly bind_password: string;
    readonly ca: string;
  };
  /** Works as the administrator of the domain, on a connection of its own. */
  asAdministrator<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** How many wrong passwords the domain has counted for an account. */
  badPasswords(accountName: string): Promise<number>;
  /** Sets that to nothing. */
  forgive(accountName: string): Promise<void>;
  /** Ends it at once; nobody else may start one. */
  kill(): Promise<void>;
  /** Starts it again, with the same people. */
  restart(): Promise<void>;
  /** Makes it stand still: connections open, and nothing is answered. */
  pause(): Promise<void>;
  /** Lets it go on. */
  resume(): void;
  stop(): Promise<void>;
}

const PROVISION: readonly string[] = [
  ...['domain', 'provision', '--realm=CORP.EXAMPLE.TEST', '--domain=CORP', '--server-role=dc', '--dns-backend=NONE'],
  ...['--use-rfc2307', `--adminpass=${ADMIN_PASSWORD}`, '--host-name=dc1', '--host-ip=127.0.0.1'],
  ...['--option=interfaces=lo', '--option=bind interfaces only=yes'],
];

/** The steps that fill the domain. */
const STEPS: readonly (readonly string[])[] = [
  user('svc-gatehouse', SERVICE_PASSWORD),
  user('ada', AD_PASSWORD, '--given-name=Ada', '--surname=Lovelace', '--mail-address=ada@corp.example.test'),
  ...['bob', 'carl', 'dora', 'disabled', 'lockable', 'must-change', 'old', 'over', 'never', 'elsewhere', 'odd-cn'].map(
    (name) => user(name, AD_PASSWORD),
  ),
  user(ODD_ACCOUNT, AD_PASSWORD),
  ['group', 'add', 'staff'],
  ['group', 'add', 'everyone'],
  ['group', 'addmembers', 'staff', 'ada'],
  ['group', 'addmembers', 'everyone', 'staff'],
  ['user', 'disable', 'disabled'],
  ['user', 'setpassword', 'must-change', `--newpassword=${AD_PASSWORD}`, '--must-change-at-next-login'],
  ['user', 'setexpiry', 'over', '--days=0'],
  [
    ...['domain', 'passwordsettings', 'set', `--account-lockout-threshold=${LOCKOUT_THRESHOLD}`],
    ...['--account-lockout-duration=30', '--reset-account-lockout-after=30', '--min-pwd-age=0', '--max-pwd-age=999'],
  ],
];

/**
 * What its own tool does not do, in the language of its library. The password of `old` is of the year 2001, which only
 * the control that goes around the rules for passwords may say; `never` and `elsewhere` may log on at no hour of the
 * week, and only at another computer.
 */
const FINISHING = `
import sys
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
folder, base, odd_name = sys.argv[1:]
parameters = LoadParm()
parameters.load(folder + '/etc/smb.conf')
domain = SamDB(folder + '/private/sam.ldb', session_info=system_session(parameters), lp=parameters)
def write(account, attribute, value):
    text = 'dn: CN=%s,CN=Users,%s\\nchangetype: modify\\nreplace: %s\\n%s:%s\\n' % (account, base, attribute, attribute, value)
    domain.modify_ldif(text, ['local_oid:1.3.6.1.4.1.7165.4.3.12:0'])
write('old', 'pwdLastSet', ' 126227808000000000')
write('never', 'logonHours', ': ' + 'A' * 28)
write('elsewhere', 'userWorkstations', ' another-computer')
domain.rename('CN=odd-cn,CN=Users,' + base, odd_name)
`;
/** For its library: the Python of the system, which is not always the first on the path. */
const PYTHON = '/usr/bin/python3';

function user(name: string, password: string, ...more: string[]): string[] {
  return ['user', 'create', name, password, ...more];
}

/** Starts it, when nobody else has one any more. */
export async function startSamba(): Promise<Samba> {
  const turn = await takeTurn();
  try {
    return await startDomainController(turn);
  } catch (error) {
    turn.close();
    throw error;
  }
}

async function startDomainController(turn: Server): Promise<Samba> {
  const domain = await provideDomain();
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-samba-'));
  const path = (name: string) => join(folder, name);
  cpSync(domain, folder, { recursive: true });
  // The configuration names its own folder.
  const configuration = path('etc/smb.conf');
  writeFileSync(configuration, readFileSync(configuration, 'utf8').replaceAll(domain, folder));
  const { cert, key, authorityPath } = await openDevCertificate(folder, Date.now());
  writeFileSync(path('cert.pem'), cert);
  writeFileSync(path('key.pem'), key, { mode: 0o600 });
  const args = [
    ...['-i', '-M', 'single', '-s', configuration, '--debug-stdout', '-d', '0'],
    ...['--option=server services=ldap', `--option=log file=${path('log')}`],
    // By default a password that was changed is good for another hour.
    '--option=old password allowed period=0',
    ...[`--option=tls keyfile=${path('key.pem')}`, `--option=tls certfile=${path('cert.pem')}`],
    ...[`--option=tls cafile=${authorityPath}`],
  ];
  const run = async () => {
    const started = startTied('samba', args, { keepsInputOpen: true });
    await whenListening(636, started);
    return started;
  };
  let samba = await run();
  const kill = async () => {
    samba.kill('SIGKILL');
    await samba.ended;
  };
  const ca = readFileSync(authorityPath, 'utf8');
  const options = {
    urls: ['ldaps://localhost'],
    base: AD_BASE,
    bind_dn: 'svc-gatehouse@corp.example.test',
    bind_password: SERVICE_PASSWORD,
    ca,
  };
  const asAdministrator = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ url: 'ldaps://localhost', tlsOptions: { ca } });
    await client.bind('administrator@corp.example.test', ADMIN_PASSWORD);
    try {
      return await work(client);
    } finally {
      await client.unbind();
    }
  };
  return {
    options,
    asAdministrator,
    badPasswords: (accountName) =>
      asAdministrator(async (client) => {
        const filter = `(sAMAccountName=${accountName})`;
        const { searchEntries } = await client.search(AD_BASE, { filter, attributes: ['badPwdCount'] });
        return Number(searchEntries[0]?.['badPwdCount'] ?? 0);
      }),
    async forgive(accountName) {
      await runProgram('samba-tool', ['user', 'unlock', accountName, '-H', path('private/sam.ldb')]);
    },
    kill,
    async restart() {
      samba = await run();
    },
    pause: () => samba.freeze(),
    resume: () => samba.kill('SIGCONT'),
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
      turn.close();
    },
  };
}

const LOOK_AGAIN_MS = 100;

/** Waits until no other process on this machine has the turn; it is over when this is closed, or this process ends. */
async function takeTurn(): Promise<Server> {
  for (let looks = 0; ; looks += 1) {
    const turn = createServer();
    try {
      // A name without a file, of the same network as the ports.
      await once(turn.listen('\0gatehouse-test-samba'), 'listening');
      return turn.unref();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
    if (looks === 0) process.stderr.write('gatehouse: waiting for the domain controller of another test file\n');
    await sleep(LOOK_AGAIN_MS);
  }
}

/** The folder of the domain; made when it is not there. */
async function provideDomain(): Promise<string> {
  const recipe = JSON.stringify([PROVISION, STEPS, FINISHING, ODD_COMMON_NAME]);
  const name = createHash('sha256').update(recipe).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `gatehouse-test-domain-${name}`);
  if (existsSync(folder)) return folder;
  const made = mkdtempSync(`${folder}.`);
  try {
    await runProgram('samba-tool', [...PROVISION, `--targetdir=${made}`]);
    for (const step of STEPS) await runProgram('samba-tool', [...step, '-H', join(made, 'private/sam.ldb')]);
    await runProgram(PYTHON, ['-c', FINISHING, made, AD_BASE, `CN=${escaped(ODD_COMMON_NAME)},CN=Users,${AD_BASE}`]);
    const configuration = join(made, 'etc/smb.conf');
    writeFileSync(configuration, readFileSync(configuration, 'utf8').replaceAll(made, folder));
    renameSync(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return folder;
}

/** RFC 4514: every character that could mean something in a distinguished name. */
function escaped(value: string): string {
  return value.replace(/^[ #]|[",+;<>=\\]/g, (character) => `\\${character}`);
}
