// The groups of a user, by name.
import type { Entry } from 'ldapts';
import type { LdapOptions } from '../../connection/ldap-options.ts';
import type { Search } from './ldap-connections.ts';
import { firstOf, valuesOf } from './ldap-entry.ts';
import { filterOf, firstValueOf } from './ldap-filter.ts';
import { LoginUnusable } from './login-unusable.ts';

/** Who has more, or a directory whose groups go round in circles, is served no better by waiting. */
const MOST_GROUPS = 2000;
const MOST_LEVELS = 16;

/** The names of all groups; throws `LoginUnusable` when there are too many, because an incomplete list is a wrong one. */
export async function groupsOf(
  user: Entry,
  groupSearch: LdapOptions['groupSearch'],
  search: Search,
): Promise<readonly string[]> {
  if (groupSearch === null)
    return valuesOf(user, 'memberOf')
      .map(firstValueOf)
      .filter((name) => name !== '');
  const { base, filter, isNested } = groupSearch;
  const names = new Map<string, string>();
  let members = [{ dn: user.dn, uid: firstOf(user, 'uid') }];
  for (let level = 0; members.length > 0 && level < (isNested ? MOST_LEVELS : 1); level += 1) {
    const anyOf = members.map(({ dn, uid }) => filterOf(filter, dn, uid ?? dn)).join('');
    const found = await search(base, {
      filter: members.length === 1 ? anyOf : `(|${anyOf})`,
      attributes: ['cn'],
      paged: { pageSize: 500 },
    });
    const unseen = found.filter(({ dn }) => !names.has(dn));
    for (const group of unseen) names.set(group.dn, firstOf(group, 'cn') ?? firstValueOf(group.dn));
    if (names.size > MOST_GROUPS) throw new LoginUnusable('directory-too-many-groups');
    members = unseen.map(({ dn }) => ({ dn, uid: null as string | null }));
  }
  return [...new Set(names.values())];
}
