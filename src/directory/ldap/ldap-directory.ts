// The driver of the `ldap` strategy: a password is checked by binding with it.
import type { LdapConnection } from '../../connection/connection.ts';
import type { DirectoryDriver } from '../directory-registry.ts';
import { createLazyUpstream } from '../lazy-upstream.ts';
import { createUpstreamDriver } from '../upstream-driver.ts';
import type { LdapParts } from './ldap-connections.ts';

/** Builds the driver. */
export function createLdapDriver(parts: LdapParts): DirectoryDriver<LdapConnection> {
  return createUpstreamDriver<LdapConnection>({
    clock: parts.clock,
    open: (connection) =>
      createLazyUpstream(async () => {
        const { createLdapUpstream } = await import('./ldap-upstream.ts');
        return createLdapUpstream(parts, connection);
      }),
  });
}
