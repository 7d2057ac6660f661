// Strategy -> driver. A strategy that is not in this list cannot check passwords.
import type { Connection } from '../connection/connection.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Directory } from './directory.ts';

/** Makes the driver of one connection. */
export type DirectoryDriver = (tenantId: TenantId, connection: Connection) => Directory;

export interface DirectoryRegistry {
  /** The directory behind the connection; null when its strategy cannot check passwords. */
  find(tenantId: TenantId, connection: Connection): Directory | null;
}

/** Builds the registry from the drivers by strategy. */
export function createDirectoryRegistry(drivers: ReadonlyMap<string, DirectoryDriver>): DirectoryRegistry {
  return { find: (tenantId, connection) => drivers.get(connection.strategy)?.(tenantId, connection) ?? null };
}
