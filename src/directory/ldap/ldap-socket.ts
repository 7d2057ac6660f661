// Opens the way to an LDAP server: TCP to a checked address and, unless the operator said otherwise, TLS whose certificate
// is verified for the configured name. Nothing is sent before that, and there is no way back to plain text.
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { OutgoingAddresses } from '../outgoing-address.ts';
import { connectFaultOf, createCheckedLookup, requireAddress } from '../outgoing-connect.ts';
import { UpstreamOutage } from '../upstream-driver.ts';
import type { LdapServer } from './ldap-server.ts';

/** How to reach the servers of a connection. */
export interface LdapRoute {
  readonly addresses: OutgoingAddresses;
  /** True when the operator's own file or command line names the hosts. */
  readonly trusted: boolean;
  /** PEM certificates that may have signed the server's; null for those that the system trusts. */
  readonly ca: string | null;
}

/** Opens TCP, and TLS where it is from the first byte on; throws `UpstreamOutage`. */
export async function openSocket({ host, port, security }: LdapServer, route: LdapRoute, ms: number): Promise<Socket> {
  const lookup = createCheckedLookup(route.addresses, route.trusted);
  try {
    await requireAddress(route.addresses, host, route.trusted);
  } catch (error) {
    throw outageOf(error as Error);
  }
  const socket =
    security === 'tls'
      ? connectTls({ host, port, lookup, ...tlsOptionsFor(host, route) })
      : connectPlain({ host, port, lookup });
  return ready(socket, security === 'tls' ? 'secureConnect' : 'connect', ms);
}

/** Speaks TLS on a connection whose server agreed to it. */
export function upgradeSocket(plain: Socket, { host }: LdapServer, route: LdapRoute, ms: number): Promise<Socket> {
  // What verifies the certificate is the name; where there is none, the address that was configured.
  return ready(connectTls({ socket: plain, host, ...tlsOptionsFor(host, route) }), 'secureConnect', ms);
}

function tlsOptionsFor(host: string, { ca }: LdapRoute): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === null ? {} : { ca }),
  };
}

function ready(socket: Socket, event: 'connect' | 'secureConnect', ms: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(new UpstreamOutage('directory-connect-timeout')), ms);
    const fail = (error: Error) => {
      clearTimeout(timer);
      socket.destroy();
      reject(error instanceof UpstreamOutage ? error : outageOf(error));
    };
    socket.once('error', fail);
    socket.once('close', () => fail(new UpstreamOutage('directory-connect-failed')));
    socket.once(event, () => {
      clearTimeout(timer);
      socket.removeAllListeners('error').removeAllListeners('close').removeAllListeners(event);
      resolve(socket.setNoDelay(true).setKeepAlive(true));
    });
  });
}

/** Names the reason for which a certificate was refused: the operator needs it. */
function outageOf(error: NodeJS.ErrnoException): UpstreamOutage {
  const fault = connectFaultOf(error);
  const code = (error.code ?? '').toLowerCase().replaceAll('_', '-');
  return new UpstreamOutage(
    fault === 'tls-failed' ? `directory-tls-failed:${code}` : `directory-${fault}`,
    null,
    error,
  );
}
