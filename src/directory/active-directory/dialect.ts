// The dialect of Active Directory.
import type { ActiveDirectoryOptions } from '../../connection/active-directory-options.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LdapConnections } from '../ldap/ldap-connections.ts';
import type { LdapDialect } from '../ldap/ldap-dialect.ts';
import { accountAttributes, accountOf, requireId } from './account.ts';
import { refusalReasonOfActiveDirectory } from './bind-result.ts';
import { findUsers } from './find-users.ts';
import { createForest } from './forest.ts';

/** The dialect as these options want it; `elsewhere` are connections beside a Global Catalog, where there is one. */
export function createActiveDirectory(
  options: ActiveDirectoryOptions,
  clock: Clock,
  elsewhere: LdapConnections | null,
): LdapDialect {
  const forest = createForest(clock);
  const attributes = accountAttributes(options);
  return {
    users: {
      kind: 'searched',
      base: options.base,
      find: (identifier, search, time) => {
        const searchElsewhere = elsewhere?.searchWithin(time) ?? null;
        return findUsers(identifier, { search, searchElsewhere, forest, options, attributes });
      },
    },
    idOf: (entry) => requireId(entry, options),
    accountOf: (entry, search) => accountOf(entry, options, search),
    refusalReasonOf: refusalReasonOfActiveDirectory,
  };
}
