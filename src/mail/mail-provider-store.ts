// The mail server of each tenant that has one of its own: rows in, rows out. The password lies sealed.
import { Secret } from '../lib/secret.ts';
import type { Sql } from '../storage/database.ts';
import { sealedPlace } from '../storage/sealed-column.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { MailProvider } from './mail-provider.ts';

export type MailProviderStore = ReturnType<typeof createMailProviderStore>;

/** Reads and writes them. */
export function createMailProviderStore(database: Sql, vault: Vault) {
  const placeOf = (tenantId: TenantId) => sealedPlace('mail_providers', 'password_sealed', tenantId);

  return {
    /** The tenant's own; null when it has none. */
    async find(tenantId: TenantId, sql: Sql = database): Promise<MailProvider | null> {
      const row = await sql
        .selectFrom('mail_providers')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .executeTakeFirst();
      if (!row) return null;
      const { password_sealed: sealed } = row;
      return {
        enabled: row.enabled === 1,
        defaultFrom: row.default_from,
        host: row.host,
        port: row.port,
        userName: row.user_name,
        password: sealed === null ? null : new Secret(vault.open(sealed, placeOf(tenantId))),
      };
    },

    /** Keeps it, in place of another one. */
    async save(tenantId: TenantId, provider: MailProvider, now: number, sql: Sql): Promise<void> {
      const row = {
        enabled: provider.enabled ? (1 as const) : (0 as const),
        default_from: provider.defaultFrom,
        host: provider.host,
        port: provider.port,
        user_name: provider.userName,
        password_sealed: provider.password && vault.seal(provider.password.reveal(), placeOf(tenantId)),
        updated_at: now,
      };
      await sql
        .insertInto('mail_providers')
        .values({ tenant_id: tenantId, ...row })
        .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(row))
        .execute();
    },

    /** Removes it; false when there was none. */
    async delete(tenantId: TenantId, sql: Sql): Promise<boolean> {
      const result = await sql.deleteFrom('mail_providers').where('tenant_id', '=', tenantId).executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}
