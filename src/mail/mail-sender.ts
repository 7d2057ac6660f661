// Works through the mails that wait: those of one tenant one after the other, those of several side by side. A server that
// does not answer is asked again later, and only its own tenant waits. Started by the command that serves.
import type { Clock } from '../lib/clock.ts';
import { createDueWork, type DueWork } from '../lib/due-work.ts';
import type { Logger } from '../lib/logger.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { Mail, QueuedMail } from './mail-request.ts';
import type { MailRequestStore } from './mail-request-store.ts';
import { MailRefused, type TransportOf } from './mail-transport.ts';

/** What became of a mail; without `failure` it was sent. */
export interface MailEnd {
  readonly userId: string | null;
  /** Where it went; null for nowhere. */
  readonly to: string | null;
  /** Why it was not sent, in words for the tenant's log; null when it was. */
  readonly failure: string | null;
}

/** A mail that is written, or why there is none. */
export type Composed =
  | {
      readonly mail: Mail;
      /** Null for a mail to administrators. */
      readonly userId: string | null;
      /** Takes back what was made for it, when it could not be sent. */
      readonly withdraw: () => Promise<void>;
    }
  | { readonly failure: string; readonly userId: string | null }
  /** Another one about the same was sent a short while ago. */
  | { readonly isRepeated: true };

interface Parts {
  readonly requests: MailRequestStore;
  readonly clock: Clock;
  readonly steadyTime: SteadyTime;
  readonly logger: Logger;
  readonly transportOf: TransportOf;
  /** Writes the mail, whose sender is this unless its template names one. */
  readonly compose: (tenantId: TenantId, queued: QueuedMail, defaultFrom: string | null) => Promise<Composed>;
  /** Removes the mail, and tells of its end in the same transaction. */
  readonly finish: (tenantId: TenantId, queued: QueuedMail, end: MailEnd) => Promise<void>;
}

/** Sends what is due. */
export type MailSender = DueWork;

const LOOK_EVERY_MS = 2000;
/** Longer than the longest try. */
const CLAIM_MS = 120_000;
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 45_000;
/** Some twelve hours. */
const MOST_ATTEMPTS = 1000;
const TENANTS_AT_ONCE = 16;
const MAILS_AT_ONCE = 20;

/** Builds it. */
export function createMailSender(parts: Parts): MailSender {
  const { requests, clock, steadyTime, logger, transportOf, compose, finish } = parts;

  /** One try; false when the tenant's mail server cannot be had now. */
  async function tryOne(tenantId: TenantId, queued: QueuedMail): Promise<boolean> {
    if (!(await requests.claim(tenantId, queued, steadyTime.now() + CLAIM_MS))) return true;
    const end = (failure: string | null, userId: string | null = null, to: string | null = null) =>
      finish(tenantId, queued, { userId, to, failure });
    const transport = await transportOf(tenantId);
    if (!transport) {
      await end('There is no mail server: set one by smtp_host, or the tenant’s own as its email provider.');
      return true;
    }
    const composed = await compose(tenantId, queued, transport.defaultFrom);
    if ('isRepeated' in composed) {
      await requests.drop(tenantId, queued.id);
      return true;
    }
    if ('failure' in composed) {
      await end(composed.failure, composed.userId);
      return true;
    }
    const { mail, userId, withdraw } = composed;
    try {
      await transport.send(mail);
    } catch (error) {
      await withdraw();
      return failed(tenantId, queued, error, () => end('The mail server refused the mail.', userId, mail.to));
    }
    await end(null, userId, mail.to);
    return true;
  }

  async function failed(
    tenantId: TenantId,
    queued: QueuedMail,
    error: unknown,
    giveUp: () => Promise<void>,
  ): Promise<boolean> {
    const attempts = queued.attempts + 1;
    const isFinal = error instanceof MailRefused || attempts >= MOST_ATTEMPTS;
    logger.warn({ err: error, tenant: tenantId, attempts, isFinal }, 'a mail could not be sent');
    if (isFinal) await giveUp();
    else await requests.postpone(tenantId, queued.id, steadyTime.now() + pauseAfter(attempts));
    return isFinal;
  }

  async function runTenant(tenantId: TenantId, signal: AbortSignal): Promise<void> {
    try {
      for (;;) {
        const due = await requests.listDue(tenantId, steadyTime.now(), MAILS_AT_ONCE);
        if (due.length === 0) return;
        for (const queued of due) if (signal.aborted || !(await tryOne(tenantId, queued))) return;
      }
    } catch (error) {
      // The mail is tried again when its claim has ended.
      logger.error({ err: error, tenant: tenantId }, 'mails of a tenant could not be worked on');
    }
  }

  return createDueWork({
    ...{ clock, logger, most: TENANTS_AT_ONCE, everyMs: LOOK_EVERY_MS, complaint: 'mails could not be looked at' },
    listDue: () => requests.listTenantsDue(steadyTime.now(), TENANTS_AT_ONCE),
    keyOf: (tenantId) => tenantId,
    work: runTenant,
  });
}

/** Twice as long after each failure: whatever happened, a mail leaves within a minute of the server's return. */
function pauseAfter(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts - 1, 10));
}
