// Sends mails through a mail server (RFC 5321), with TLS that is checked. The library is loaded with the first mail.

import { isIP } from 'node:net';
import type { MailServer } from './mail-provider.ts';
import type { Mail } from './mail-request.ts';
import { MailRefused, type MailTransport } from './mail-transport.ts';

interface Parts {
  readonly server: MailServer;
  readonly defaultFrom: string | null;
  /** The address to connect to for the host; throws for one that this server must not connect to. */
  readonly resolve: (host: string) => Promise<string>;
}

const CONNECT_MS = 10_000;
const IDLE_MS = 20_000;
/** However slowly a server drips, it holds up the mails of its own tenant only, and not for longer than this. */
const LONGEST_SEND_MS = 60_000;

/** Builds it; a connection is opened for each mail. */
export function createSmtpTransport({ server, defaultFrom, resolve }: Parts): MailTransport {
  return {
    defaultFrom,
    async send(mail) {
      const { createTransport } = await import('nodemailer');
      const { host, port, security, login } = server;
      const transport = createTransport({
        host: await resolve(host),
        port,
        secure: security === 'tls',
        // Security: without TLS a link that opens an account would cross the network in the clear.
        requireTLS: security === 'starttls',
        ignoreTLS: security === 'none',
        // RFC 6066 3: a name, and no address.
        tls: { ...(isIP(host) === 0 ? { servername: host } : {}), minVersion: 'TLSv1.2' },
        ...(login ? { auth: { user: login.user, pass: login.password.reveal() } } : {}),
        ...{ connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: IDLE_MS },
        ...{ disableFileAccess: true, disableUrlAccess: true },
      });
      const { promise: overdue, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new Error('The mail server took too long.')), LONGEST_SEND_MS);
      try {
        await Promise.race([transport.sendMail(messageOf(mail)), overdue]);
      } catch (error) {
        throw isFinal(error)
          ? new MailRefused(`The mail server refused it: ${codeOf(error)}.`, { cause: error })
          : error;
      } finally {
        clearTimeout(timer);
        transport.close();
      }
    },
  };
}

function messageOf({ from, to, alsoTo = [], subject, html, text }: Mail) {
  return {
    from,
    // An object is one recipient, whatever the text: a list in it would be several.
    to: [to, ...alsoTo].map((address) => ({ name: '', address })),
    subject,
    html,
    ...(text === null ? {} : { text }),
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}

/** RFC 5321 4.2.1: 5yz to the recipient or the content will not change. A wrong password of ours may be corrected. */
function isFinal(error: unknown): boolean {
  const { responseCode = 0, command = '' } = error as { responseCode?: number; command?: string };
  return responseCode >= 500 && /^(RCPT TO|DATA)/.test(command);
}

/** What the server's refusal was: its code only, for its words may repeat ours. */
function codeOf(error: unknown): string {
  return String((error as { responseCode?: number }).responseCode ?? 'no code');
}
