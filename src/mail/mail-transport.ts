// How a mail leaves. Two ways exist: a mail server, and the outbox of `gatehouse dev`.
import type { TenantId } from '../tenant/tenant.ts';
import type { Mail } from './mail-request.ts';

/** Takes a mail; throws `MailRefused` when it will never go, and anything else when it may go later. */
export interface MailTransport {
  /** Who mails are from that name no sender; null when nobody said. */
  readonly defaultFrom: string | null;
  send(mail: Mail): Promise<void>;
}

/** The way that a tenant's mails take; null when there is none. */
export type TransportOf = (tenantId: TenantId) => Promise<MailTransport | null>;

/** The server took the message for good: another try would end as this one. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}
