// What the errors of ADFS mean for a login, and a sentence for the operator about each: those of its OAuth endpoint, which
// begin with a number (MSIS), and the faults of its WS-Trust endpoint, which mostly say nothing but "no".
import type { OutageReason, RejectionReason } from '../../error/refusal-reason.ts';

export type AdfsMeaning =
  | { readonly kind: 'rejected'; readonly reason: RejectionReason }
  /** `isOutage` when nobody can log in for the moment; otherwise something must be set right, here or there. */
  | { readonly kind: 'unavailable'; readonly reason: OutageReason; readonly isOutage: boolean };

/** ADFS refused, or its answer is not to be believed. */
export class AdfsRefused extends Error {
  override readonly name = 'AdfsRefused';
  readonly meaning: AdfsMeaning;
  /** One sentence: what happened and what to do. */
  readonly words: string;

  constructor(meaning: AdfsMeaning, words: string) {
    super(`ADFS refused: ${meaning.reason}.`);
    this.meaning = meaning;
    this.words = words;
  }
}

/** An error for something that must be set right; the reason is put behind `adfs-`. */
export function unusable(reason: string, words: string): AdfsRefused {
  return new AdfsRefused({ kind: 'unavailable', reason: `adfs-${reason}`, isOutage: false }, words);
}

function rejected(reason: RejectionReason, words: string): AdfsRefused {
  return new AdfsRefused({ kind: 'rejected', reason }, words);
}

type MakeError = () => AdfsRefused;

const WRONG =
  'User name or password is wrong; ADFS says the same of accounts that are locked, disabled or expired: its audit log tells.';

const BY_NUMBER: Readonly<Record<string, MakeError>> = {
  MSIS9659: () => rejected('wrong-password', WRONG),
  MSIS9602: () => unusable('msis9602-resource-unknown', 'ADFS knows no such resource: look at the application group.'),
  MSIS9605: () =>
    unusable(
      'msis9605-permission-missing',
      'The client may not use the resource: grant it with Grant-AdfsApplicationPermission.',
    ),
  MSIS9607: () => unusable('msis9607-client-unknown', 'ADFS knows no client with this client_id.'),
  MSIS9611: () =>
    unusable(
      'msis9611-grant-not-supported',
      'This farm has no password grant (ADFS 2016 was the first): set protocol to ws-trust.',
    ),
  MSIS9622: () => unusable('msis9622-client-secret-wrong', 'client_secret is wrong, or the client is a native one.'),
};

const BY_ERROR: Readonly<Record<string, MakeError>> = {
  invalid_client: () => unusable('client-refused', 'client_id or client_secret is wrong.'),
  unauthorized_client: () => unusable('client-not-allowed', 'The client may not use the password grant.'),
  unsupported_grant_type: () =>
    unusable(
      'grant-not-supported',
      'This farm has no password grant (ADFS 2016 was the first): set protocol to ws-trust.',
    ),
  invalid_resource: () => unusable('resource-unknown', 'ADFS knows no such resource: look at the application group.'),
  invalid_scope: () => unusable('scope-not-allowed', 'Allow the client the scopes openid and allatclaims.'),
  invalid_request: () => unusable('request-refused', 'ADFS did not understand the request: look at client_id.'),
  access_denied: () => rejected('not-permitted', 'An access control policy does not let the user use the application.'),
  interaction_required: () =>
    rejected('second-factor-required', 'An access control policy asks for more than a password.'),
  server_error: () => unusable('fault', 'ADFS has a fault of its own: look at its event log.'),
  temporarily_unavailable: () =>
    new AdfsRefused(
      { kind: 'unavailable', reason: 'adfs-temporarily-unavailable', isOutage: true },
      'ADFS is not available for the moment.',
    ),
};

/** The error in an answer of the OAuth endpoint. What nobody knows is never taken for a wrong password. */
export function oauthErrorOf({ error, error_description: text }: Readonly<Record<string, unknown>>): AdfsRefused {
  const [number = ''] = (typeof text === 'string' && /^MSIS\d{4}/.exec(text)) || [];
  const known = own(BY_NUMBER, number) ?? own(BY_ERROR, typeof error === 'string' ? error : '');
  if (known) return known();
  const reason = number === '' ? 'error-without-number' : `${number.toLowerCase()}-not-known-here`;
  return unusable(reason, 'ADFS gave an answer that is not known here: look at its event log.');
}

const BY_FAULT: Readonly<Record<string, MakeError>> = {
  FailedAuthentication: () => rejected('wrong-password', WRONG),
  RequestFailed: () =>
    unusable('request-failed', 'ADFS issued no token: its rules refuse the user, or failed; its event log tells.'),
  InvalidRequest: () =>
    unusable('request-refused', 'ADFS knows no relying party trust of this entityId, or it is disabled.'),
  InvalidScope: () => unusable('relying-party-unknown', 'ADFS knows no relying party trust of this entityId.'),
  InvalidSecurity: () =>
    unusable('security-refused', 'ADFS did not accept the message: compare the clocks of both machines.'),
  MessageExpired: () => unusable('clock-differs', 'The clocks of this machine and of ADFS differ: set them right.'),
  ActionNotSupported: () => unusable('endpoint-wrong', 'The endpoint does not issue tokens for passwords.'),
  InternalServiceFault: () => unusable('fault', 'ADFS has a fault of its own: look at its event log.'),
};

/** The error of a SOAP fault, by its codes from the outer to the inner one, without their prefixes. */
export function faultErrorOf(codes: readonly string[]): AdfsRefused {
  for (const code of codes.toReversed()) {
    const known = own(BY_FAULT, code);
    if (known) return known();
  }
  return unusable('fault-not-known-here', 'ADFS gave a fault that is not known here: look at its event log.');
}

/** The sentence about this reason of an outage; null when the tables have none. */
export function adfsWordsOf(reason: string): string | null {
  const all = [BY_NUMBER, BY_ERROR, BY_FAULT].flatMap((table) => Object.values(table)).map((make) => make());
  return all.find(({ meaning }) => meaning.reason === reason)?.words ?? null;
}

function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
