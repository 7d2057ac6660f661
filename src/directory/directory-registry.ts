// Strategy -> driver. A strategy without a driver cannot check passwords.
import type { ConnectionOf, PasswordConnection } from '../connection/connection.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Directory } from './directory.ts';

/** How a directory behind a network was found lately, by this node. */
export interface DirectoryState {
  /** `resting` is not asked for a while, after failures in a row; `unknown` was not asked yet, or not since it rested. */
  readonly state: 'working' | 'resting' | 'unknown';
  /** Milliseconds until it is asked again; 0 when it is not resting. */
  readonly restMs: number;
  /** Logins that wait for it or are being answered. */
  readonly inFlight: number;
  /** The last time that it gave no answer: why, in kebab-case, and when, in milliseconds since 1970 UTC. */
  readonly lastOutage: { readonly reason: string; readonly at: number } | null;
}

/** Of a directory that nobody has asked. */
export const NEVER_ASKED: DirectoryState = { state: 'unknown', restMs: 0, inFlight: 0, lastOutage: null };

/** Makes the directory of one connection, on every login anew; what must outlive a login the driver keeps itself. */
export interface DirectoryDriver<C extends PasswordConnection = PasswordConnection> {
  (tenantId: TenantId, connection: C): Directory;
  /** Tells how the directory was found; absent where there is no other server. Asks nobody. */
  stateOf?(tenantId: TenantId, connection: C): DirectoryState;
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
  /** How the directory behind the connection was found lately. */
  stateOf(tenantId: TenantId, connection: PasswordConnection): DirectoryState;
  /** Closes every driver. */
  close(): Promise<void>;
}

/** Builds the registry. */
export function createDirectoryRegistry(drivers: DirectoryDrivers): DirectoryRegistry {
  // A driver is only ever handed connections of the strategy it is kept under.
  const driverOf = ({ strategy }: PasswordConnection) => drivers[strategy] as DirectoryDriver | undefined;
  return {
    find: (tenantId, connection) => driverOf(connection)?.(tenantId, connection) ?? null,
    stateOf: (tenantId, connection) => driverOf(connection)?.stateOf?.(tenantId, connection) ?? NEVER_ASKED,
    async close() {
      await Promise.all(Object.values(drivers).map(async (driver) => driver.close?.()));
    },
  };
}
