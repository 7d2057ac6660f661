// A connection as Auth0's Management API prints it: secrets are written and never read. Called by connection-api.ts.
import { DATABASE_STRATEGY, databaseOptionsOf, type StoredConnection } from './connection.ts';

/** The connection. */
export function showConnection(connection: StoredConnection) {
  const { id, name, strategy, realms, isDomainConnection, enabledClients, options } = connection;
  return {
    id,
    name,
    strategy,
    options: strategy === DATABASE_STRATEGY ? databaseOptions(connection) : { ...options },
    realms: [...realms],
    is_domain_connection: isDomainConnection,
    enabled_clients: [...enabledClients].toSorted(),
  };
}

function databaseOptions({ options }: StoredConnection): object {
  const { passwordPolicy, requiresUsername, bruteForceProtection, selfServiceChangePassword } =
    databaseOptionsOf(options);
  return {
    ...{ passwordPolicy, requires_username: requiresUsername, brute_force_protection: bruteForceProtection },
    ...(selfServiceChangePassword ? {} : { disable_self_service_change_password: true }),
  };
}
