// An identity: one account of a user in one connection.
import type { UserId } from './user.ts';

export interface Identity {
  readonly connectionId: string;
  /** The account's id inside the connection. */
  readonly identityId: string;
  /** Auth0's word for the kind of connection, as it stands before the bar of a user id. */
  readonly provider: string;
  readonly userId: UserId;
}

/** `PROVIDER|ID`. */
export function userIdOf(provider: string, identityId: string): UserId {
  return `${provider}|${identityId}` as UserId;
}
