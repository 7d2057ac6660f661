// Strategy -> driver. A strategy without a driver cannot check passwords.
import type { ConnectionOf, PasswordConnection } from '../connection/connection.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Directory } from './directory.ts';

/** Makes the directory of one connection, on every login anew; what must outlive a login the driver keeps itself. */
export interface DirectoryDriver<C extends PasswordConnection = PasswordConnection> {
  (tenantId: TenantId, connection: C): Directory;
  /** Ends what the driver keeps open; there are no logins any more. */
  close?(): Promise<void>;
}

/** The drivers by strategy. */
export type DirectoryDrivers = {
  readonly [S in PasswordConnection['strategy']]?: DirectoryDriver<ConnectionOf<S>>;
};

export interface DirectoryRegistry {
  /** The directory behind the connection; null when there is no driver for its strategy. */
  find(tenantId: TenantId, connection: PasswordConnection): Directory | null;
  /** Closes every driver. */
  close(): Promise<void>;
}

/** Builds the registry. */
export function createDirectoryRegistry(drivers: DirectoryDrivers): DirectoryRegistry {
  return {
    find(tenantId, connection) {
      // A driver is only ever handed connections of the strategy it is kept under.
      const driver = drivers[connection.strategy] as DirectoryDriver | undefined;
      return driver?.(tenantId, connection) ?? null;
    },
    async close() {
      await Promise.all(Object.values(drivers).map(async (driver) => driver.close?.()));
    },
  };
}
