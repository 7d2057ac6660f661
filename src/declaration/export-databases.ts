// The `databases` section of an export.
import { DATABASE_STRATEGY, type StoredConnection } from '../connection/connection.ts';
import { type DatabaseWire, storedDatabaseOptions } from '../connection/database-options.ts';
import { joinUserSource } from '../connection/user-source.ts';
import { clientNames } from './export-clients.ts';
import { exportUse } from './export-connections.ts';
import type { ExportWork } from './export-workspace.ts';

/** The database connections as `apply` reads them. */
export async function exportDatabases(work: ExportWork): Promise<DatabaseWire[]> {
  const connections = await work.stores.connections.list(work.tenant.id);
  const called = await clientNames(work);
  return connections
    .filter((connection) => connection.strategy === DATABASE_STRATEGY)
    .map((connection, index) => {
      const secrets = Object.keys(connection.secrets);
      if (secrets.length > 0 && !work.withSecrets) {
        work.notes.push({ path: ['databases', index], words: `${secrets.join(', ')} is left out` });
      }
      return exportDatabase(connection, called, work.withSecrets);
    });
}

/** One connection; `called` names its clients. */
export function exportDatabase(
  connection: StoredConnection,
  called: (clientId: string) => string,
  withSecrets: boolean,
): DatabaseWire {
  const { brute_force_protection: isProtected, ...options } = storedDatabaseOptions(connection.options);
  return {
    name: connection.name,
    strategy: DATABASE_STRATEGY,
    ...exportUse(connection, called),
    options: {
      ...options,
      ...(isProtected ? {} : { brute_force_protection: false }),
      ...joinUserSource(connection, withSecrets ? connection.secrets : {}),
    },
  };
}
