// The `event` that an action sees after a login, in the words of Auth0's documentation. Called by action-pipeline.ts.
import type { Clock } from '../lib/clock.ts';
import type { RuleLogin } from '../rule/rule-login.ts';
import { showUserAtLogin } from '../user/user-at-login.ts';
import type { UserLoginStore } from '../user/user-login-store.ts';

/** Makes the event of this login, as plain JSON; null when its user is gone. `connectionNames` has names by ids. */
export async function makeActionEvent(
  userLogins: UserLoginStore,
  login: RuleLogin,
  connectionNames: ReadonlyMap<string, string>,
  clock: Clock,
): Promise<object | null> {
  const { tenant, client, connection, userId, protocol, request, audience } = login;
  const now = clock.now();
  const isPassword = protocol === 'oauth2-password';
  const stored = login.seen ?? (await userLogins.findById(tenant.id, userId));
  if (!stored) return null;
  const user = showUserAtLogin(stored, { ip: request.ip, now, counts: isPassword }, connectionNames);
  const { ip, hostname, userAgent, body } = request;
  return {
    // Auth0: both are there also while they are empty.
    user: { user_metadata: {}, app_metadata: {}, ...user.object },
    client: { client_id: client.clientId, name: client.name, metadata: client.clientMetadata },
    connection: { id: connection.id, name: connection.name, strategy: connection.strategy, metadata: {} },
    tenant: { id: tenant.name },
    ...(audience === null ? {} : { resource_server: { identifier: audience } }),
    request: {
      ...{ ip, hostname, method: 'POST', query: {}, body, geoip: {} },
      ...(userAgent === null ? {} : { user_agent: userAgent }),
    },
    transaction: {
      ...{ protocol, requested_scopes: (body['scope'] ?? '').split(' ').filter((one) => one !== '') },
      ...{ acr_values: [], ui_locales: [], locale: '' },
    },
    authentication: { methods: isPassword ? [{ name: 'pwd', timestamp: new Date(now).toISOString() }] : [] },
    authorization: { roles: user.roleNames },
    stats: { logins_count: user.loginsCount },
    configuration: {},
  };
}
