// An entry of Active Directory -> the account that a login is told of.
import type { Entry } from 'ldapts';
import type { ActiveDirectoryOptions } from '../../connection/active-directory-options.ts';
import type { DirectoryAccount } from '../directory.ts';
import type { Search } from '../ldap/ldap-connections.ts';
import { bytesOf, firstOf, valuesOf } from '../ldap/ldap-entry.ts';
import { filterOf, firstValueOf } from '../ldap/ldap-filter.ts';
import { type ProfileDefaults, profileAttributes, profileOf } from '../ldap/ldap-profile.ts';
import { LoginUnusable } from '../ldap/login-unusable.ts';
import { guidText } from './object-guid.ts';

const DEFAULTS: ProfileDefaults = {
  name: ['displayName', 'cn'],
  nickname: ['sAMAccountName', 'cn'],
  kept: [
    'distinguishedName',
    'sAMAccountName',
    'sAMAccountType',
    'userPrincipalName',
    'description',
    'telephoneNumber',
    'department',
    'company',
    'co',
    'st',
    'postalCode',
    'mailNickname',
    'manager',
  ],
};

/** The matching rule that follows membership through groups in groups ([MS-ADTS] 3.1.1.3.4.4.3). */
const NESTED_GROUPS = '(&(objectCategory=group)(member:1.2.840.113556.1.4.1941:={0}))';
const PAGE = 500;

/** The attributes that a search for users must ask for. */
export function accountAttributes({ profileMap }: ActiveDirectoryOptions): readonly string[] {
  return ['objectGUID', 'memberOf', ...profileAttributes(profileMap, DEFAULTS)];
}

/** The stable id; throws `LoginUnusable` for an entry without one. */
export function requireId(entry: Entry, { profileMap: { userId } }: ActiveDirectoryOptions): string {
  if (userId !== null && userId.toLowerCase() !== 'objectguid') {
    const id = firstOf(entry, userId);
    if (id !== null) return id;
  } else {
    const bytes = bytesOf(entry, 'objectGUID');
    if (bytes?.length === 16) return guidText(bytes);
  }
  throw new LoginUnusable('directory-entry-without-id');
}

/** The account. */
export async function accountOf(
  entry: Entry,
  options: ActiveDirectoryOptions,
  search: Search,
): Promise<DirectoryAccount> {
  return {
    identityId: requireId(entry, options),
    profile: profileOf(entry, options, DEFAULTS),
    groups: await groupsOf(entry, options, search),
  };
}

/** Null when nobody is to look. */
async function groupsOf(entry: Entry, { groups, groupBase }: ActiveDirectoryOptions, search: Search) {
  if (groups === 'none') return null;
  if (groups === 'direct') return valuesOf(entry, 'memberOf').map(firstValueOf);
  const found = await search(groupBase, {
    filter: filterOf(NESTED_GROUPS, entry.dn),
    attributes: ['cn'],
    paged: { pageSize: PAGE },
  });
  return found.map((group) => firstOf(group, 'cn') ?? firstValueOf(group.dn));
}
