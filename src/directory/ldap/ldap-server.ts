// One server of a connection, as its URL and the options say how to reach it.
import type { LdapOptions } from '../../connection/ldap-options.ts';

/** How what is said stays between the two: TLS from the first byte, TLS after asking for it, or not at all. */
export type LdapSecurity = 'tls' | 'start-tls' | 'none';

export interface LdapServer {
  /** As configured, for people. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly security: LdapSecurity;
}

/** The servers in the order in which they are preferred. */
export function serversOf({ urls, startTls }: Pick<LdapOptions, 'urls' | 'startTls'>): readonly LdapServer[] {
  return urls.map((url) => {
    const { protocol, hostname, port } = new URL(url);
    const isSecure = protocol === 'ldaps:';
    return {
      url,
      host: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? (isSecure ? 636 : 389) : Number(port),
      security: isSecure ? 'tls' : startTls ? 'start-tls' : 'none',
    };
  });
}
