// An identity: one account of a user in one connection.
import type { Profile, UserId } from './user.ts';

/** The profile of an account that belongs to a user of another name. */
export type LinkedProfile = Profile & { readonly createdAt: number };

export interface Identity {
  readonly connectionId: string;
  /** The account's id inside the connection. */
  readonly identityId: string;
  /** Auth0's word for the kind of connection, as it stands before the bar of a user id. */
  readonly provider: string;
  readonly userId: UserId;
  /** What was told of the account when it was a user of its own; null unless it was linked to this one. */
  readonly linkedProfile: LinkedProfile | null;
}

/** The connection of an identity, as far as ids are concerned. */
export interface IdentitySource {
  readonly id: string;
  readonly name: string;
  /** Auth0's word for the kind of connection. */
  readonly strategy: string;
}

/** Ids that are unique beyond their connection: we make those of databases, Microsoft those of Azure AD. */
const WITHOUT_CONNECTION = new Set(['auth0', 'waad']);

/** `PROVIDER|ID`, or `PROVIDER|CONNECTION|ID` for a directory whose ids another connection may have too. */
export function userIdOf(source: Pick<IdentitySource, 'name' | 'strategy'>, identityId: string): UserId {
  return WITHOUT_CONNECTION.has(source.strategy)
    ? (`${source.strategy}|${identityId}` as UserId)
    : namedUserIdOf(source, identityId);
}

/** `PROVIDER|CONNECTION|ID`. */
export function namedUserIdOf(
  { name, strategy }: Pick<IdentitySource, 'name' | 'strategy'>,
  identityId: string,
): UserId {
  return `${strategy}|${name}|${identityId}` as UserId;
}
