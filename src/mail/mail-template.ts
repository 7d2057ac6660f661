// The text of a mail: what a tenant wrote, in Liquid as at Auth0, or the one that comes with the server.
import type { MailName } from './mail-request.ts';

export interface MailTemplate {
  readonly name: MailName;
  /** False has the built-in text sent. */
  readonly enabled: boolean;
  /** `Name <address>` or an address; the name in Liquid. Empty for the default of the provider. */
  readonly from: string;
  /** In Liquid. */
  readonly subject: string;
  /** HTML in Liquid. */
  readonly body: string;
  /** Where somebody is sent who has used the link; null for nowhere. */
  readonly resultUrl: string | null;
  /** How long the link works, in seconds. */
  readonly lifetimeSeconds: number;
  /** True adds the user's address to `resultUrl`. */
  readonly includesEmail: boolean;
}

/** The mails that are sent; Auth0's other ones would have no effect. */
export const MAIL_NAMES: readonly MailName[] = ['verify_email', 'reset_email', 'blocked_account', 'stolen_credentials'];

/** Auth0: a link works for five days when nobody says otherwise. */
export const DEFAULT_LIFETIME_SECONDS = 432_000;

/** What a template may name. */
export interface MailVariables {
  readonly application: { readonly name: string; readonly clientID: string };
  readonly connection: { readonly name: string };
  readonly tenant: string;
  readonly friendly_name: string;
  readonly user: Readonly<Record<string, unknown>>;
  /** The link. */
  readonly url: string;
}
