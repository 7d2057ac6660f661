// The first steps of trying a directory that speaks LDAP: each of its servers by itself, up to the bind of the account that
// searches. Logins fail over from one server to the next in silence; here each one says what is wrong with it.
import type { LdapServerOptions } from '../../connection/ldap-options.ts';
import type { ProbeStep } from '../probe.ts';
import { outageWords, takeSteps } from '../probe-steps.ts';
import { UpstreamOutage } from '../upstream-driver.ts';
import type { LdapParts } from './ldap-connections.ts';
import { ldapOutageWords } from './ldap-outage-words.ts';
import { type LdapServer, serversOf } from './ldap-server.ts';
import { LdapRefusal, type LdapSession, openSession } from './ldap-session.ts';
import { openSocket } from './ldap-socket.ts';
import { LoginUnusable } from './login-unusable.ts';
import { TimeLeft } from './time-left.ts';

type ServerOptions = Pick<LdapServerOptions, 'urls' | 'startTls' | 'ca' | 'bindPassword'> & {
  readonly bindDn: string | null;
};

const CONNECT_MS = 3000;
const OPERATION_MS = 5000;
const TOTAL_MS = 15_000;

/** The steps of all servers, and how many of the servers can be had. */
export async function probeServers(parts: LdapParts, options: ServerOptions, trusted: boolean) {
  const steps: ProbeStep[] = [];
  let usable = 0;
  for (const server of serversOf(options)) {
    const taken = await probeServer(parts, options, trusted, server);
    if (taken.every(({ passed }) => passed !== false)) usable += 1;
    steps.push(...taken);
  }
  return { steps, usable };
}

/** A sentence about what went wrong. */
export function explainLdap(error: unknown): string {
  if (error instanceof UpstreamOutage || error instanceof LoginUnusable) return ldapOutageWords(error.reason);
  if (error instanceof LdapRefusal) return `The directory says no, with result ${error.code}.`;
  throw error;
}

async function probeServer(
  { clock, addresses }: LdapParts,
  { bindDn, bindPassword, ca }: ServerOptions,
  trusted: boolean,
  server: LdapServer,
): Promise<readonly ProbeStep[]> {
  const time = new TimeLeft(clock, TOTAL_MS, OPERATION_MS);
  const { url, host, security } = server;
  const route = { addresses, trusted, ca };
  let session: LdapSession | null = null;
  const sessionOf = () => {
    if (session === null) throw new Error('No connection was opened.');
    return session;
  };
  try {
    return await takeSteps(
      clock,
      [
        {
          name: `resolve ${host}`,
          async take() {
            const found = await addresses.resolve(host, trusted);
            return `It is at ${found.map(({ address }) => address).join(', ')}.`;
          },
        },
        {
          name: `connect to ${url}`,
          async take() {
            // Closed again: the next step opens its own, and its time is that of a login's connection.
            (await openSocket({ ...server, security: 'none' }, route, CONNECT_MS)).destroy();
            return `Somebody listens at port ${server.port}.`;
          },
        },
        {
          name: security === 'none' ? 'connect without TLS' : 'connect with TLS',
          async take() {
            session = await openSession(server, route, time, CONNECT_MS);
            return PROTECTIONS[security];
          },
        },
        {
          name: bindDn === null ? 'bind' : `bind as ${bindDn}`,
          leftOut: 'Left out: users are searched for without a name, or not at all.',
          take:
            bindDn === null || bindPassword === null
              ? null
              : async () => {
                  await sessionOf().bind(bindDn, bindPassword, time);
                  return 'The account that searches is accepted.';
                },
        },
      ],
      (error) => (error instanceof LdapRefusal ? refusedWords(error) : explainLookup(error)),
    );
  } finally {
    (session as LdapSession | null)?.close();
  }
}

const PROTECTIONS: Readonly<Record<LdapServer['security'], string>> = {
  tls: 'It speaks TLS, and its certificate is good for this name.',
  'start-tls': 'It spoke TLS when asked to, and its certificate is good for this name.',
  none: 'It is connected WITHOUT TLS: passwords go out in plain text (allow_insecure).',
};

function refusedWords({ code, diagnostic }: LdapRefusal): string {
  const said = /\bdata [0-9a-f]+/i.exec(diagnostic)?.[0];
  const detail = said === undefined ? '' : ` (${said})`;
  return `bind_dn or bind_password is refused, with result ${code}${detail}: look at both, and whether the account is locked.`;
}

/** Looking up a name fails in ways of its own. */
function explainLookup(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (code === 'ENOTFOUND' || code.startsWith('EAI_')) return outageWords('directory-name-not-found');
  if (error instanceof Error && error.name === 'AddressRefused') return outageWords('directory-address-refused');
  return explainLdap(error);
}
