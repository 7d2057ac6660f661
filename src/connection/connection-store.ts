// Connections and the clients they are enabled for: rows in, rows out.
import type { Selectable } from 'kysely';
import type { Sql } from '../storage/database.ts';
import type { ConnectionsTable } from '../storage/schema.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Connection, ConnectionId, PasswordPolicyName } from './connection.ts';

export type ConnectionStore = ReturnType<typeof createConnectionStore>;

/** Reads and writes connections. */
export function createConnectionStore(database: Sql) {
  return {
    /** Every connection of the tenant: there are few, and they are looked up by name, by realm and by id. */
    async list(tenantId: TenantId, sql: Sql = database): Promise<Connection[]> {
      const rows = await sql
        .selectFrom('connections')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .orderBy('name')
        .execute();
      const enabled = await sql
        .selectFrom('connection_clients')
        .select(['connection_id', 'client_id'])
        .where('tenant_id', '=', tenantId)
        .execute();
      return rows.map((row) =>
        fromRow(row, new Set(enabled.filter((one) => one.connection_id === row.id).map((one) => one.client_id))),
      );
    },

    /** Removes the connection with the accounts in it; false when there was none. Their users are another store's. */
    async delete(tenantId: TenantId, id: string, sql: Sql): Promise<boolean> {
      const result = await sql
        .deleteFrom('connections')
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },

    /** Creates the connection or overwrites it, enabled clients included. */
    async save(tenantId: TenantId, connection: Connection, now: number, sql: Sql): Promise<void> {
      const row = {
        tenant_id: tenantId,
        id: connection.id,
        name: connection.name,
        strategy: connection.strategy,
        options: JSON.stringify({
          requires_username: connection.options.requiresUsername,
          passwordPolicy: connection.options.passwordPolicy,
          brute_force_protection: connection.options.bruteForceProtection,
        }),
        realms: JSON.stringify(connection.realms),
        is_domain_connection: connection.isDomainConnection ? (1 as const) : (0 as const),
      };
      await sql
        .insertInto('connections')
        .values({ ...row, created_at: now, updated_at: now })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet({ ...row, updated_at: now }))
        .execute();
      await sql
        .deleteFrom('connection_clients')
        .where('tenant_id', '=', tenantId)
        .where('connection_id', '=', connection.id)
        .execute();
      for (const clientId of connection.enabledClients) {
        await sql
          .insertInto('connection_clients')
          .values({ tenant_id: tenantId, connection_id: connection.id, client_id: clientId })
          .execute();
      }
    },
  };
}

function fromRow(row: Selectable<ConnectionsTable>, enabledClients: ReadonlySet<string>): Connection {
  const options = JSON.parse(row.options) as {
    requires_username?: boolean;
    passwordPolicy?: PasswordPolicyName;
    brute_force_protection?: boolean;
  };
  return {
    id: row.id as ConnectionId,
    name: row.name,
    strategy: row.strategy,
    options: {
      requiresUsername: options.requires_username === true,
      passwordPolicy: options.passwordPolicy ?? 'good',
      bruteForceProtection: options.brute_force_protection ?? true,
    },
    realms: JSON.parse(row.realms) as string[],
    isDomainConnection: row.is_domain_connection === 1,
    enabledClients,
  };
}
