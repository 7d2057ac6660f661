// Mails that wait to be sent: rows in, rows out. Whoever tries one moves its time on first, so that of several servers one
// does, and after a crash another tries again.
import { randomHex } from '../lib/id.ts';
import type { Sql } from '../storage/database.ts';
import type { Effect } from '../storage/group-commit.ts';
import { param, prepare } from '../storage/prepared.ts';
import { sealedPlace } from '../storage/sealed-column.ts';
import type { Vault } from '../storage/vault.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { MailRequest, QueuedMail } from './mail-request.ts';

const ID_LENGTH = 32;

export type MailRequestStore = ReturnType<typeof createMailRequestStore>;

/** Reads and writes them. */
export function createMailRequestStore(database: Sql, vault: Vault) {
  const insertion = prepare<{ tenantId: string; id: string; sealed: string; now: number }, unknown>(database, (sql) =>
    sql.insertInto('mail_requests').values({
      tenant_id: param<string>('tenantId'),
      id: param<string>('id'),
      content_sealed: param<string>('sealed'),
      attempts: 0,
      due_at: param<number>('now'),
      created_at: param<number>('now'),
    }),
  );
  const placeOf = (tenantId: TenantId, id: string) => sealedPlace('mail_requests', 'content_sealed', tenantId, id);

  return {
    /** What is to be written to queue the mail. */
    insertionOf(tenantId: TenantId, request: MailRequest, now: number): Effect {
      const id = randomHex(ID_LENGTH);
      const sealed = vault.seal(JSON.stringify(request), placeOf(tenantId, id));
      return { query: insertion.bind({ tenantId, id, sealed, now }) };
    },

    /** Tenants that have mails to be tried now, those that have waited longest first, at most so many. */
    async listTenantsDue(now: number, most: number): Promise<TenantId[]> {
      const rows = await database
        .selectFrom('mail_requests')
        .select(['tenant_id', (row) => row.fn.min('due_at').as('first_due')])
        .where('due_at', '<=', now)
        .groupBy('tenant_id')
        .orderBy('first_due')
        .limit(most)
        .execute();
      return rows.map((row) => row.tenant_id as TenantId);
    },

    /** The tenant's mails to be tried now, those that have waited longest first, at most so many. */
    async listDue(tenantId: TenantId, now: number, most: number): Promise<QueuedMail[]> {
      const rows = await database
        .selectFrom('mail_requests')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .orderBy('id')
        .limit(most)
        .execute();
      return rows.map((row) => ({
        id: row.id,
        request: JSON.parse(vault.open(row.content_sealed, placeOf(tenantId, row.id))) as MailRequest,
        attempts: row.attempts,
        dueAt: row.due_at,
        createdAt: row.created_at,
      }));
    },

    /** Takes the mail for one try, until this instant; false when somebody else has, or has sent it. */
    async claim(tenantId: TenantId, { id, dueAt, attempts }: QueuedMail, until: number): Promise<boolean> {
      const { numUpdatedRows } = await database
        .updateTable('mail_requests')
        .set({ due_at: until, attempts: attempts + 1 })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .where('due_at', '=', dueAt)
        .where('attempts', '=', attempts)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    /** Has it tried again at this instant. */
    async postpone(tenantId: TenantId, id: string, dueAt: number): Promise<void> {
      await database
        .updateTable('mail_requests')
        .set({ due_at: dueAt })
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .execute();
    },

    /** Removes it, and nothing else is written with that. */
    async drop(tenantId: TenantId, id: string): Promise<void> {
      await database.deleteFrom('mail_requests').where('tenant_id', '=', tenantId).where('id', '=', id).execute();
    },

    /** Removes it: it was sent, or never will be. False when it was gone. */
    async delete(tenantId: TenantId, id: string, sql: Sql): Promise<boolean> {
      const { numDeletedRows } = await sql
        .deleteFrom('mail_requests')
        .where('tenant_id', '=', tenantId)
        .where('id', '=', id)
        .executeTakeFirst();
      return numDeletedRows === 1n;
    },
  };
}
