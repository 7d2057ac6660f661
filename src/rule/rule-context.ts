// The `user` and the `context` that a rule sees, in the words of Auth0's documentation. Called by rule-pipeline.ts.
import type { Clock } from '../lib/clock.ts';
import { showUserAtLogin, type UserAtLogin } from '../user/user-at-login.ts';
import type { UserLoginStore } from '../user/user-login-store.ts';
import type { RuleLogin } from './rule-login.ts';

/** Both objects, as plain JSON. */
export interface RuleObjects {
  readonly user: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Makes the objects for this login; null when its user is gone. `connectionNames` has names by ids. */
export async function makeRuleObjects(
  userLogins: UserLoginStore,
  login: RuleLogin,
  connectionNames: ReadonlyMap<string, string>,
  clock: Clock,
): Promise<RuleObjects | null> {
  const { tenant, userId, request } = login;
  const now = clock.now();
  const stored = login.seen ?? (await userLogins.findById(tenant.id, userId));
  if (!stored) return null;
  const at = { ip: request.ip, now, counts: login.protocol === 'oauth2-password' };
  const user = showUserAtLogin(stored, at, connectionNames);
  return { user: user.object, context: contextOf(login, user, now) };
}

function contextOf(
  { tenant, client, connection, userId, protocol, scope, request }: RuleLogin,
  { loginsCount, roleNames: roles }: UserAtLogin,
  now: number,
): RuleObjects['context'] {
  const { userAgent, ip, hostname, body } = request;
  return {
    tenant: tenant.name,
    clientID: client.clientId,
    clientName: client.name,
    clientMetadata: client.clientMetadata,
    connectionID: connection.id,
    connection: connection.name,
    connectionStrategy: connection.strategy,
    connectionOptions: {},
    connectionMetadata: {},
    protocol,
    stats: { loginsCount },
    // There are no browser sessions here.
    sso: { with_auth0: false, with_dbconn: false, current_clients: [] },
    accessToken: { scope: [...scope] },
    idToken: {},
    request: { ...(userAgent === null ? {} : { userAgent }), ip, hostname, query: {}, body },
    primaryUser: userId,
    authentication: protocol === 'oauth2-password' ? { methods: [{ name: 'pwd', timestamp: now }] } : { methods: [] },
    authorization: { roles },
  };
}
