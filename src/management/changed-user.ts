// What a PATCH makes of a user, and what it may not ask for. Pure.
import { apiRefusals } from '../error/api-error.ts';
import { mergedMetadata } from '../lib/merged-metadata.ts';
import { withDefaults } from '../user/profile.ts';
import type { Metadata, User } from '../user/user.ts';
import type { ChangedUserBody } from '../user/user-body.ts';

/** Auth0: these change one at a time. */
const NAMES = ['email', 'username', 'phone_number', 'password'] as const;

/** Members of a user that are ours whatever directory knows the person. */
const OWN_MEMBERS: ReadonlySet<string> = new Set([
  'blocked',
  'user_metadata',
  'app_metadata',
  'connection',
  'client_id',
]);

/** Throws `ApiError` for a body that changes several names of the user at once. */
export function requireOneNameAtATime(body: ChangedUserBody): void {
  const changed = NAMES.filter((name) => body[name] !== undefined);
  if (changed.length > 1) {
    throw apiRefusals.badRequest(`Cannot update ${changed.join(' and ')} simultaneously`, 'invalid_body');
  }
}

/**
 * Throws `ApiError` for a body that changes what another directory tells: its next login would bring it back. `others` are
 * members that can be changed there.
 */
export function requireOwnMembers(body: ChangedUserBody, others: readonly string[]): void {
  const foreign = Object.keys(body).filter((name) => !OWN_MEMBERS.has(name) && !others.includes(name));
  if (foreign.length === 0) return;
  throw apiRefusals.badRequest(
    `The following user attributes cannot be updated: ${foreign.join(', ')}. The connection must be a database connection.`,
    'operation_not_supported',
  );
}

/** The user as the body wants it. */
export function changedUser(stored: User, body: ChangedUserBody, now: number): User {
  const isOtherEmail = body.email !== undefined && body.email !== stored.email;
  const isOtherPhone = body.phone_number !== undefined && body.phone_number !== stored.phoneNumber;
  const profile = withDefaults({
    email: body.email ?? stored.email,
    // An address that nobody has looked at yet is not verified because another one was.
    emailVerified: body.email_verified ?? (isOtherEmail ? false : stored.emailVerified),
    username: body.username ?? stored.username,
    phoneNumber: body.phone_number === undefined ? stored.phoneNumber : body.phone_number,
    phoneVerified: body.phone_verified ?? (isOtherPhone ? false : stored.phoneVerified),
    name: body.name === undefined ? stored.name : body.name,
    givenName: body.given_name === undefined ? stored.givenName : body.given_name,
    familyName: body.family_name === undefined ? stored.familyName : body.family_name,
    middleName: stored.middleName,
    nickname: body.nickname === undefined ? stored.nickname : body.nickname,
    picture: body.picture === undefined ? stored.picture : body.picture,
  });
  return {
    ...stored,
    ...profile,
    blocked: body.blocked ?? stored.blocked,
    userMetadata: merged(stored.userMetadata, body.user_metadata),
    appMetadata: merged(stored.appMetadata, body.app_metadata),
    updatedAt: now,
  };
}

function merged(stored: Metadata, given: Metadata | null | undefined): Metadata {
  if (given === undefined) return stored;
  return given === null ? {} : mergedMetadata(stored, given);
}
