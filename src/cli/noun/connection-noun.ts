// Connections on the command line, called by their names: databases, and the directories of other kinds.
import Type from 'typebox';
import { ConfigurationError } from '../../config/load-config.ts';
import { DATABASE_STRATEGY, type StoredConnection } from '../../connection/connection.ts';
import {
  ConnectionWire,
  DIRECTORY_OPTIONS,
  type DirectoryStrategy,
  strategyOf,
} from '../../connection/connection-wire.ts';
import { DatabaseWire } from '../../connection/database-options.ts';
import { clientNames } from '../../declaration/export-clients.ts';
import { exportConnection, isDirectory } from '../../declaration/export-connections.ts';
import { exportDatabase } from '../../declaration/export-databases.ts';
import { type Invocation, listFlag, textFlag } from '../command.ts';
import type { Entry, Noun } from './noun.ts';

/** The noun. */
export const connectionNoun: Noun = {
  name: 'connection',
  sectionOf: (entry) => (isDatabaseEntry(entry) ? 'databases' : 'connections'),
  nameMember: () => 'name',
  schemaOf(entry) {
    if (isDatabaseEntry(entry)) return DatabaseWire;
    const strategy = strategyOf(entry as unknown as ConnectionWire) as DirectoryStrategy | undefined;
    const schema = strategy && Object.hasOwn(DIRECTORY_OPTIONS, strategy) ? DIRECTORY_OPTIONS[strategy].schema : null;
    return schema ? Type.Object({ ...ConnectionWire.properties, options: schema }) : ConnectionWire;
  },
  // Which members there are depends on it, so it is read before them.
  beginWith(invocation) {
    const strategy = textFlag(invocation, 'strategy') ?? memberFlag(invocation, 'strategy');
    return strategy === null ? {} : { strategy, ...(strategy === DATABASE_STRATEGY ? {} : { options: {} }) };
  },
  columns: ['name', 'strategy', 'enabled_clients'],
  async list({ stores, tenant, exporting }, most) {
    const connections = (await stores.connections.list(tenant.id)).slice(0, most);
    const called = await clientNames(exporting);
    return connections.map((one) => entryOf(one, called) ?? { name: one.name, strategy: one.strategy });
  },
  async find({ ground, stores, tenant, exporting }, called) {
    const connection = (await stores.connections.list(tenant.id)).find((one) => one.name === called);
    if (!connection) return null;
    const entry = entryOf(connection, await clientNames(exporting));
    if (!entry) throw new ConfigurationError(`The strategy of ${called}, ${connection.strategy}, is not known here.`);
    return {
      entry,
      async remove(sql) {
        if (tenant.defaultDirectory === called) {
          throw new ConfigurationError(
            `${called} is the default_directory of the tenant: choose another first with \`gatehouse tenant update\`.`,
          );
        }
        await stores.logErasures.orderOfConnection(tenant.id, connection.id, ground.clock.now(), sql);
        await stores.users.deleteOfConnection(tenant.id, connection.id, sql);
        return stores.connections.delete(tenant.id, connection.id, sql);
      },
    };
  },
};

function isDatabaseEntry({ strategy }: Entry): boolean {
  return strategy === undefined || strategy === DATABASE_STRATEGY;
}

/** Null for a strategy that has no place in the tenant file. */
function entryOf(connection: StoredConnection, called: (clientId: string) => string): Entry | null {
  if (connection.strategy === DATABASE_STRATEGY) return exportDatabase(connection, called, false);
  return isDirectory(connection) ? exportConnection(connection, called, false) : null;
}

function memberFlag(invocation: Invocation, member: string): string | null {
  const given = listFlag(invocation, 'set').find((one) => one.startsWith(`${member}=`));
  return given?.slice(member.length + 1) ?? null;
}
