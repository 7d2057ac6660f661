// A user of a database connection as entries of files say it, and back: what tenant files and bulk imports have in common.
import { type IdentitySource, userIdOf } from './identity.ts';
import { withDefaults } from './profile.ts';
import type { User, UserWire } from './user.ts';

/** The members of an entry that are about the person alone. */
type PersonWire = Omit<UserWire, 'connection' | 'password' | 'password_hash' | 'custom_password_hash'>;

/** The user of an entry; what it leaves out has its default. */
export function userOfWire(
  wire: PersonWire,
  source: Pick<IdentitySource, 'name' | 'strategy'>,
  identityId: string,
  { createdAt, updatedAt }: Pick<User, 'createdAt' | 'updatedAt'>,
): User {
  const profile = withDefaults({
    email: wire.email ?? null,
    emailVerified: wire.email_verified ?? false,
    username: wire.username ?? null,
    phoneNumber: wire.phone_number ?? null,
    phoneVerified: wire.phone_verified ?? false,
    name: wire.name ?? null,
    givenName: wire.given_name ?? null,
    familyName: wire.family_name ?? null,
    middleName: wire.middle_name ?? null,
    nickname: wire.nickname ?? null,
    picture: wire.picture ?? null,
  });
  return {
    ...profile,
    userId: userIdOf(source, identityId),
    blocked: wire.blocked ?? false,
    userMetadata: wire.user_metadata ?? {},
    appMetadata: wire.app_metadata ?? {},
    groups: null,
    upstreamAttributes: null,
    createdAt,
    updatedAt,
  };
}

/** The entry of a user, without what says nothing; `proof` is the member with the password's hash. */
export function wireOfUser(
  user: User,
  identityId: string,
  proof: Pick<UserWire, 'password_hash' | 'custom_password_hash'>,
): PersonWire & typeof proof {
  return {
    user_id: identityId,
    ...withoutNulls({ email: user.email, username: user.username }),
    ...proof,
    email_verified: user.emailVerified,
    ...withoutNulls({ phone_number: user.phoneNumber }),
    ...(user.phoneVerified ? { phone_verified: true } : {}),
    ...(user.blocked ? { blocked: true } : {}),
    ...withoutNulls({
      name: user.name,
      given_name: user.givenName,
      family_name: user.familyName,
      middle_name: user.middleName,
      nickname: user.nickname,
      picture: user.picture,
    }),
    ...(isEmpty(user.userMetadata) ? {} : { user_metadata: { ...user.userMetadata } }),
    ...(isEmpty(user.appMetadata) ? {} : { app_metadata: { ...user.appMetadata } }),
  };
}

/** Texts that are there and not empty. */
function withoutNulls<T extends Record<string, string | null>>(entry: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => Boolean(value))) as { [K in keyof T]?: string };
}

function isEmpty(metadata: object): boolean {
  return Object.keys(metadata).length === 0;
}
