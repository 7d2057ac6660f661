// What is written down when a mail has ended: the event in the tenant's log and the job that stood for it, in one transaction
// with the end of its request.
import type { JobStore } from '../job/job-store.ts';
import type { Clock } from '../lib/clock.ts';
import type { AccountLog } from '../log/account-log.ts';
import type { AccountEventType } from '../log/log-event.ts';
import type { MailRequest, QueuedMail } from '../mail/mail-request.ts';
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

type Told = readonly [type: AccountEventType, description: string];

/** What is told of each mail when it was sent, and the type of the event when it was not. */
const EVENTS: Readonly<Record<MailRequest['name'], { readonly sent: Told | null; readonly failed: AccountEventType }>> =
  {
    verify_email: { sent: ['svr', 'A mail to confirm the address was sent'], failed: 'fvr' },
    reset_email: { sent: ['scpr', 'A mail with a link to a new password was sent'], failed: 'fcpr' },
    blocked_account: { sent: ['cls', 'A mail with a link that lifts a block was sent'], failed: 'fn' },
    stolen_credentials: { sent: ['scpr', 'A mail about a breached password was sent, with a link'], failed: 'fcpr' },
    // Auth0 has no code of its own for these, and who gets one knows.
    throttled_address: { sent: null, failed: 'fn' },
    breached_password: { sent: null, failed: 'fn' },
  };

/** Builds it. */
export function createMailEnd(parts: Parts): (tenantId: TenantId, queued: QueuedMail, end: MailEnd) => Promise<void> {
  const { database, mailRequests, jobs, tenants, accountLog, clock, fingerprint, logUnknownUserNames } = parts;

  /** Whom the mail was for. Security: strangers type passwords into the field for a name, so those of nobody are not kept. */
  function nameOf({ recipient }: QueuedMail['request'], { to, userId }: MailEnd) {
    if ('administrators' in recipient) return { userName: to };
    if ('userId' in recipient) return { userId: recipient.userId, userName: to };
    const email = 'email' in recipient ? recipient.email : recipient.identifier;
    if (userId !== null) return { userId, userName: to ?? email };
    const known = logUnknownUserNames ? email : null;
    return { userId, userName: known, userNameFingerprint: fingerprint(canonicalIdentifier(email)) };
  }

  return async (tenantId, queued, end) => {
    const { request, id } = queued;
    const tenant = await tenants.findById(tenantId);
    if (!tenant) return;
    const { sent, failed } = EVENTS[request.name];
    const told = end.failure === null ? sent : ([failed, end.failure] as const);
    await database.transaction(async (sql) => {
      if (!(await mailRequests.delete(tenantId, id, sql))) return;
      if (told) {
        const [type, description] = told;
        await accountLog(sql, tenant, {
          ...{ ...request.origin, type, description, clientId: request.clientId },
          connection: 'connection' in request.recipient ? request.recipient.connection : null,
          ...nameOf(request, end),
        });
      }
      if (request.jobId !== null) await jobs.settle(tenantId, request.jobId, end.failure, clock.now(), sql);
    });
  };
}
