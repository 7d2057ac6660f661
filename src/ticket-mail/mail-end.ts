// What is written down when a mail has ended: the event in the tenant's log and the job that stood for it, in one transaction
// with the end of its request.
import type { JobStore } from '../job/job-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { AccountLog } from '../log/account-log.ts';
import type { MailName, QueuedMail } from '../mail/mail-request.ts';
import type { MailRequestStore } from '../mail/mail-request-store.ts';
import type { MailEnd } from '../mail/mail-sender.ts';
import type { Database } from '../storage/database.ts';
import type { Tenant, TenantId } from '../tenant/tenant.ts';
import { canonicalIdentifier } from '../user/identifier.ts';

interface Parts {
  readonly database: Pick<Database, 'transaction'>;
  readonly mailRequests: MailRequestStore;
  readonly jobs: JobStore;
  readonly tenants: { findById(id: TenantId): Promise<Tenant | null> };
  readonly accountLog: AccountLog;
  readonly clock: Clock;
  readonly fingerprint: (value: string) => string;
  /** See `Configuration.log`. */
  readonly logUnknownUserNames: boolean;
}

const EVENTS = {
  verify_email: { sent: ['svr', 'A mail to confirm the address was sent'], failed: 'fvr' },
  reset_email: { sent: ['scpr', 'A mail with a link to a new password was sent'], failed: 'fcpr' },
} as const satisfies Record<MailName, object>;

/** Builds it. */
export function createMailEnd(parts: Parts): (tenantId: TenantId, queued: QueuedMail, end: MailEnd) => Promise<void> {
  const { database, mailRequests, jobs, tenants, accountLog, clock, fingerprint, logUnknownUserNames } = parts;

  /** Whom the mail was for. Security: strangers type passwords into the field for a name, so those of nobody are not kept. */
  function nameOf({ recipient }: QueuedMail['request'], { to, userId }: MailEnd) {
    if ('userId' in recipient) return { userId: recipient.userId, userName: to };
    const { email } = recipient;
    if (userId !== null) return { userId, userName: to ?? email };
    const known = logUnknownUserNames ? email : null;
    return { userId, userName: known, userNameFingerprint: fingerprint(canonicalIdentifier(email)) };
  }

  return async (tenantId, queued, end) => {
    const { request, id } = queued;
    const tenant = await tenants.findById(tenantId);
    if (!tenant) return;
    const { sent, failed } = EVENTS[request.name];
    const [type, description] = end.failure === null ? sent : ([failed, end.failure] as const);
    await database.transaction(async (sql) => {
      if (!(await mailRequests.delete(tenantId, id, sql))) return;
      await accountLog(sql, tenant, {
        ...{ ...request.origin, type, description, clientId: request.clientId },
        connection: 'connection' in request.recipient ? request.recipient.connection : null,
        ...nameOf(request, end),
      });
      if (request.jobId !== null) await jobs.settle(tenantId, request.jobId, end.failure, clock.now(), sql);
    });
  };
}
