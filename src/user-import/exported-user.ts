// A user as exports show one: Auth0's user object, of which an export takes fields. Hashes are not in it.
import type { StoredUser } from '../user/user-store.ts';
import type { ExportField } from './job-settings.ts';

/** What an export holds when nobody says which fields. */
export const DEFAULT_FIELDS: readonly ExportField[] = [
  ...['user_id', 'email', 'email_verified', 'username', 'name', 'given_name', 'family_name', 'nickname', 'picture'],
  ...['created_at', 'updated_at', 'last_login', 'logins_count', 'blocked'],
].map((name) => ({ name, exportAs: name }));

/** The user object; `nameOf` gives the name of a connection. */
export function exportedUser(
  { user, identities, lastLogin, loginsCount }: StoredUser,
  nameOf: (connectionId: string) => string | undefined,
): Readonly<Record<string, unknown>> {
  const { phoneNumber } = user;
  return {
    user_id: user.userId,
    email: user.email,
    email_verified: user.emailVerified,
    username: user.username,
    phone_number: phoneNumber,
    phone_verified: phoneNumber === null ? null : user.phoneVerified,
    name: user.name,
    given_name: user.givenName,
    family_name: user.familyName,
    middle_name: user.middleName,
    nickname: user.nickname,
    picture: user.picture,
    blocked: user.blocked,
    created_at: new Date(user.createdAt).toISOString(),
    updated_at: new Date(user.updatedAt).toISOString(),
    last_login: lastLogin === null ? null : new Date(lastLogin).toISOString(),
    logins_count: loginsCount,
    identities: identities.map((identity) => ({
      connection: nameOf(identity.connectionId),
      provider: identity.provider,
      user_id: identity.identityId,
      isSocial: false,
    })),
    user_metadata: user.userMetadata,
    app_metadata: user.appMetadata,
  };
}

/** The user's values of these fields, by the names they are exported as; what the user does not have is left out. */
export function fieldsOf(
  user: Readonly<Record<string, unknown>>,
  fields: readonly ExportField[],
): Record<string, unknown> {
  const values = fields.map(({ name, exportAs }) => [exportAs, valueAt(user, name)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined && value !== null));
}

/** `identities[0].connection` goes through members of its own only. */
function valueAt(user: unknown, name: string): unknown {
  let value: unknown = user;
  for (const step of name.split(/[.[\]]+/).filter(Boolean)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
