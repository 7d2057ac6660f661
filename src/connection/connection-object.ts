// A connection as Auth0's Management API prints it: secrets are written and never read. Called by connection-api.ts.
import { DATABASE_STRATEGY, type StoredConnection } from './connection.ts';
import { databaseOptionsOf, storedDatabaseOptions } from './database-options.ts';
import { joinUserSource } from './user-source.ts';

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

/** Whether strangers may make accounts is always told: who knows Auth0 takes its absence for a yes. */
function databaseOptions({ options }: StoredConnection): object {
  return {
    ...storedDatabaseOptions(options),
    disable_signup: !databaseOptionsOf(options).isOpenToSignUp,
    ...joinUserSource({ options }, {}),
  };
}
