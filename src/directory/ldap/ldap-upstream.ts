// One LDAP directory as it is reached over the network.
import type { LdapConnection } from '../../connection/connection.ts';
import type { Upstream } from '../upstream-driver.ts';
import { createGenericLdap } from './generic-ldap.ts';
import { LdapConnections, type LdapParts } from './ldap-connections.ts';
import { checkLdapPassword } from './ldap-login.ts';
import { unusableOf } from './login-unusable.ts';

/** Opens nothing yet. */
export function createLdapUpstream(parts: LdapParts, { options, trusted }: LdapConnection): Upstream {
  const dialect = createGenericLdap(options);
  const connections = new LdapConnections(parts, options, trusted);
  return {
    check: (attempt, timeoutMs) =>
      checkLdapPassword(attempt, dialect, connections, connections.timeFor(timeoutMs)).catch(unusableOf),
    close: () => connections.close(),
  };
}
