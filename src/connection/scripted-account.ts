// Which account of a user is in a database that only custom scripts reach. Called where names and passwords are changed, and
// where links are made by which people do that.
import { canonicalIdentifier } from '../user/identifier.ts';
import { type Identity, namedUserIdOf, userIdOf } from '../user/identity.ts';
import type { User } from '../user/user.ts';
import type { StoredUser } from '../user/user-store.ts';
import { DATABASE_STRATEGY, type StoredConnection } from './connection.ts';
import { databaseAccountOf } from './database-account.ts';
import { databaseOptionsOf } from './database-options.ts';
import type { UserScripts } from './user-source.ts';

/** An account whose password the scripts look for. */
export interface ScriptedAccount {
  readonly identity: Identity;
  readonly connection: StoredConnection;
  readonly scripts: UserScripts;
}

/** The scripts that are asked for a user's password at each login; null where passwords are kept here, or in no database. */
export function keepingScriptsOf(connection: StoredConnection): UserScripts | null {
  if (connection.strategy !== DATABASE_STRATEGY) return null;
  const { source, keepsPasswords } = databaseOptionsOf(connection.options, connection.secrets);
  return !keepsPasswords && source?.kind === 'scripts' ? source : null;
}

/** The account that the user is named after; null when it is in no such database. */
export function scriptedAccountOf(
  { userId }: Pick<User, 'userId'>,
  identities: readonly Identity[],
  connections: readonly StoredConnection[],
): ScriptedAccount | null {
  for (const identity of identities) {
    const connection = connections.find(({ id }) => id === identity.connectionId);
    const scripts = connection ? keepingScriptsOf(connection) : null;
    if (!connection || !scripts) continue;
    const { identityId } = identity;
    const names: readonly string[] = [userIdOf(connection, identityId), namedUserIdOf(connection, identityId)];
    if (names.includes(userId)) return { identity, connection, scripts };
  }
  return null;
}

/** True when the address or password of the user can be changed by a link: it is kept here, or there is a script for it. */
export function takesChange(
  user: Pick<User, 'userId'>,
  identities: readonly Identity[],
  connections: readonly StoredConnection[],
  script: 'verify' | 'changePassword',
): boolean {
  if (databaseAccountOf(user, identities, connections)) return true;
  return (scriptedAccountOf(user, identities, connections)?.scripts[script] ?? null) !== null;
}

/** Of users with one address the one whose account is in this connection; null for none, and where several have it. */
export function scriptedOwnerOf(
  users: readonly StoredUser[],
  connection: StoredConnection,
  email: string,
): User | null {
  const typed = canonicalIdentifier(email);
  const found = users.filter(
    ({ user, identities }) =>
      user.email !== null &&
      canonicalIdentifier(user.email) === typed &&
      scriptedAccountOf(user, identities, [connection]) !== null,
  );
  return found.length === 1 ? (found[0]?.user ?? null) : null;
}
