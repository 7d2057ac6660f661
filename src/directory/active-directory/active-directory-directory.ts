// The driver of the `ad` strategy: a password is checked by binding with it at a domain controller, and no more often than
// the domain can stand without locking the account.
import type { BindBudget } from '../../attack-protection/bind-budget.ts';
import type { ActiveDirectoryConnection } from '../../connection/connection.ts';
import type { DirectoryDriver } from '../directory-registry.ts';
import { createLazyUpstream } from '../lazy-upstream.ts';
import type { LdapParts } from '../ldap/ldap-connections.ts';
import { createUpstreamDriver } from '../upstream-driver.ts';

export interface ActiveDirectoryParts extends LdapParts {
  readonly bindBudget: BindBudget;
}

/** Builds the driver. */
export function createActiveDirectoryDriver(parts: ActiveDirectoryParts): DirectoryDriver<ActiveDirectoryConnection> {
  return createUpstreamDriver<ActiveDirectoryConnection>({
    clock: parts.clock,
    open: (connection, tenantId) =>
      createLazyUpstream(async () => {
        const { createActiveDirectoryUpstream } = await import('./active-directory-upstream.ts');
        return createActiveDirectoryUpstream(parts, connection, tenantId);
      }),
  });
}
