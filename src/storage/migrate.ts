// Brings a database to the newest schema. Migrations are dated, do one change each, and are never edited once released.
import { type Migration, Migrator } from 'kysely/migration';
import type { Database } from './database.ts';
import * as createTenants from './migrations/2026-11-22-01-create-tenants.ts';
import * as createClients from './migrations/2026-11-22-02-create-clients.ts';
import * as createResourceServers from './migrations/2026-11-22-03-create-resource-servers.ts';
import * as createConnections from './migrations/2026-11-22-04-create-connections.ts';
import * as createClientGrants from './migrations/2026-11-22-05-create-client-grants.ts';
import * as createUsers from './migrations/2026-11-22-06-create-users.ts';
import * as createCredentials from './migrations/2026-11-22-07-create-credentials.ts';
import * as createSigningKeys from './migrations/2026-11-22-08-create-signing-keys.ts';
import * as createLogEvents from './migrations/2026-11-22-09-create-log-events.ts';
import * as createMasterKey from './migrations/2026-11-22-10-create-master-key.ts';
import * as createConfigurationVersion from './migrations/2026-11-22-11-create-configuration-version.ts';

const migrations: Record<string, Migration> = {
  '2026-11-22-01-create-tenants': createTenants,
  '2026-11-22-02-create-clients': createClients,
  '2026-11-22-03-create-resource-servers': createResourceServers,
  '2026-11-22-04-create-connections': createConnections,
  '2026-11-22-05-create-client-grants': createClientGrants,
  '2026-11-22-06-create-users': createUsers,
  '2026-11-22-07-create-credentials': createCredentials,
  '2026-11-22-08-create-signing-keys': createSigningKeys,
  '2026-11-22-09-create-log-events': createLogEvents,
  '2026-11-22-10-create-master-key': createMasterKey,
  '2026-11-22-11-create-configuration-version': createConfigurationVersion,
};

/** Runs what is missing; of several processes that start at once one does it. Throws when it fails or the database is newer. */
export async function migrateToNewest(database: Database): Promise<void> {
  const { error } = await database.withoutTimeout((sql) =>
    new Migrator({ db: sql, provider: { getMigrations: async () => migrations } }).migrateToLatest(),
  );
  if (error !== undefined)
    throw new Error('The database could not be brought to this version’s schema.', { cause: error });
}
