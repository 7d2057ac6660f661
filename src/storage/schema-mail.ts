// The tables of mails and of the tickets in them, as TypeScript sees them.
import type { Flag } from './flag.ts';

/** A one-time link. */
export interface TicketsTable {
  tenant_id: string;
  /** SHA-256 of the secret in the link. */
  ticket_digest: string;
  /** `email-verification`, `password-change` or `account-unblock`. */
  kind: string;
  user_id: string;
  client_id: string | null;
  /** The user's address when it was made: it works for no other one. */
  email: string | null;
  result_url: string | null;
  includes_email: Flag;
  verifies_email: Flag;
  /** Keyed hash of the counter whose block it lifts; null for other tickets. */
  block_key: string | null;
  created_at: number;
  expires_at: number;
}

/** A mail that is to be written and sent. */
export interface MailRequestsTable {
  tenant_id: string;
  id: string;
  content_sealed: string;
  attempts: number;
  /** When it is to be tried; whoever tries moves it on. */
  due_at: number;
  created_at: number;
}

/** A mail about something that happens often, which keeps others about the same back for a while. */
export interface MailNoticesTable {
  tenant_id: string;
  name: string;
  /** What it is about: a user, an address, a keyed hash. */
  subject: string;
  /** The request that may send it. */
  request_id: string;
  expires_at: number;
}

export interface MailProvidersTable {
  tenant_id: string;
  enabled: Flag;
  default_from: string | null;
  host: string;
  port: number;
  user_name: string | null;
  password_sealed: string | null;
  updated_at: number;
}

export interface MailTemplatesTable {
  tenant_id: string;
  /** Auth0's name of the mail. */
  name: string;
  enabled: Flag;
  sender: string;
  subject: string;
  /** Liquid. */
  body: string;
  result_url: string | null;
  lifetime_seconds: number;
  includes_email: Flag;
  updated_at: number;
}
