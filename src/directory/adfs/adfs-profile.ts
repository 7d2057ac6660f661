// Claims that ADFS issued -> the account that a login is told of. A token has short names for them, an assertion the long
// ones; both are read by the short name.
import type { AdfsOptions } from '../../connection/adfs-options.ts';
import type { DirectoryAccount } from '../directory.ts';
import { unusable } from './adfs-error.ts';

/** Claims by name, each with all of its values. */
export type AdfsClaims = ReadonlyMap<string, readonly string[]>;

const SHORT_NAMES: Readonly<Record<string, string>> = {
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': 'email',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname': 'given_name',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname': 'family_name',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name': 'unique_name',
};
/** What the protocol itself puts into a token. */
const PROTOCOL_CLAIMS: ReadonlySet<string> = new Set([
  ...['iss', 'aud', 'exp', 'iat', 'nbf', 'auth_time', 'apptype', 'appid', 'authmethod', 'ver', 'scp', 'mfa_auth_time'],
  ...['nonce', 'at_hash', 'c_hash', 'sid', 'pwd_exp', 'pwd_url', 'jti', 'cid', 'amr', 'acr'],
]);
const MOST_EXTRA = 64;

/** The short name of a claim type, such as `upn` for `http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn`. */
export function shortName(type: string): string {
  const known = Object.hasOwn(SHORT_NAMES, type) ? SHORT_NAMES[type] : undefined;
  return known ?? (type.split(/[/#]/).at(-1) ?? type).toLowerCase();
}

/** The claims of a token. */
export function claimsOfToken(payload: Readonly<Record<string, unknown>>): AdfsClaims {
  const texts = (value: unknown) => (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string');
  return new Map(Object.entries(payload).map(([name, value]) => [name.toLowerCase(), texts(value)]));
}

type AccountOptions = Pick<AdfsOptions, 'userIdAttribute' | 'groupsAttribute' | 'trustsEmail'>;

/** The account; throws `AdfsRefused` when the claim that names it is missing or has several values. */
export function accountOf(claims: AdfsClaims, options: AccountOptions): DirectoryAccount {
  const first = (name: string) => claims.get(name)?.find((value) => value.trim() !== '') ?? null;
  const upn = first('upn');
  const email = first('email') ?? (upn !== null && /^[^@\s]+@[^@\s]+$/.test(upn) ? upn : null);
  const groupClaim = options.groupsAttribute === null ? null : shortName(options.groupsAttribute);
  return {
    identityId: identityOf(claims, shortName(options.userIdAttribute)),
    profile: {
      email,
      emailVerified: email !== null && options.trustsEmail,
      username: null,
      name: first('displayname') ?? first('commonname') ?? first('name'),
      givenName: first('given_name'),
      familyName: first('family_name'),
      nickname: null,
      picture: null,
      phoneNumber: null,
      extra: extraOf(claims, groupClaim),
    },
    groups: groupClaim === null ? null : (claims.get(groupClaim) ?? []),
  };
}

function identityOf(claims: AdfsClaims, name: string): string {
  const values = claims.get(name) ?? [];
  const [value = ''] = values;
  if (values.length !== 1 || !/^[^\s|\p{Cc}]{1,256}$/u.test(value)) {
    throw unusable(
      'user-id-missing',
      `ADFS issued no single ${name} that can be a user id: add a claim rule, or change userIdAttribute.`,
    );
  }
  // The case in which somebody wrote a user principal name is no part of it.
  return name === 'upn' ? value.toLowerCase() : value;
}

function extraOf(claims: AdfsClaims, groupClaim: string | null): Readonly<Record<string, unknown>> {
  const kept = [...claims].filter(([name, values]) => {
    return values.length > 0 && name !== groupClaim && !PROTOCOL_CLAIMS.has(name);
  });
  return Object.fromEntries(
    kept.slice(0, MOST_EXTRA).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}
