// Writes a mail with a ticket in it, when it is about to be sent: looks for the person, makes the ticket, puts the link into
// the text. Whether there is anybody to write to comes out here, long after the request was answered.
import { randomBase64Url } from '../lib/id.ts';
import { Secret } from '../lib/secret.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { MailName, QueuedMail } from '../mail/mail-request.ts';
import type { Composed } from '../mail/mail-sender.ts';
import { DEFAULT_LIFETIME_SECONDS } from '../mail/mail-template.ts';
import type { MailTemplateStore } from '../mail/mail-template-store.ts';
import { templateInUse, writeMail } from '../mail/write-mail.ts';
import type { Tenant, TenantId } from '../tenant/tenant.ts';
import { addressOfTicket, TICKET_BYTES, type TicketKind } from '../ticket/ticket.ts';
import type { TicketStore } from '../ticket/ticket-store.ts';
import type { User } from '../user/user.ts';
import { createFindRecipient, type RecipientStores } from './mail-recipient.ts';

interface Parts extends RecipientStores {
  readonly tickets: TicketStore;
  readonly mailTemplates: MailTemplateStore;
  readonly tenants: { findById(id: TenantId): Promise<Tenant | null> };
  readonly steadyTime: SteadyTime;
}

/** Throws when a template that somebody wrote cannot be rendered, or the database does not answer. */
export type ComposeTicketMail = (
  tenantId: TenantId,
  name: MailName,
  queued: QueuedMail,
  defaultFrom: string | null,
) => Promise<Composed>;

const KINDS: Readonly<Record<MailName, TicketKind>> = {
  verify_email: 'email-verification',
  reset_email: 'password-change',
  blocked_account: 'account-unblock',
  stolen_credentials: 'password-change',
};
const HOUR_MS = 3_600_000;
/** Security: whoever asks from many addresses still fills nobody's mailbox. */
const MOST_IN_AN_HOUR = 10;

/** Builds it. */
export function createTicketMailComposer(parts: Parts): ComposeTicketMail {
  const { tickets, mailTemplates, tenants, clients, steadyTime } = parts;
  const find = createFindRecipient(parts);

  return async (tenantId, name, { request, createdAt }, defaultFrom) => {
    const { issuer, clientId, incident } = request;
    const kind = KINDS[name];
    const now = steadyTime.now();
    const [tenant, person] = [await tenants.findById(tenantId), await find(tenantId, request)];
    if (!tenant) return { failure: 'There is no such tenant any more.', userId: null };
    if (typeof person === 'string') return { failure: person, userId: null };
    const { user, connectionName } = person;
    const { userId, email } = user;
    if (email === null) return { failure: 'The user has no e-mail address.', userId };
    if (user.blocked) return { failure: 'The user is blocked.', userId };
    const template = templateInUse(await mailTemplates.find(tenantId, name));
    const expiresAt = createdAt + (template?.lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS) * 1000;
    if (expiresAt <= now) return { failure: 'The mail could not be sent before its link had ended.', userId };
    if ((await tickets.countSince(tenantId, kind, userId, now - HOUR_MS)) >= MOST_IN_AN_HOUR) {
      return { failure: 'The user was sent as many mails in an hour as there may be.', userId };
    }
    const secret = new Secret(randomBase64Url(TICKET_BYTES));
    const client = clientId === null ? null : await clients.findById(tenantId, clientId);
    const mail = await writeMail({
      ...{ name, template },
      // Security: never to the address as it was typed, which may only look like the user's.
      to: email,
      defaultFrom: defaultFrom ?? `no-reply@${new URL(issuer).hostname}`,
      variables: {
        application: { name: client?.name ?? '', clientID: client?.clientId ?? '' },
        connection: { name: connectionName },
        tenant: tenant.name,
        friendly_name: tenant.friendlyName ?? tenant.name,
        // Auth0: by this name.
        user: { ...toVariables(user), ...(incident ? { source_ip: incident.address } : {}) },
        url: addressOfTicket(issuer, kind, secret),
      },
    });
    await tickets.insert(tenantId, secret, {
      ...{ kind, userId, clientId, email, createdAt: now, expiresAt },
      ...{ resultUrl: template?.resultUrl ?? null, blockKey: incident?.blockKey ?? null },
      includesEmail: template?.includesEmail ?? true,
      // Who opened the mail has shown whose address it is.
      verifiesEmail: true,
    });
    return { mail, userId, withdraw: () => tickets.withdraw(tenantId, secret) };
  };
}

/** The user as Auth0's templates know one. */
function toVariables(user: User): Record<string, unknown> {
  return {
    ...{ user_id: user.userId, email: user.email, email_verified: user.emailVerified, username: user.username },
    ...{ name: user.name, given_name: user.givenName, family_name: user.familyName, nickname: user.nickname },
    ...{ picture: user.picture, user_metadata: user.userMetadata, app_metadata: user.appMetadata },
  };
}
