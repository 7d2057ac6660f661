// Database connections on the command line, called by their names.
import { ConfigurationError } from '../../config/load-config.ts';
import { DATABASE_STRATEGY, DatabaseWire } from '../../connection/connection.ts';
import { clientNames } from '../../declaration/export-clients.ts';
import { exportDatabase } from '../../declaration/export-databases.ts';
import type { Noun } from './noun.ts';

/** The noun. */
export const connectionNoun: Noun = {
  name: 'connection',
  section: 'databases',
  nameMember: () => 'name',
  schema: DatabaseWire,
  columns: ['name', 'strategy', 'enabled_clients'],
  async list({ stores, tenant, exporting }, most) {
    const connections = (await stores.connections.list(tenant.id)).slice(0, most);
    const called = await clientNames(exporting);
    return connections.map((connection) => ({
      ...exportDatabase(connection, called),
      strategy: connection.strategy,
    }));
  },
  async find({ stores, tenant, exporting }, called) {
    const connection = (await stores.connections.list(tenant.id)).find((one) => one.name === called);
    if (!connection) return null;
    if (connection.strategy !== DATABASE_STRATEGY) {
      throw new ConfigurationError(`${called} is no database connection: change it with \`gatehouse apply FILE\`.`);
    }
    return {
      entry: exportDatabase(connection, await clientNames(exporting)),
      async remove(sql) {
        if (tenant.defaultDirectory === called) {
          throw new ConfigurationError(
            `${called} is the default_directory of the tenant: choose another first with \`gatehouse tenant update\`.`,
          );
        }
        await stores.users.deleteOfConnection(tenant.id, connection.id, sql);
        return stores.connections.delete(tenant.id, connection.id, sql);
      },
    };
  },
};
