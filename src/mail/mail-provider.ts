// The server that a tenant's mails leave through, and how it is spoken to (SMTP, RFC 5321).
import type { Secret } from '../lib/secret.ts';

/** A mail server. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte, `starttls` or nothing is sent, or `none`. */
  readonly security: 'tls' | 'starttls' | 'none';
  /** Null where the server takes mail from us without a password. */
  readonly login: { readonly user: string; readonly password: Secret } | null;
}

/** A tenant's own choice. */
export interface MailProvider {
  readonly enabled: boolean;
  /** Who mails are from when their template does not say; null for none. */
  readonly defaultFrom: string | null;
  readonly host: string;
  readonly port: number;
  readonly userName: string | null;
  readonly password: Secret | null;
}

/** The port on which servers speak TLS from the first byte (RFC 8314 3.3). */
const SUBMISSIONS_PORT = 465;

/** Security: over the network of others mail goes through TLS only, whatever the provider's settings. */
export function serverOf({ host, port, userName, password }: MailProvider): MailServer {
  const security = port === SUBMISSIONS_PORT ? 'tls' : 'starttls';
  return { host, port, security, login: userName === null || password === null ? null : { user: userName, password } };
}
