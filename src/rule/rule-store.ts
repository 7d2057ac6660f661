// Rules: rows in, rows out.
import type { Selectable } from 'kysely';
import type { Sql } from '../storage/database.ts';
import type { RulesTable } from '../storage/schema-code.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Rule, RuleId } from './rule.ts';

export type RuleStore = ReturnType<typeof createRuleStore>;

/** Which rules of a tenant a list is about. */
interface RuleFilter {
  /** Left out for both. */
  readonly enabled?: boolean;
}

/** Reads and writes rules. */
export function createRuleStore(database: Sql) {
  const rulesOf = (tenantId: TenantId, { enabled }: RuleFilter, sql: Sql) => {
    const query = sql.selectFrom('rules').where('tenant_id', '=', tenantId);
    return enabled === undefined ? query : query.where('enabled', '=', enabled ? 1 : 0);
  };

  async function find(tenantId: TenantId, column: 'id' | 'name' | 'position', value: string | number, sql: Sql) {
    const row = await rulesOf(tenantId, {}, sql).selectAll().where(column, '=', value).executeTakeFirst();
    return row ? fromRow(row) : null;
  }

  return {
    /** The rule of this id; null when the tenant has none. */
    findById: (tenantId: TenantId, id: string, sql: Sql = database): Promise<Rule | null> =>
      find(tenantId, 'id', id, sql),

    /** The rule of this name; null when the tenant has none. */
    findByName: (tenantId: TenantId, name: string, sql: Sql = database): Promise<Rule | null> =>
      find(tenantId, 'name', name, sql),

    /** The rule at this place of the order; null when there is none. */
    findByOrder: (tenantId: TenantId, order: number, sql: Sql = database): Promise<Rule | null> =>
      find(tenantId, 'position', order, sql),

    /** So many rules in their order, from this one on. */
    async list(tenantId: TenantId, filter: RuleFilter, window: { start: number; limit: number }): Promise<Rule[]> {
      const rows = await rulesOf(tenantId, filter, database)
        .selectAll()
        .orderBy('position')
        .limit(window.limit)
        .offset(window.start)
        .execute();
      return rows.map(fromRow);
    },

    /** Every rule in its order. */
    async listAll(tenantId: TenantId, sql: Sql = database): Promise<Rule[]> {
      return (await rulesOf(tenantId, {}, sql).selectAll().orderBy('position').execute()).map(fromRow);
    },

    /** Those that run, in their order. */
    async listEnabled(tenantId: TenantId): Promise<Rule[]> {
      const rows = await rulesOf(tenantId, { enabled: true }, database).selectAll().orderBy('position').execute();
      return rows.map(fromRow);
    },

    /** How many rules there are. */
    async count(tenantId: TenantId, filter: RuleFilter): Promise<number> {
      const { n } = await rulesOf(tenantId, filter, database)
        .select((row) => row.fn.countAll<number | string>().as('n'))
        .executeTakeFirstOrThrow();
      return Number(n);
    },

    /** The highest place of the order that is taken; 0 without rules. */
    async highestOrder(tenantId: TenantId, sql: Sql): Promise<number> {
      const row = await rulesOf(tenantId, {}, sql)
        .select((one) => one.fn.max('position').as('highest'))
        .executeTakeFirst();
      return Number(row?.highest ?? 0);
    },

    /** Creates the rule or overwrites it; throws when its name or its place is another rule's. */
    async save(tenantId: TenantId, { id, name, script, order, enabled }: Rule, now: number, sql: Sql): Promise<void> {
      const row = { name, script, position: order, enabled: enabled ? 1 : 0, updated_at: now } as const;
      await sql
        .insertInto('rules')
        .values({ tenant_id: tenantId, id, ...row, created_at: now })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(row))
        .execute();
    },

    /** Removes the rule; false when there was none. */
    async delete(tenantId: TenantId, id: string, sql: Sql): Promise<boolean> {
      const result = await sql
        .deleteFrom('rules')
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .executeTakeFirst();
      return result.numDeletedRows > 0n;
    },
  };
}

function fromRow({ id, name, script, position, enabled }: Selectable<RulesTable>): Rule {
  return { id: id as RuleId, name, script, order: position, enabled: enabled === 1 };
}
