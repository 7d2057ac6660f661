// The texts of mails that tenants wrote: rows in, rows out.
import type { Sql } from '../storage/database.ts';
import type { Flag } from '../storage/flag.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { MailName } from './mail-request.ts';
import type { MailTemplate } from './mail-template.ts';

export type MailTemplateStore = ReturnType<typeof createMailTemplateStore>;

const flag = (value: boolean): Flag => (value ? 1 : 0);

/** Reads and writes them. */
export function createMailTemplateStore(database: Sql) {
  return {
    /** The tenant's own text; null when it has none. */
    async find(tenantId: TenantId, name: string, sql: Sql = database): Promise<MailTemplate | null> {
      const row = await sql
        .selectFrom('mail_templates')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('name', '=', name)
        .executeTakeFirst();
      if (!row) return null;
      return {
        name: row.name as MailName,
        enabled: row.enabled === 1,
        from: row.sender,
        subject: row.subject,
        body: row.body,
        resultUrl: row.result_url,
        lifetimeSeconds: row.lifetime_seconds,
        includesEmail: row.includes_email === 1,
      };
    },

    /** Keeps it, in place of another one. */
    async save(tenantId: TenantId, template: MailTemplate, now: number, sql: Sql): Promise<void> {
      const row = {
        enabled: flag(template.enabled),
        sender: template.from,
        subject: template.subject,
        body: template.body,
        result_url: template.resultUrl,
        lifetime_seconds: template.lifetimeSeconds,
        includes_email: flag(template.includesEmail),
        updated_at: now,
      };
      await sql
        .insertInto('mail_templates')
        .values({ tenant_id: tenantId, name: template.name, ...row })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doUpdateSet(row))
        .execute();
    },
  };
}
