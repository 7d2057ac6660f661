// Resource servers: rows in, rows out. The secret of an HS256 API lies sealed in its row.
import type { Selectable } from 'kysely';
import { Secret } from '../lib/secret.ts';
import type { Sql } from '../storage/database.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { ResourceServersTable } from '../storage/schema.ts';
import { sealedPlace } from '../storage/sealed-column.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { isManagementApi, MANAGEMENT_API, withManagementMembers } from './management-audience.ts';
import {
  DEFAULT_TOKEN_LIFETIME,
  type ResourceServer,
  type Scope,
  type SigningAlgorithm,
  type TokenDialect,
  type UserPolicy,
} from './resource-server.ts';

/** The same in every tenant. */
const MANAGEMENT_API_ID = '6d616e6167656d656e742d61';

export type ResourceServerStore = ReturnType<typeof createResourceServerStore>;

/** Reads and writes resource servers. */
export function createResourceServerStore(database: Sql, vault: Vault) {
  const byIdentifier = prepare<{ tenantId: string; identifier: string }, Selectable<ResourceServersTable>>(
    database,
    (sql) =>
      sql
        .selectFrom('resource_servers')
        .selectAll()
        .where('tenant_id', '=', param<string>('tenantId'))
        .where('identifier', '=', param<string>('identifier')),
  );

  return {
    /** The API of this identifier, by exact match; null when the tenant has none. */
    async findByIdentifier(
      tenantId: TenantId,
      identifier: string,
      sql: Sql = database,
    ): Promise<ResourceServer | null> {
      const row = await byIdentifier.first({ tenantId, identifier }, sql);
      return row ? fromRow(row, vault) : null;
    },

    /** The API of this id; null when the tenant has none. */
    async findById(tenantId: TenantId, id: string, sql: Sql = database): Promise<ResourceServer | null> {
      const row = await sql
        .selectFrom('resource_servers')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? fromRow(row, vault) : null;
    },

    /** Every API that the tenant made, by identifier. */
    async listOwn(tenantId: TenantId, sql: Sql = database): Promise<ResourceServer[]> {
      return (await this.list(tenantId, sql)).filter((api) => !isManagementApi(api));
    },

    /** Gives a tenant the Management API, when it has none yet. */
    async addManagementApi(tenantId: TenantId, now: number, sql: Sql): Promise<void> {
      await sql
        .insertInto('resource_servers')
        .values({
          tenant_id: tenantId,
          id: MANAGEMENT_API_ID,
          identifier: MANAGEMENT_API,
          name: null,
          signing_alg: 'RS256',
          signing_secret_sealed: null,
          token_lifetime: DEFAULT_TOKEN_LIFETIME,
          token_dialect: 'access_token',
          scopes: '[]',
          user_policy: 'allow_all',
          enforce_policies: 1,
          allow_offline_access: 0,
          created_at: now,
          updated_at: now,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },

    /** Every API of the tenant, by identifier, the Management API among them. */
    async list(tenantId: TenantId, sql: Sql = database): Promise<ResourceServer[]> {
      const rows = await sql
        .selectFrom('resource_servers')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .orderBy('identifier')
        .execute();
      return rows.map((row) => fromRow(row, vault));
    },

    /** Removes the API and the client grants on it; false when there was none. */
    async delete(tenantId: TenantId, identifier: string, sql: Sql): Promise<boolean> {
      const result = await sql
        .deleteFrom('resource_servers')
        .where('tenant_id', '=', tenantId)
        .where('identifier', '=', identifier)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },

    /** Creates the API or overwrites it. */
    async save(tenantId: TenantId, api: ResourceServer, now: number, sql: Sql): Promise<void> {
      const row = {
        tenant_id: tenantId,
        id: api.id,
        identifier: api.identifier,
        name: api.name,
        signing_alg: api.signingAlgorithm,
        signing_secret_sealed: api.signingSecret
          ? vault.seal(api.signingSecret.reveal(), secretPlace(tenantId, api.id))
          : null,
        token_lifetime: api.tokenLifetime,
        token_dialect: api.tokenDialect,
        scopes: JSON.stringify(api.scopes),
        user_policy: api.userPolicy,
        enforce_policies: api.enforcePolicies ? (1 as const) : (0 as const),
        allow_offline_access: api.allowOfflineAccess ? (1 as const) : (0 as const),
      };
      await sql
        .insertInto('resource_servers')
        .values({ ...row, created_at: now, updated_at: now })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet({ ...row, updated_at: now }))
        .execute();
    },
  };
}

function secretPlace(tenantId: string, id: string): string {
  return sealedPlace('resource_servers', 'signing_secret_sealed', tenantId, id);
}

function fromRow(row: Selectable<ResourceServersTable>, vault: Vault): ResourceServer {
  const sealed = row.signing_secret_sealed;
  return withManagementMembers({
    id: row.id,
    identifier: row.identifier,
    name: row.name,
    signingAlgorithm: row.signing_alg as SigningAlgorithm,
    signingSecret: sealed === null ? null : new Secret(vault.open(sealed, secretPlace(row.tenant_id, row.id))),
    tokenLifetime: row.token_lifetime,
    tokenDialect: row.token_dialect as TokenDialect,
    scopes: JSON.parse(row.scopes) as Scope[],
    userPolicy: row.user_policy as UserPolicy,
    enforcePolicies: row.enforce_policies === 1,
    allowOfflineAccess: row.allow_offline_access === 1,
  });
}
