// A ticket: a link that lets whoever has it do one thing to one account once, such as set a new password. The secret in the
// link is known to its holder only; the database has a digest of it.
import type { Secret } from '../lib/secret.ts';
import type { UserId } from '../user/user.ts';

export type TicketKind = 'email-verification' | 'password-change' | 'account-unblock';

export interface Ticket {
  readonly kind: TicketKind;
  readonly userId: UserId;
  /** The application that it is about; null for none. */
  readonly clientId: string | null;
  /** The user's address when it was made. Security: after another address, nobody at the old one can use it. */
  readonly email: string | null;
  /** Where somebody is sent who has used it; null for nowhere. */
  readonly resultUrl: string | null;
  /** True adds the address to `resultUrl`. */
  readonly includesEmail: boolean;
  /** True where its use shows that the address is the user's. */
  readonly verifiesEmail: boolean;
  /** The counter of attack protection whose block it lifts, by its keyed hash; null for a ticket that lifts none. */
  readonly blockKey: string | null;
  /** Milliseconds since 1970 UTC. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** 256 bits. */
export const TICKET_BYTES = 32;

const PAGES: Readonly<Record<TicketKind, string>> = {
  'email-verification': 'u/email-verification',
  'password-change': 'u/reset-password',
  'account-unblock': 'u/unblock',
};

/** The path of the page that tickets of this kind lead to. */
export function pathOfTicket(kind: TicketKind): string {
  return `/${PAGES[kind]}`;
}

/** The link. Security: it leads to the issuer, which is configured, and never to what a request called this host. */
export function addressOfTicket(issuer: string, kind: TicketKind, secret: Secret): string {
  return `${issuer}${PAGES[kind]}?ticket=${secret.reveal()}`;
}

/** True for an address that somebody may be sent to from here. Security: a script is no place to go to. */
export function isResultUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && ['https:', 'http:'].includes(url.protocol) && url.username === '' && url.password === '';
}
