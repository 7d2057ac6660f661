// The `databases` section of an export.
import { type Connection, DATABASE_STRATEGY, type DatabaseWire } from '../connection/connection.ts';
import { clientNames } from './export-clients.ts';
import { type ExportWork, withoutEmpty } from './export-workspace.ts';

/** The database connections as `apply` reads them. */
export async function exportDatabases(work: ExportWork): Promise<DatabaseWire[]> {
  const connections = await work.stores.connections.list(work.tenant.id);
  const called = await clientNames(work);
  return connections
    .filter((connection) => connection.strategy === DATABASE_STRATEGY)
    .map((connection) => exportDatabase(connection, called));
}

/** One connection; `called` names its clients. */
export function exportDatabase(connection: Connection, called: (clientId: string) => string): DatabaseWire {
  const { name, options, realms, isDomainConnection, enabledClients } = connection;
  return {
    name,
    strategy: DATABASE_STRATEGY,
    ...withoutEmpty({ enabled_clients: [...enabledClients].map(called).toSorted() }),
    ...(realms.length === 1 && realms[0] === name ? {} : { realms: [...realms] }),
    ...(isDomainConnection ? { is_domain_connection: true } : {}),
    options: {
      passwordPolicy: options.passwordPolicy,
      requires_username: options.requiresUsername,
      ...(options.bruteForceProtection ? {} : { brute_force_protection: false }),
    },
  };
}
