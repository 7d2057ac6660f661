// One Active Directory as it is reached over the network.
import type { ActiveDirectoryConnection } from '../../connection/connection.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import { LdapConnections } from '../ldap/ldap-connections.ts';
import { checkLdapPassword } from '../ldap/ldap-login.ts';
import { unusableOf } from '../ldap/login-unusable.ts';
import type { Upstream } from '../upstream-driver.ts';
import type { ActiveDirectoryParts } from './active-directory-directory.ts';
import { withinBudget } from './budgeted-bind.ts';
import { createActiveDirectory } from './dialect.ts';
import { besideGlobalCatalog } from './global-catalog.ts';

/** Opens nothing yet. */
export function createActiveDirectoryUpstream(
  parts: ActiveDirectoryParts,
  connection: ActiveDirectoryConnection,
  tenantId: TenantId,
): Upstream {
  const { options, trusted } = connection;
  const connections = new LdapConnections(parts, options, trusted);
  const elsewhere = besideGlobalCatalog(parts, options, trusted);
  const dialect = createActiveDirectory(options, parts.clock, elsewhere);
  return {
    check(attempt, timeoutMs, source) {
      const time = connections.timeFor(timeoutMs);
      const aroundBind = withinBudget(parts.bindBudget, tenantId, connection, source);
      return checkLdapPassword(attempt, dialect, connections, time, aroundBind).catch(unusableOf);
    },
    close() {
      connections.close();
      elsewhere?.close();
    },
  };
}
