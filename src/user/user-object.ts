// A user as Auth0's Management API prints it.
import type { Identity } from './identity.ts';
import type { Metadata } from './user.ts';
import type { StoredUser } from './user-store.ts';

/** The user object; what is not known of the user is left out. `connectionNames` has the names of connections by their ids. */
export function toUserObject(
  { user, lastLogin, lastIp, loginsCount, identities }: StoredUser,
  connectionNames: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const known = {
    created_at: toTime(user.createdAt),
    email: user.email,
    email_verified: user.email === null ? null : user.emailVerified,
    phone_number: user.phoneNumber,
    phone_verified: user.phoneNumber === null ? null : user.phoneVerified,
    username: user.username,
    name: user.name,
    given_name: user.givenName,
    family_name: user.familyName,
    middle_name: user.middleName,
    nickname: user.nickname,
    picture: user.picture,
    identities: toIdentityObjects(identities, connectionNames),
    updated_at: toTime(user.updatedAt),
    user_id: user.userId,
    user_metadata: orNull(user.userMetadata),
    app_metadata: orNull(user.appMetadata),
    groups: user.groups,
    blocked: user.blocked ? true : null,
    last_ip: lastIp,
    last_login: lastLogin === null ? null : toTime(lastLogin),
    logins_count: loginsCount === 0 ? null : loginsCount,
  };
  // What the directory calls by a name of ours does not stand in for it.
  const upstream = Object.entries(user.upstreamAttributes ?? {}).filter(([name]) => !Object.hasOwn(known, name));
  return { ...Object.fromEntries(upstream), ...onlyKnown(known) };
}

/** The accounts, first the one that the user is named after. */
export function toIdentityObjects(
  identities: readonly Identity[],
  connectionNames: ReadonlyMap<string, string>,
): Record<string, unknown>[] {
  const mainFirst = identities.toSorted((a, b) => Number(a.linkedProfile !== null) - Number(b.linkedProfile !== null));
  return mainFirst.map((identity) => toIdentityObject(identity, connectionNames));
}

function toIdentityObject(
  { identityId, connectionId, provider, linkedProfile: profile }: Identity,
  connectionNames: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const profileData = profile && {
    ...onlyKnown({
      email: profile.email,
      email_verified: profile.email === null ? null : profile.emailVerified,
      username: profile.username,
      phone_number: profile.phoneNumber,
      name: profile.name,
      given_name: profile.givenName,
      family_name: profile.familyName,
      nickname: profile.nickname,
      picture: profile.picture,
    }),
  };
  return onlyKnown({
    user_id: identityId,
    connection: connectionNames.get(connectionId) ?? null,
    provider,
    isSocial: false,
    profileData,
  });
}

function toTime(instant: number): string {
  return new Date(instant).toISOString();
}

function orNull(metadata: Metadata): Metadata | null {
  return Object.keys(metadata).length === 0 ? null : metadata;
}

function onlyKnown(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
