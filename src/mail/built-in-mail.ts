// The mails that come with the server, for tenants that wrote none: short, readable without pictures, and also as plain text.
import { type Html, html } from '../lib/html.ts';
import type { MailName } from './mail-request.ts';
import type { MailVariables } from './mail-template.ts';

interface Words {
  readonly subject: (name: string) => string;
  /** `address` is where it came from, or words for everywhere. */
  readonly says: (name: string, address: string) => string;
  readonly button: string;
  readonly otherwise: string;
}

const WORDS: Readonly<Record<MailName, Words>> = {
  verify_email: {
    subject: (name) => `Confirm your e-mail address for ${name}`,
    says: (name) => `Please confirm that this is your e-mail address for ${name}.`,
    button: 'Confirm the address',
    otherwise: 'If you did not ask for this, do nothing: the address is then not confirmed.',
  },
  reset_email: {
    subject: (name) => `Set a new password for ${name}`,
    says: (name) => `Somebody asked for a new password for your account at ${name}.`,
    button: 'Set a new password',
    otherwise: 'If it was not you, do nothing: your password stays as it is.',
  },
  blocked_account: {
    subject: (name) => `Your account at ${name} is blocked`,
    says: (name, address) =>
      `Somebody at ${address} got the password of your account at ${name} wrong many times. Logging in with it is blocked there.`,
    button: 'Lift the block',
    otherwise: 'If it was not you, do nothing: the block keeps whoever it was out.',
  },
  stolen_credentials: {
    subject: (name) => `Change your password for ${name}`,
    says: (name) =>
      `The password of your account at ${name} is known from a data breach of some other service, and others may try it. Please set a new one, and also wherever else you use it.`,
    button: 'Set a new password',
    otherwise: 'You can also ask for another link where you log in.',
  },
};

interface Written {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** The built-in mail of this name; `lifetime` in words, such as `5 days`. */
export function builtInMail(
  name: MailName,
  { friendly_name: tenant, url, user }: MailVariables,
  lifetime: string,
): Written {
  const { subject, says, button, otherwise } = WORDS[name];
  const given = user['given_name'];
  const source = user['source_ip'];
  const words = says(tenant, typeof source === 'string' ? source : 'several addresses');
  const greeting = typeof given === 'string' && given !== '' ? `Hello ${given},` : 'Hello,';
  const validity = `The link works once, and for ${lifetime}.`;
  const body = html`<p>${greeting}</p>
<p>${words}</p>
<p style="margin:24px 0"><a href="${url}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1f4fd8;color:#ffffff;text-decoration:none;font-weight:600">${button}</a></p>
<p>${validity} ${otherwise}</p>
<p style="font-size:14px;color:#4b5563">If the button does nothing, copy this address into your browser:<br><a href="${url}" style="color:#1f4fd8;word-break:break-all">${url}</a></p>`;
  return {
    subject: subject(tenant),
    html: page(subject(tenant), body),
    text: [greeting, words, `${button}: ${url}`, `${validity} ${otherwise}`].join('\n\n') + '\n',
  };
}

function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body style="margin:0;padding:24px;background:#f3f4f6;color:#111827;font:16px/1.5 system-ui,sans-serif">
<div role="main" style="max-width:520px;margin:0 auto;padding:32px;border-radius:12px;background:#ffffff">${body}</div>
</body></html>`.text;
}

/** So many seconds in words: `5 days`, `1 hour`. */
export function lifetimeInWords(seconds: number): string {
  for (const [unit, length] of [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const) {
    if (seconds >= length) return count(Math.floor(seconds / length), unit);
  }
  return count(seconds, 'second');
}

function count(number: number, unit: string): string {
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}
