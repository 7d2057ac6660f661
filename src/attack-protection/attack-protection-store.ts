// A tenant's settings of attack protection: rows in, rows out. A tenant that never set anything has no row.
import type { Sql } from '../storage/database.ts';
import { param, prepare } from '../storage/prepared.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { type AttackProtection } from './attack-protection.ts';
import { type AttackProtectionWire, attackProtectionOf, attackProtectionWireOf } from './attack-protection-wire.ts';

export type AttackProtectionStore = ReturnType<typeof createAttackProtectionStore>;

/** Reads and writes the settings. */
export function createAttackProtectionStore(database: Sql) {
  const byTenant = prepare<{ tenantId: string }, { settings: string }>(database, (sql) =>
    sql.selectFrom('attack_protection').select('settings').where('tenant_id', '=', param<string>('tenantId')),
  );

  return {
    /** The tenant's settings; the defaults when it never set any. */
    async find(tenantId: TenantId, sql: Sql = database): Promise<AttackProtection> {
      const row = await byTenant.first({ tenantId }, sql);
      return attackProtectionOf(row ? (JSON.parse(row.settings) as AttackProtectionWire) : {});
    },

    /** Sets all of them. */
    async save(tenantId: TenantId, settings: AttackProtection, now: number, sql: Sql): Promise<void> {
      const row = { tenant_id: tenantId, settings: JSON.stringify(attackProtectionWireOf(settings)), updated_at: now };
      await sql
        .insertInto('attack_protection')
        .values(row)
        .onConflict((conflict) => conflict.column('tenant_id').doUpdateSet(row))
        .execute();
    },
  };
}
