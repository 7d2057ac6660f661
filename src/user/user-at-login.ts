// The user as code at a login sees one: as the Management API shows a user, with the login that is going on counted. Called by
// rule/rule-context.ts and action/action-event.ts.
import type { TenantId } from '../tenant/tenant.ts';
import type { UserId } from './user.ts';
import { toUserObject } from './user-object.ts';
import type { UserStore } from './user-store.ts';

/** Whose login it is, and when and where it happens. */
interface Login {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly ip: string;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
  /** False for a use of a refresh token, which is none of the logins that are counted. */
  readonly counts: boolean;
}

/** What code sees. */
export interface UserAtLogin {
  readonly object: Readonly<Record<string, unknown>>;
  readonly loginsCount: number;
}

/** Finds the user; null when the user is gone. `connectionNames` has names by ids. */
export async function findUserAtLogin(
  users: UserStore,
  { tenantId, userId, ip, now, counts }: Login,
  connectionNames: ReadonlyMap<string, string>,
): Promise<UserAtLogin | null> {
  const stored = await users.findStored(tenantId, userId);
  if (!stored) return null;
  // Auth0: the login that is going on counts already; it is stored when it has come to its end.
  const seen = counts ? { ...stored, lastLogin: now, lastIp: ip, loginsCount: stored.loginsCount + 1 } : stored;
  return { object: toUserObject(seen, connectionNames), loginsCount: seen.loginsCount };
}
