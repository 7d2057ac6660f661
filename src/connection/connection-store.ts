// Connections and the clients they are enabled for: rows in, rows out. The secrets of a connection lie sealed in its row.
import type { Selectable } from 'kysely';
import { Secret } from '../lib/secret.ts';
import type { Sql } from '../storage/database.ts';
import type { ConnectionsTable } from '../storage/schema.ts';
import { sealedPlace } from '../storage/sealed-column.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { ConnectionId, StoredConnection } from './connection.ts';

export type ConnectionStore = ReturnType<typeof createConnectionStore>;

/** Reads and writes connections. */
export function createConnectionStore(database: Sql, vault: Vault) {
  return {
    /** Every connection of the tenant: there are few, and they are looked up by name, by realm and by id. */
    async list(tenantId: TenantId, sql: Sql = database): Promise<StoredConnection[]> {
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
        fromRow(row, vault, new Set(enabled.filter((one) => one.connection_id === row.id).map((one) => one.client_id))),
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
    async save(tenantId: TenantId, connection: StoredConnection, now: number, sql: Sql): Promise<void> {
      const row = {
        tenant_id: tenantId,
        id: connection.id,
        name: connection.name,
        strategy: connection.strategy,
        options: JSON.stringify(connection.options),
        secrets_sealed: sealed(vault, tenantId, connection),
        trusted: connection.trusted ? (1 as const) : (0 as const),
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

function placeOf(tenantId: string, id: string): string {
  return sealedPlace('connections', 'secrets_sealed', tenantId, id);
}

function sealed(vault: Vault, tenantId: TenantId, { id, secrets }: StoredConnection): string | null {
  const revealed = Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]);
  return revealed.length === 0 ? null : vault.seal(JSON.stringify(Object.fromEntries(revealed)), placeOf(tenantId, id));
}

function fromRow(
  row: Selectable<ConnectionsTable>,
  vault: Vault,
  enabledClients: ReadonlySet<string>,
): StoredConnection {
  const secrets = row.secrets_sealed === null ? '{}' : vault.open(row.secrets_sealed, placeOf(row.tenant_id, row.id));
  return {
    id: row.id as ConnectionId,
    name: row.name,
    strategy: row.strategy as StoredConnection['strategy'],
    options: JSON.parse(row.options) as Record<string, unknown>,
    secrets: Object.fromEntries(
      Object.entries(JSON.parse(secrets) as Record<string, string>).map(([name, value]) => [name, new Secret(value)]),
    ),
    realms: JSON.parse(row.realms) as string[],
    isDomainConnection: row.is_domain_connection === 1,
    enabledClients,
    trusted: row.trusted === 1,
  };
}
