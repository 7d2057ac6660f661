// Which account of a user has the password that this server keeps. Pure; called where passwords and names are changed.
import { type Identity, userIdOf } from '../user/identity.ts';
import type { User } from '../user/user.ts';
import { DATABASE_STRATEGY, type StoredConnection } from './connection.ts';
import { databaseOptionsOf } from './database-options.ts';

/** An account in one of our own databases. */
export interface DatabaseAccount {
  readonly identity: Identity;
  readonly connection: StoredConnection;
}

/** The account that the user is named after, whose profile the user's is; null when no database of ours has its password. */
export function databaseAccountOf(
  { userId }: Pick<User, 'userId'>,
  identities: readonly Identity[],
  connections: readonly StoredConnection[],
): DatabaseAccount | null {
  for (const identity of identities) {
    const connection = connections.find(({ id }) => id === identity.connectionId);
    if (connection?.strategy !== DATABASE_STRATEGY) continue;
    if (!databaseOptionsOf(connection.options).keepsPasswords) continue;
    if (userIdOf(connection, identity.identityId) === userId) return { identity, connection };
  }
  return null;
}
