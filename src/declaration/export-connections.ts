// The `connections` section of an export.
import { DATABASE_STRATEGY, type StoredConnection } from '../connection/connection.ts';
import { type ConnectionWire, DIRECTORY_OPTIONS, type DirectoryStrategy } from '../connection/connection-wire.ts';
import { clientNames } from './export-clients.ts';
import { type ExportWork, withoutEmpty } from './export-workspace.ts';

type DirectoryConnection = StoredConnection & { readonly strategy: DirectoryStrategy };

/** The connections other than databases as `apply` reads them. */
export async function exportConnections(work: ExportWork): Promise<ConnectionWire[]> {
  const connections = (await work.stores.connections.list(work.tenant.id)).filter(isDirectory);
  const called = await clientNames(work);
  return connections.map((connection, index) => {
    const secrets = Object.keys(connection.secrets);
    if (secrets.length > 0 && !work.withSecrets) {
      work.notes.push({ path: ['connections', index], words: `${secrets.join(', ')} is left out` });
    }
    return exportConnection(connection, called, work.withSecrets);
  });
}

/** One connection; `called` names its clients. */
export function exportConnection(
  connection: DirectoryConnection,
  called: (clientId: string) => string,
  withSecrets: boolean,
): ConnectionWire {
  const secrets = Object.entries(connection.secrets).map(([name, secret]): [string, string] => [name, secret.reveal()]);
  return {
    name: connection.name,
    strategy: connection.strategy,
    ...exportUse(connection, called),
    options: { ...connection.options, ...(withSecrets ? Object.fromEntries(secrets) : {}) },
  };
}

/** Who may use the connection and how requests call it. */
export function exportUse(
  { name, realms, isDomainConnection, enabledClients }: StoredConnection,
  called: (clientId: string) => string,
): Pick<ConnectionWire, 'enabled_clients' | 'realms' | 'is_domain_connection'> {
  return {
    ...withoutEmpty({ enabled_clients: [...enabledClients].map(called).toSorted() }),
    ...(realms.length === 1 && realms[0] === name ? {} : { realms: [...realms] }),
    ...(isDomainConnection ? { is_domain_connection: true } : {}),
  };
}

/** True for a connection of the `connections` section. */
export function isDirectory(connection: StoredConnection): connection is DirectoryConnection {
  return connection.strategy !== DATABASE_STRATEGY && Object.hasOwn(DIRECTORY_OPTIONS, connection.strategy);
}
