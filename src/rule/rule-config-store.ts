// Values that are kept for rules, each under a key: rows in, rows out. Values lie sealed, and only rules get them back.
import { Secret } from '../lib/secret.ts';
import type { Sql } from '../storage/database.ts';
import { sealedPlace } from '../storage/sealed-column.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';

export type RuleConfigStore = ReturnType<typeof createRuleConfigStore>;

/** Writes the values and lists their keys. */
export function createRuleConfigStore(database: Sql, vault: Vault) {
  const placeOf = (tenantId: TenantId, key: string) => sealedPlace('rule_configs', 'value_sealed', tenantId, key);

  return {
    /** Every key of the tenant, in alphabetical order. */
    async listKeys(tenantId: TenantId): Promise<string[]> {
      const rows = await database
        .selectFrom('rule_configs')
        .select('key')
        .where('tenant_id', '=', tenantId)
        .orderBy('key')
        .execute();
      return rows.map((row) => row.key);
    },

    /** Every value of the tenant by its key, for the rules themselves. */
    async listValues(tenantId: TenantId, sql: Sql = database): Promise<ReadonlyMap<string, Secret>> {
      const rows = await sql
        .selectFrom('rule_configs')
        .select(['key', 'value_sealed'])
        .where('tenant_id', '=', tenantId)
        .orderBy('key')
        .execute();
      return new Map(
        rows.map(({ key, value_sealed: sealed }) => [key, new Secret(vault.open(sealed, placeOf(tenantId, key)))]),
      );
    },

    /** Keeps the value under the key, in place of another one; true when there was none. */
    async save(tenantId: TenantId, key: string, value: Secret, now: number, sql: Sql): Promise<boolean> {
      const known = await sql
        .selectFrom('rule_configs')
        .select('key')
        .where('tenant_id', '=', tenantId)
        .where('key', '=', key)
        .executeTakeFirst();
      const sealed = vault.seal(value.reveal(), placeOf(tenantId, key));
      const row = { value_sealed: sealed, updated_at: now };
      await sql
        .insertInto('rule_configs')
        .values({ tenant_id: tenantId, key, ...row })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'key']).doUpdateSet(row))
        .execute();
      return known === undefined;
    },

    /** Removes the key and its value; false when there was none. */
    async delete(tenantId: TenantId, key: string, sql: Sql): Promise<boolean> {
      const result = await sql
        .deleteFrom('rule_configs')
        .where('tenant_id', '=', tenantId)
        .where('key', '=', key)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}
