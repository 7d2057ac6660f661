// Claims of a token, or attributes from Microsoft Graph -> the account that a login is told of.
import type { AzureAdOptions } from '../../connection/azure-ad-options.ts';
import type { DirectoryProfile } from '../directory.ts';
import { PROFILE_ATTRIBUTES } from './azure-ad-graph.ts';

type Json = Readonly<Record<string, unknown>>;
type ProfileOptions = Pick<AzureAdOptions, 'trustsEmail'>;

/** The profile that a token's claims make, and what Graph added; null when Graph was not asked. */
export function profileOfClaims(
  claims: Json,
  fromGraph: Json | null,
  { trustsEmail }: ProfileOptions,
): DirectoryProfile {
  const upn = textOf(claims['upn']) ?? textOf(claims['preferred_username']) ?? textOf(claims['unique_name']);
  const email = textOf(claims['email']) ?? addressOf(upn);
  return {
    email,
    emailVerified: email !== null && trustsEmail,
    username: null,
    name: textOf(claims['name']),
    givenName: textOf(claims['given_name']),
    familyName: textOf(claims['family_name']),
    nickname: null,
    picture: null,
    phoneNumber: null,
    extra: present({ upn, oid: claims['oid'], tenantid: claims['tid'], ...chosen(fromGraph ?? {}) }),
  };
}

/** The attributes of which `profileOfUser` makes a profile. */
export const USER_ATTRIBUTES = ['id', 'userPrincipalName', 'accountEnabled', 'displayName', 'givenName', 'surname'];

/** The same of a user in Graph, where there is no token. */
export function profileOfUser(user: Json, { trustsEmail }: ProfileOptions): DirectoryProfile {
  const upn = textOf(user['userPrincipalName']);
  const email = textOf(user['mail']) ?? addressOf(upn);
  return {
    email,
    emailVerified: email !== null && trustsEmail,
    username: null,
    name: textOf(user['displayName']),
    givenName: textOf(user['givenName']),
    familyName: textOf(user['surname']),
    nickname: null,
    picture: null,
    phoneNumber: null,
    extra: present({ upn, oid: user['id'], ...chosen(user) }),
  };
}

function chosen(user: Json): Json {
  return Object.fromEntries(PROFILE_ATTRIBUTES.map((name) => [name, user[name]]));
}

function present(attributes: Json): Json {
  const isGiven = ([, value]: [string, unknown]) => value !== null && value !== undefined && value !== '';
  return Object.fromEntries(Object.entries(attributes).filter(isGiven));
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** A user principal name looks like an address, and mostly is one. */
function addressOf(upn: string | null): string | null {
  return upn !== null && /^[^@\s]+@[^@\s]+$/.test(upn) ? upn : null;
}
