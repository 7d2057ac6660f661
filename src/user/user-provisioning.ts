// Users of directories other than our own database are made at their first login, and their profiles brought up to date at
// each one. A user is the account of that connection and of that stable id, never somebody with the same e-mail address: two
// directories that say the same address have two users.
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../lib/clock.ts';
import type { Database, Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { type IdentitySource, namedUserIdOf, userIdOf } from './identity.ts';
import type { UpstreamProfile } from './profile.ts';
import { upstreamDataOf } from './upstream-data.ts';
import type { Metadata, User } from './user.ts';
import type { LoginUser, UserLoginStore } from './user-login-store.ts';
import type { UserStore } from './user-store.ts';

interface Parts {
  readonly database: Database;
  readonly users: UserStore;
  readonly userLogins: UserLoginStore;
  /** True when code of the tenant's own runs at its logins, which is shown everything of a user. */
  readonly runsCode: (tenantId: TenantId) => Promise<boolean>;
  readonly clock: Clock;
}

/** Somebody whom a directory let in. */
interface UpstreamAccount {
  readonly identityId: string;
  /** Null where our own database knows the person. */
  readonly profile: UpstreamProfile | null;
  readonly groups: readonly string[] | null;
  readonly metadata?: { readonly user: Metadata; readonly app: Metadata };
  readonly warnings?: readonly string[];
}

/** The user of an account, and what could not be kept of it, in words for the log. */
export interface Provisioned {
  readonly user: User;
  /** All that code may be shown of the user; null where it was not read. */
  readonly seen: LoginUser | null;
  readonly warnings: readonly string[];
}

/** Resolves to the user of the account; throws when our own database let somebody in whom it does not know. */
export type ProvisionUser = (
  tenantId: TenantId,
  connection: IdentitySource,
  account: UpstreamAccount,
) => Promise<Provisioned>;

const LONGEST_IDENTITY_ID = 256;

/** Builds it. */
export function createUserProvisioning({ database, users, userLogins, runsCode, clock }: Parts): ProvisionUser {
  /** The owner of the account, by one statement, whether or not code is shown the rest. */
  async function findOwner(
    tenantId: TenantId,
    connectionId: string,
    identityId: string,
  ): Promise<Pick<Provisioned, 'user' | 'seen'> | null> {
    if (await runsCode(tenantId)) {
      const seen = await userLogins.findByIdentity(tenantId, connectionId, identityId);
      return seen && { user: seen.user, seen };
    }
    const user = await users.findByIdentity(tenantId, connectionId, identityId);
    return user && { user, seen: null };
  }

  return async (tenantId, connection, account) => {
    const { identityId, profile, groups, warnings: told = [] } = account;
    const found = await findOwner(tenantId, connection.id, identityId);
    if (profile === null) {
      if (!found) throw new Error('A directory accepted an account that belongs to no user.');
      return { ...found, warnings: told };
    }
    requirePlainId(identityId);
    const now = clock.now();
    if (!found) {
      return database.transaction((sql) => insertUpstreamUser(users, tenantId, connection, account, now, sql));
    }
    const { user: stored, seen } = found;
    const { data, warnings } = upstreamDataOf(profile, groups);
    // A profile is that of the account which its user is named after; a linked one only opens the door.
    const names: readonly string[] = [userIdOf(connection, identityId), namedUserIdOf(connection, identityId)];
    if (!names.includes(stored.userId)) return { user: stored, seen, warnings };
    const refreshed = { ...stored, ...data };
    if (isDeepStrictEqual(refreshed, stored)) return { user: stored, seen, warnings };
    const user = { ...refreshed, updatedAt: now };
    await database.transaction((sql) => users.saveUpstream(tenantId, user, sql));
    return { user, seen: seen && { ...seen, user }, warnings };
  };
}

/**
 * The user of an account that only a directory knows, made as at a first login. Of several at once the first makes the user, and
 * the others find it.
 */
export async function insertUpstreamUser(
  users: UserStore,
  tenantId: TenantId,
  connection: IdentitySource,
  { identityId, profile, groups, metadata }: UpstreamAccount,
  now: number,
  sql: Sql,
): Promise<Provisioned> {
  if (profile === null) throw new Error('A directory knows nothing of a new user.');
  requirePlainId(identityId);
  const { data, warnings } = upstreamDataOf(profile, groups);
  const times = { createdAt: now, updatedAt: now };
  const ours = { blocked: false, userMetadata: metadata?.user ?? {}, appMetadata: metadata?.app ?? {} };
  for (const userId of new Set([userIdOf(connection, identityId), namedUserIdOf(connection, identityId)])) {
    const user: User = { ...data, ...ours, ...times, userId };
    if (await users.insertIfMissing(tenantId, user, sql)) {
      const account = { connectionId: connection.id, identityId };
      const identity = { ...account, provider: connection.strategy, userId, linkedProfile: null };
      await users.addIdentity(tenantId, identity, sql);
      return { user, seen: null, warnings };
    }
    const owner = await users.findByIdentity(tenantId, connection.id, identityId, sql);
    if (owner) return { user: owner, seen: null, warnings };
    // Security: whoever has the id is an account of another connection, and nobody is let in as somebody else.
  }
  throw new Error('The id of a new user belongs to an account of another connection.');
}

/** Such an id becomes part of a `sub`; a driver that gives another one is at fault. */
function requirePlainId(identityId: string): void {
  if (identityId === '' || identityId.length > LONGEST_IDENTITY_ID || /\p{Cc}/u.test(identityId)) {
    throw new Error('A directory gave an account an id that cannot be part of a user id.');
  }
}
