// Writes the mail that a request asks for, when it is about to be sent; of mails that are sent once in a while only the first. Called
// by the sender of mails.
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { MailNoticeStore } from '../mail/mail-notice-store.ts';
import type { AdministratorMailName, MailRequest, QueuedMail } from '../mail/mail-request.ts';
import type { Composed } from '../mail/mail-sender.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { ComposeAdministratorMail } from './compose-administrator-mail.ts';
import type { ComposeTicketMail } from './compose-ticket-mail.ts';

interface Parts {
  readonly mailNotices: MailNoticeStore;
  readonly steadyTime: SteadyTime;
  readonly composeTicketMail: ComposeTicketMail;
  readonly composeAdministratorMail: ComposeAdministratorMail;
}

/** Throws when a template that somebody wrote cannot be rendered, or the database does not answer. */
export type ComposeMail = (tenantId: TenantId, queued: QueuedMail, defaultFrom: string | null) => Promise<Composed>;

/** Builds it. */
export function createMailComposer(parts: Parts): ComposeMail {
  const { mailNotices, steadyTime, composeTicketMail, composeAdministratorMail } = parts;
  return async (tenantId, queued, defaultFrom) => {
    const { name, incident } = queued.request;
    if (incident && !(await mailNotices.claim(tenantId, name, incident, queued.id, steadyTime.now()))) {
      return { isRepeated: true };
    }
    return isForAdministrators(name)
      ? composeAdministratorMail(tenantId, name, queued, defaultFrom)
      : composeTicketMail(tenantId, name, queued, defaultFrom);
  };
}

function isForAdministrators(name: MailRequest['name']): name is AdministratorMailName {
  return name === 'throttled_address' || name === 'breached_password';
}
