// Mails that are sent once in a while only: rows in, rows out. Of many servers that want to send one about the same, the database
// lets one.
import type { Sql } from '../storage/database.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { MailIncident, MailRequest } from './mail-request.ts';

export type MailNoticeStore = ReturnType<typeof createMailNoticeStore>;

/** Reads and writes them. */
export function createMailNoticeStore(database: Sql) {
  async function findHolder(tenantId: TenantId, name: string, subject: string): Promise<string | null> {
    const row = await database
      .selectFrom('mail_notices')
      .select('request_id')
      .where('tenant_id', '=', tenantId)
      .where('name', '=', name)
      .where('subject', '=', subject)
      .executeTakeFirst();
    return row?.request_id ?? null;
  }

  async function hasRoom(tenantId: TenantId, name: string, most: number): Promise<boolean> {
    const rows = await database
      .selectFrom('mail_notices')
      .select('subject')
      .where('tenant_id', '=', tenantId)
      .where('name', '=', name)
      .limit(most)
      .execute();
    return rows.length < most;
  }

  return {
    /**
     * True for the first request about this incident since the last one became old, also when it asks again; false for others,
     * and when as many of the kind are not old yet as there may be.
     */
    async claim(
      tenantId: TenantId,
      name: MailRequest['name'],
      { subject, quietMs, most }: MailIncident,
      requestId: string,
      now: number,
    ): Promise<boolean> {
      await database
        .deleteFrom('mail_notices')
        .where('tenant_id', '=', tenantId)
        .where('name', '=', name)
        .where('expires_at', '<=', now)
        .execute();
      const holder = await findHolder(tenantId, name, subject);
      if (holder !== null) return holder === requestId;
      if (most !== null && !(await hasRoom(tenantId, name, most))) return false;
      const { numInsertedOrUpdatedRows } = await database
        .insertInto('mail_notices')
        .values({ tenant_id: tenantId, name, subject, request_id: requestId, expires_at: now + quietMs })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'name', 'subject']).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
  };
}
