// An entry of a directory -> the profile of a user.
import type { Entry } from 'ldapts';
import type { LdapServerOptions, ProfileMap } from '../../connection/ldap-options.ts';
import type { DirectoryProfile } from '../directory.ts';
import { attributesOf, firstOf } from './ldap-entry.ts';

/** What a kind of directory has instead of what an operator's map leaves out. */
export interface ProfileDefaults {
  readonly name: readonly string[];
  readonly nickname: readonly string[];
  /** Attributes that are kept beside the profile. */
  readonly kept: readonly string[];
}

/** The attributes that a search must ask for. */
export function profileAttributes(map: ProfileMap, defaults: ProfileDefaults): readonly string[] {
  const mapped = Object.values<string | null>({ ...map }).filter((attribute) => attribute !== null);
  return [...mapped, 'mail', 'givenName', 'sn', ...defaults.name, ...defaults.nickname, ...defaults.kept];
}

/** The profile. */
export function profileOf(
  entry: Entry,
  { profileMap: map, trustsEmail }: Pick<LdapServerOptions, 'profileMap' | 'trustsEmail'>,
  defaults: ProfileDefaults,
): DirectoryProfile {
  const mapped = (attribute: string | null, ...otherwise: readonly string[]) =>
    attribute === null ? firstOf(entry, ...otherwise) : firstOf(entry, attribute);
  const email = mapped(map.email, 'mail');
  return {
    email,
    emailVerified: email !== null && trustsEmail,
    username: null,
    name: mapped(map.name, ...defaults.name),
    givenName: mapped(map.givenName, 'givenName'),
    familyName: mapped(map.familyName, 'sn'),
    nickname: mapped(map.nickname, ...defaults.nickname),
    picture: mapped(map.picture),
    phoneNumber: mapped(map.phoneNumber),
    extra: { dn: entry.dn, ...attributesOf(entry, defaults.kept) },
  };
}
