// Changes that the declarative form refuses to make, written straight through the stores.
import type { ConnectionId, StoredConnection } from '../../src/connection/connection.ts';
import type { Tenant } from '../../src/tenant/tenant.ts';
import { PUBLIC_CLIENT } from './sample-tenant.ts';
import type { TestServer } from './start-server.ts';

/** The sample tenant as it is stored. */
export async function sampleTenantOf(server: TestServer): Promise<Tenant> {
  const tenant = await server.app.stores.tenants.findByName('acme');
  if (!tenant) throw new Error('There is no tenant acme.');
  return tenant;
}

/** Overwrites some settings of the sample tenant. */
export async function changeTenant(server: TestServer, settings: Partial<Tenant>): Promise<void> {
  const { app, ground, clock } = server;
  await app.stores.tenants.save({ ...(await sampleTenantOf(server)), ...settings }, clock.now(), ground.database.sql);
  app.forgetConfiguration();
}

/** Adds a connection of a strategy that checks no passwords, enabled for the public client. */
export async function addConnection(
  server: TestServer,
  name: string,
  strategy: StoredConnection['strategy'],
): Promise<void> {
  const { app, ground, clock } = server;
  const connection = {
    id: `con_${name}` as ConnectionId,
    name,
    strategy,
    options: {},
    secrets: {},
    realms: [name],
    isDomainConnection: false,
    enabledClients: new Set([PUBLIC_CLIENT]),
    trusted: true,
  };
  const { id } = await sampleTenantOf(server);
  await app.stores.connections.save(id, connection, clock.now(), ground.database.sql);
  app.forgetConfiguration();
}
