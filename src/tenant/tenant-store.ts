// Tenants and their domains: rows in, rows out.
import type { Selectable } from 'kysely';
import type { Sql } from '../storage/database.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { TenantsTable } from '../storage/schema.ts';
import { flagsWireOf, type Tenant, type TenantDomain, type TenantId, type TenantWire } from './tenant.ts';

export type TenantStore = ReturnType<typeof createTenantStore>;

/** Reads and writes tenants. */
export function createTenantStore(database: Sql) {
  const byHost = prepare<{ host: string }, { tenant_id: string }>(database, (sql) =>
    sql.selectFrom('tenant_domains').select('tenant_id').where('host', '=', param<string>('host')),
  );

  async function withDomains(row: Selectable<TenantsTable> | undefined, sql: Sql): Promise<Tenant | null> {
    if (!row) return null;
    const domains = await sql
      .selectFrom('tenant_domains')
      .select(['host', 'alias_of'])
      .where('tenant_id', '=', row.id)
      .orderBy('position')
      .execute();
    return fromRow(
      row,
      domains.map((domain) => ({ host: domain.host, aliasOf: domain.alias_of })),
    );
  }

  return {
    /** The tenant that this host reaches, by exact match; null when none does. */
    async findByHost(host: string): Promise<Tenant | null> {
      const domain = await byHost.first({ host });
      if (!domain) return null;
      const row = await database
        .selectFrom('tenants')
        .selectAll()
        .where('id', '=', domain.tenant_id)
        .executeTakeFirst();
      return withDomains(row, database);
    },

    /** The tenant of this id; null when there is none. */
    async findById(id: TenantId, sql: Sql = database): Promise<Tenant | null> {
      return withDomains(await sql.selectFrom('tenants').selectAll().where('id', '=', id).executeTakeFirst(), sql);
    },

    /** The tenant of this name; null when there is none. */
    async findByName(name: string, sql: Sql = database): Promise<Tenant | null> {
      return withDomains(await sql.selectFrom('tenants').selectAll().where('name', '=', name).executeTakeFirst(), sql);
    },

    /** Every tenant, by name. */
    async list(sql: Sql = database): Promise<Tenant[]> {
      const rows = await sql.selectFrom('tenants').selectAll().orderBy('name').execute();
      const domains = await sql.selectFrom('tenant_domains').selectAll().orderBy('position').execute();
      return rows.map((row) =>
        fromRow(
          row,
          domains
            .filter((domain) => domain.tenant_id === row.id)
            .map((domain) => ({ host: domain.host, aliasOf: domain.alias_of })),
        ),
      );
    },

    /** Removes the tenant and everything it owns; false when there was none. */
    async delete(tenantId: TenantId, sql: Sql): Promise<boolean> {
      const result = await sql.deleteFrom('tenants').where('id', '=', tenantId).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },

    /** The first of these hosts that already reaches another tenant; null when all are free. */
    async findOwnerOfHost(tenantId: TenantId, hosts: readonly string[], sql: Sql): Promise<string | null> {
      const row = await sql
        .selectFrom('tenant_domains')
        .select('host')
        .where('host', 'in', [...hosts])
        .where('tenant_id', '!=', tenantId)
        .executeTakeFirst();
      return row?.host ?? null;
    },

    /** Creates the tenant or overwrites it, domains included. */
    async save(tenant: Tenant, now: number, sql: Sql): Promise<void> {
      const row = toRow(tenant);
      await sql
        .insertInto('tenants')
        .values({ ...row, created_at: now, updated_at: now })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ ...row, updated_at: now }))
        .execute();
      await sql.deleteFrom('tenant_domains').where('tenant_id', '=', tenant.id).execute();
      for (const [position, domain] of tenant.domains.entries()) {
        await sql
          .insertInto('tenant_domains')
          .values({ host: domain.host, tenant_id: tenant.id, alias_of: domain.aliasOf, position })
          .execute();
      }
    },
  };
}

function fromRow(row: Selectable<TenantsTable>, domains: readonly TenantDomain[]): Tenant {
  const flags = JSON.parse(row.flags) as NonNullable<TenantWire['flags']>;
  return {
    id: row.id as TenantId,
    name: row.name,
    region: row.region,
    friendlyName: row.friendly_name,
    defaultDirectory: row.default_directory,
    defaultAudience: row.default_audience,
    flags: {
      removeAlgFromJwks: flags.remove_alg_from_jwks === true,
      tellsUserExists: flags.enable_public_signup_user_exists_error === true,
    },
    domains,
  };
}

function toRow(tenant: Tenant) {
  return {
    id: tenant.id,
    name: tenant.name,
    region: tenant.region,
    friendly_name: tenant.friendlyName,
    default_directory: tenant.defaultDirectory,
    default_audience: tenant.defaultAudience,
    flags: JSON.stringify(flagsWireOf(tenant.flags)),
  };
}
