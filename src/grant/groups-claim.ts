// The claim by which tokens tell the groups of their user. Called by the grants that have a user.
import type { Connection } from '../connection/connection.ts';
import type { User } from '../user/user.ts';

/** The user's groups, where the connection asks for the claim and its directory tells groups; no claim otherwise. */
export function groupsClaimOf({ options }: Connection, { groups }: User): Record<string, unknown> {
  const name = 'groupsClaim' in options ? options.groupsClaim : null;
  return name === null || groups === null ? {} : { [name]: groups };
}
