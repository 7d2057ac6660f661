// Clients: rows in, rows out. The secret lies sealed in its row.
import type { Insertable, Selectable } from 'kysely';
import { Secret } from '../lib/secret.ts';
import type { Sql } from '../storage/database.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { ClientsTable } from '../storage/schema.ts';
import { sealedPlace } from '../storage/sealed-column.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type {
  Client,
  ClientId,
  IdTokenAlgorithm,
  RefreshTokenSettings,
  RefreshTokenSettingsWire,
  TokenEndpointAuthMethod,
} from './client.ts';
import { readRefreshTokenSettings, showRefreshTokenSettings } from './refresh-token-settings.ts';

export type ClientStore = ReturnType<typeof createClientStore>;

/** Reads and writes clients. */
export function createClientStore(database: Sql, vault: Vault) {
  const byId = prepare<{ tenantId: string; clientId: string }, Selectable<ClientsTable>>(database, (sql) =>
    sql
      .selectFrom('clients')
      .selectAll()
      .where('tenant_id', '=', param<string>('tenantId'))
      .where('client_id', '=', param<string>('clientId')),
  );

  return {
    /** The client of this id; null when the tenant has none. */
    async findById(tenantId: TenantId, clientId: string, sql: Sql = database): Promise<Client | null> {
      const row = await byId.first({ tenantId, clientId }, sql);
      return row ? fromRow(row, vault) : null;
    },

    /** All clients of this name: names need not be unique. */
    async listByName(tenantId: TenantId, name: string, sql: Sql = database): Promise<Client[]> {
      const rows = await sql
        .selectFrom('clients')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('name', '=', name)
        .execute();
      return rows.map((row) => fromRow(row, vault));
    },

    /** Every client of the tenant, by name. */
    async list(tenantId: TenantId, sql: Sql = database): Promise<Client[]> {
      const rows = await sql
        .selectFrom('clients')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .orderBy('name')
        .orderBy('client_id')
        .execute();
      return rows.map((row) => fromRow(row, vault));
    },

    /** Removes the client and its grants; false when there was none. */
    async delete(tenantId: TenantId, clientId: string, sql: Sql): Promise<boolean> {
      const result = await sql
        .deleteFrom('clients')
        .where('tenant_id', '=', tenantId)
        .where('client_id', '=', clientId)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },

    /** Creates the client or overwrites it. */
    async save(tenantId: TenantId, client: Client, now: number, sql: Sql): Promise<void> {
      const row = toRow(tenantId, client, vault);
      await sql
        .insertInto('clients')
        .values({ ...row, created_at: now, updated_at: now })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'client_id']).doUpdateSet({ ...row, updated_at: now }))
        .execute();
    },
  };
}

function secretPlace(tenantId: string, clientId: string): string {
  return sealedPlace('clients', 'client_secret_sealed', tenantId, clientId);
}

function previousSecretPlace(tenantId: string, clientId: string): string {
  return sealedPlace('clients', 'previous_secret_sealed', tenantId, clientId);
}

function fromRow(row: Selectable<ClientsTable>, vault: Vault): Client {
  const { client_secret_sealed: sealed, previous_secret_sealed: previous } = row;
  return {
    clientId: row.client_id as ClientId,
    name: row.name,
    description: row.description,
    appType: row.app_type,
    isFirstParty: row.is_first_party === 1,
    tokenEndpointAuthMethod: row.token_endpoint_auth_method as TokenEndpointAuthMethod,
    clientSecret: sealed === null ? null : new Secret(vault.open(sealed, secretPlace(row.tenant_id, row.client_id))),
    previousSecret:
      previous === null ? null : new Secret(vault.open(previous, previousSecretPlace(row.tenant_id, row.client_id))),
    previousSecretExpiresAt: row.previous_secret_expires_at,
    grantTypes: JSON.parse(row.grant_types) as string[],
    callbacks: JSON.parse(row.callbacks) as string[],
    webOrigins: JSON.parse(row.web_origins) as string[],
    allowedOrigins: JSON.parse(row.allowed_origins) as string[],
    idTokenLifetime: row.id_token_lifetime,
    idTokenAlgorithm: row.id_token_alg as IdTokenAlgorithm,
    isTokenEndpointIpHeaderTrusted: row.is_token_endpoint_ip_header_trusted === 1,
    clientMetadata: JSON.parse(row.client_metadata) as Record<string, string>,
    logoUri: row.logo_uri,
    refreshToken: toRefreshTokenSettings(row.refresh_token),
  };
}

function toRow(
  tenantId: TenantId,
  client: Client,
  vault: Vault,
): Omit<Insertable<ClientsTable>, 'created_at' | 'updated_at'> {
  return {
    tenant_id: tenantId,
    client_id: client.clientId,
    name: client.name,
    description: client.description,
    app_type: client.appType,
    is_first_party: client.isFirstParty ? 1 : 0,
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
    client_secret_sealed: client.clientSecret
      ? vault.seal(client.clientSecret.reveal(), secretPlace(tenantId, client.clientId))
      : null,
    previous_secret_sealed: client.previousSecret
      ? vault.seal(client.previousSecret.reveal(), previousSecretPlace(tenantId, client.clientId))
      : null,
    previous_secret_expires_at: client.previousSecretExpiresAt,
    grant_types: JSON.stringify(client.grantTypes),
    callbacks: JSON.stringify(client.callbacks),
    web_origins: JSON.stringify(client.webOrigins),
    allowed_origins: JSON.stringify(client.allowedOrigins),
    id_token_lifetime: client.idTokenLifetime,
    id_token_alg: client.idTokenAlgorithm,
    is_token_endpoint_ip_header_trusted: client.isTokenEndpointIpHeaderTrusted ? 1 : 0,
    client_metadata: JSON.stringify(client.clientMetadata),
    logo_uri: client.logoUri,
    refresh_token: JSON.stringify(showRefreshTokenSettings(client.refreshToken)),
  };
}

function toRefreshTokenSettings(text: string): RefreshTokenSettings {
  const settings = readRefreshTokenSettings(JSON.parse(text) as RefreshTokenSettingsWire);
  if ('words' in settings) throw new Error(`The stored settings of refresh tokens are not valid: ${settings.words}`);
  return settings;
}
