// A mail that somebody asked for and nobody has sent yet. It says what is to be told to whom, not in which words: text and
// link are made when the mail is sent, so that a request waits without holding a secret, and costs the same whether there is
// anybody to write to or not. The folder writes mails and sends them; which tickets they hold is known in ticket-mail/.

import type { IpSource } from '../log/log-event.ts';

/** The mails that there are, by Auth0's names of their templates. */
export type MailName = 'verify_email' | 'reset_email';

/** Where the request for a mail came from, as log events tell it. */
export interface MailOrigin {
  readonly ip: string;
  /** Null where it was not looked at. */
  readonly ipSource: IpSource | null;
  readonly userAgent: string | null;
  readonly hostname: string;
  readonly requestId: string;
}

/** Who is to get it: a user, or whoever has this address in this connection, if anybody does. */
export type MailRecipient = { readonly userId: string } | { readonly connection: string; readonly email: string };

export interface MailRequest {
  readonly name: MailName;
  readonly recipient: MailRecipient;
  /** The application that it is about; null for none. */
  readonly clientId: string | null;
  /** The issuer at which it was asked for: its links lead there. */
  readonly issuer: string;
  readonly origin: MailOrigin;
  /** The job that stands for it; null for none. */
  readonly jobId: string | null;
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
  readonly subject: string;
  readonly html: string;
  /** The same without markup; null where somebody wrote the markup only. */
  readonly text: string | null;
}
