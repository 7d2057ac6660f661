// The user as code at a login sees one: as the Management API shows a user, with the login that is going on counted. Called by
// rule/rule-context.ts and action/action-event.ts.
import type { LoginUser } from './user-login-store.ts';
import { toUserObject } from './user-object.ts';

/** When and where the login happens. */
interface Login {
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
  readonly roleNames: readonly string[];
}

/** Shows the user. `connectionNames` has names by ids. */
export function showUserAtLogin(
  stored: LoginUser,
  { ip, now, counts }: Login,
  connectionNames: ReadonlyMap<string, string>,
): UserAtLogin {
  // Auth0: the login that is going on counts already; it is stored when it has come to its end.
  const seen = counts ? { ...stored, lastLogin: now, lastIp: ip, loginsCount: stored.loginsCount + 1 } : stored;
  const { loginsCount, roleNames } = seen;
  return { object: toUserObject(seen, connectionNames), loginsCount, roleNames };
}
