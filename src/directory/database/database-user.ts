// Creates and changes users of a database connection: the person, the account and the password in one transaction.
import type { Connection } from '../../connection/connection.ts';
import type { PasswordPolicy } from '../../connection/database-options.ts';
import type { Sql } from '../../storage/database.ts';
import type { TenantId } from '../../tenant/tenant.ts';
import { canonicalIdentifier } from '../../user/identifier.ts';
import type { User } from '../../user/user.ts';
import type { UserStore } from '../../user/user-store.ts';
import type { CredentialStore } from './credential-store.ts';
import { kindOfHash } from './password-hash.ts';

interface DatabaseUser {
  readonly user: User;
  /** The part of the user id after the bar. */
  readonly identityId: string;
  /** Null leaves the stored hash as it is. */
  readonly passwordHash: string | null;
  /** The policy of the connection says how many earlier hashes are remembered beside a new one. */
  readonly policy: Pick<PasswordPolicy, 'historySize'>;
}

/** The stores of a user. */
export interface UserStores {
  readonly users: UserStore;
  readonly credentials: CredentialStore;
  readonly refreshTokens: { revokeOfUser(tenantId: TenantId, userId: string, now: number, sql: Sql): Promise<unknown> };
  readonly tickets: { endPasswordChanges(tenantId: TenantId, userId: string, sql: Sql): Promise<void> };
}

/**
 * Writes the user with profile, identity, log-in names and, when given, password hash, which ends the refresh tokens of the user. Throws `IdentifierTaken` when the
 * e-mail address or user name belongs to another account of the connection.
 */
export async function saveDatabaseUser(
  stores: UserStores,
  tenantId: TenantId,
  connection: Pick<Connection, 'id' | 'strategy'>,
  { user, identityId, passwordHash, policy }: DatabaseUser,
  now: number,
  sql: Sql,
): Promise<void> {
  await stores.users.save(tenantId, user, sql);
  await stores.users.addIdentity(
    tenantId,
    {
      connectionId: connection.id,
      identityId,
      provider: connection.strategy,
      userId: user.userId,
      linkedProfile: null,
    },
    sql,
  );
  const names = [user.email, user.username].filter((name) => name !== null).map(canonicalIdentifier);
  await stores.credentials.replaceIdentifiers(tenantId, connection.id, identityId, [...new Set(names)], sql);
  if (passwordHash !== null) {
    const kept = Math.max(0, policy.historySize - 1);
    const credential = { identityId, passwordHash, kind: kindOfHash(passwordHash), kept };
    await stores.credentials.saveHash(tenantId, connection.id, credential, now, sql);
    await endOldPassword(stores, tenantId, user.userId, now, sql);
  }
}

/** Ends what was had by a password that has been replaced. */
export async function endOldPassword(
  { refreshTokens, tickets }: Pick<UserStores, 'refreshTokens' | 'tickets'>,
  tenantId: TenantId,
  userId: string,
  now: number,
  sql: Sql,
): Promise<void> {
  // Security: who lost the old password to somebody else is rid of them with the new one.
  await refreshTokens.revokeOfUser(tenantId, userId, now, sql);
  // Security: and of links by which that somebody would set another one.
  await tickets.endPasswordChanges(tenantId, userId, sql);
}
