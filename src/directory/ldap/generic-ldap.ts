// The dialect of OpenLDAP, 389 Directory Server and FreeIPA.
import type { Entry } from 'ldapts';
import type { LdapOptions } from '../../connection/ldap-options.ts';
import { refusalReasonOf } from './ldap-bind-result.ts';
import type { LdapDialect } from './ldap-dialect.ts';
import { firstOf } from './ldap-entry.ts';
import { distinguishedNameOf, filterOf } from './ldap-filter.ts';
import { groupsOf } from './ldap-groups.ts';
import { type ProfileDefaults, profileAttributes, profileOf } from './ldap-profile.ts';
import { LoginUnusable } from './login-unusable.ts';

/**
 * What they call an id that never changes, and is never given to somebody else. The last is the only one of OpenLDAP; 389
 * Directory Server and FreeIPA have their own from the first day of an entry, and that one often from a later day only.
 */
const STABLE_IDS = ['ipaUniqueID', 'nsUniqueId', 'entryUUID'];
const DEFAULTS: ProfileDefaults = {
  name: ['displayName', 'cn'],
  nickname: ['uid', 'cn'],
  kept: ['uid', 'title', 'telephoneNumber', 'departmentNumber', 'employeeNumber', 'l', 'o', 'ou', 'description'],
};

/** The dialect as these options want it. */
export function createGenericLdap(options: LdapOptions): LdapDialect {
  const { users, groupSearch, profileMap } = options;
  const attributes = [...STABLE_IDS, 'memberOf', ...profileAttributes(profileMap, DEFAULTS)];
  const idOf = (entry: Entry): string => {
    const id = profileMap.userId === null ? firstOf(entry, ...STABLE_IDS) : firstOf(entry, profileMap.userId);
    if (id === null) throw new LoginUnusable('directory-entry-without-id');
    return id;
  };
  return {
    users:
      'dnTemplate' in users
        ? { kind: 'named', attributes, nameOf: (identifier) => distinguishedNameOf(users.dnTemplate, identifier) }
        : {
            kind: 'searched',
            base: users.base,
            find: (identifier, search) =>
              search(users.base, { filter: filterOf(users.filter, identifier), sizeLimit: 2, attributes }),
          },
    idOf,
    accountOf: async (entry, search) => ({
      identityId: idOf(entry),
      profile: profileOf(entry, options, DEFAULTS),
      groups: await groupsOf(entry, groupSearch, search),
    }),
    refusalReasonOf,
  };
}
