// A mail that somebody asked for and nobody has sent yet. It says what is to be told to whom, not in which words: text and
// link are made when the mail is sent, so that a request waits without holding a secret, and costs the same whether there is
// anybody to write to or not. The folder writes mails and sends them; which tickets they hold is known in ticket-mail/.

import type { IpSource } from '../log/log-event.ts';

/** The mails to users that there are, by Auth0's names of their templates. */
export type MailName = 'verify_email' | 'reset_email' | 'blocked_account' | 'stolen_credentials';

/** The mails to administrators, which have no templates. */
export type AdministratorMailName = 'throttled_address' | 'breached_password';

/** Where the request for a mail came from, as log events tell it. */
export interface MailOrigin {
  readonly ip: string;
  /** Null where it was not looked at. */
  readonly ipSource: IpSource | null;
  readonly userAgent: string | null;
  readonly hostname: string;
  readonly requestId: string;
}

/** Who is to get it: a user; whoever has this address, or goes by this name, in this connection, if anybody does. */
export type MailRecipient =
  | { readonly userId: string }
  | { readonly connection: string; readonly email: string }
  | { readonly connection: string; readonly identifier: string }
  | { readonly administrators: true };

/** What a mail tells of that is sent at most once in a while. */
export interface MailIncident {
  /** By what another mail about the same is known. */
  readonly subject: string;
  /** Milliseconds in which no other one about it is sent. */
  readonly quietMs: number;
  /** Most mails of this kind in that time; null for any number. */
  readonly most: number | null;
  /** Where it came from; null for everywhere. */
  readonly address: string | null;
  /** The counter that a link in the mail lifts; null for a mail without such a link. */
  readonly blockKey: string | null;
  /** Whom it happened to; null where that is nobody known. */
  readonly userId: string | null;
}

export interface MailRequest {
  readonly name: MailName | AdministratorMailName;
  readonly recipient: MailRecipient;
  /** The application that it is about; null for none. */
  readonly clientId: string | null;
  /** The issuer at which it was asked for: its links lead there. */
  readonly issuer: string;
  readonly origin: MailOrigin;
  /** The job that stands for it; null for none. */
  readonly jobId: string | null;
  /** For the mails about what attack protection did; null for any other, and in requests of earlier versions left out. */
  readonly incident?: MailIncident | null;
}

/** A request that waits. */
export interface QueuedMail {
  readonly id: string;
  readonly request: MailRequest;
  /** How often it was tried. */
  readonly attempts: number;
  /** Milliseconds since 1970 UTC. */
  readonly dueAt: number;
  readonly createdAt: number;
}

/** A mail as it goes out. */
export interface Mail {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: string;
  /** Who else gets it, and is seen to; nobody when left out. */
  readonly alsoTo?: readonly string[];
  readonly subject: string;
  readonly html: string;
  /** The same without markup; null where somebody wrote the markup only. */
  readonly text: string | null;
}
