// Realm or default directory -> connection. Answers with what was found; the grant decides what that means.
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Connection } from './connection.ts';
import type { ConnectionStore } from './connection-store.ts';
import { toConnection } from './read-connection.ts';

export interface ConnectionResolver {
  /** The connection that answers to this realm; null when none does. */
  findByRealm(tenantId: TenantId, realm: string): Promise<Connection | null>;
  /** The connection of this name; null when there is none. */
  findByName(tenantId: TenantId, name: string): Promise<Connection | null>;
  /** The connection of this id; null when there is none. */
  findById(tenantId: TenantId, id: string): Promise<Connection | null>;
}

/** Builds the resolver over the store. */
export function createConnectionResolver(connections: ConnectionStore, cache: ConfigurationCache): ConnectionResolver {
  const list = (tenantId: TenantId) =>
    cache.get(`connections ${tenantId}`, async () => (await connections.list(tenantId)).map(toConnection));
  return {
    findByRealm: async (tenantId, realm) =>
      (await list(tenantId)).find((connection) => connection.realms.includes(realm)) ?? null,
    findByName: async (tenantId, name) => (await list(tenantId)).find((connection) => connection.name === name) ?? null,
    findById: async (tenantId, id) => (await list(tenantId)).find((connection) => connection.id === id) ?? null,
  };
}
