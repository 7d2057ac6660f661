// Writes a mail: the tenant's own text, or the built-in one. Called where a mail is about to be sent.
import { readMailbox } from '../lib/mailbox.ts';
import { builtInMail, lifetimeInWords } from './built-in-mail.ts';
import { renderHtml, renderLine } from './liquid.ts';
import type { Mail, MailName } from './mail-request.ts';
import { DEFAULT_LIFETIME_SECONDS, type MailTemplate, type MailVariables } from './mail-template.ts';

interface Order {
  readonly name: MailName;
  /** The tenant's own text; null for the built-in one. */
  readonly template: MailTemplate | null;
  readonly variables: MailVariables;
  readonly to: string;
  /** `Name <address>` or an address, for a template that names no sender. */
  readonly defaultFrom: string;
}

/** The tenant's own text only where it is in use. */
export function templateInUse(template: MailTemplate | null): MailTemplate | null {
  return template?.enabled ? template : null;
}

/** The mail; throws what is wrong with a template that somebody wrote. */
export async function writeMail({ name, template, variables, to, defaultFrom }: Order): Promise<Mail> {
  const mailbox = readMailbox(template?.from || defaultFrom);
  if (!mailbox) throw new Error('The sender of the mail is no address.');
  // Only the name is rendered: what a user is called cannot become an address.
  const from = {
    name: (await renderLine(mailbox.name, variables)) || variables.friendly_name,
    address: mailbox.address,
  };
  if (template) {
    return {
      ...{ from, to, text: null },
      subject: await renderLine(template.subject, variables),
      html: await renderHtml(template.body, variables),
    };
  }
  const lifetime = lifetimeInWords(DEFAULT_LIFETIME_SECONDS);
  return { from, to, ...builtInMail(name, variables, lifetime) };
}
