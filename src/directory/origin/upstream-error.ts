// What the errors of the token endpoint mean that users move in from, and a sentence for the operator about each. It speaks
// Auth0's codes. What nobody knows is never taken for a wrong password.
import type { OutageReason, RejectionReason } from '../../error/refusal-reason.ts';
import type { DirectoryOutcome } from '../directory.ts';
import { UpstreamOutage } from '../upstream-driver.ts';

type Json = Readonly<Record<string, unknown>>;

/** It answered, and something must be set right there or here, or this one user cannot be asked about for a while. */
export class UpstreamUnusable extends Error {
  override readonly name = 'UpstreamUnusable';
  readonly reason: OutageReason;

  constructor(reason: string) {
    super(`An upstream answered with something else than was asked for: ${reason}.`);
    this.reason = `upstream-${reason}`;
  }
}

/** Somebody whose password it does not take. */
const REJECTIONS: Readonly<Record<string, RejectionReason>> = {
  invalid_grant: 'upstream-refused',
  invalid_user_password: 'upstream-refused',
  unauthorized: 'disabled',
  mfa_required: 'second-factor-required',
  password_leaked: 'must-change-password',
};

/** No answer about the password, and everybody else may still get one. */
const UNUSABLE: ReadonlySet<string> = new Set([
  'too_many_attempts',
  'too_many_logins',
  'requires_verification',
  'access_denied',
  'unauthorized_client',
  'invalid_client',
  'unsupported_grant_type',
  'invalid_request',
  'invalid_scope',
  'interaction_required',
]);

/** The outcome that an error stands for; throws `UpstreamUnusable`, and `UpstreamOutage` where nobody can be served. */
export function upstreamRefusalOf(status: number, answer: Json, retryAfterSeconds: number | null): DirectoryOutcome {
  const { error } = answer;
  const code = typeof error === 'string' ? error : '';
  const reason = Object.hasOwn(REJECTIONS, code) ? REJECTIONS[code] : undefined;
  if (reason !== undefined && status < 500) return { kind: 'rejected', reason, identityId: null };
  if (isWithoutDirectory(answer)) throw new UpstreamUnusable('default-directory-missing');
  if (code === 'access_denied' && status === 401) throw new UpstreamUnusable('client-refused');
  if (UNUSABLE.has(code) && status < 500) throw new UpstreamUnusable(code.replaceAll('_', '-'));
  if (status === 429) throw new UpstreamOutage('directory-throttled', retryAfterSeconds);
  if (status >= 500) throw new UpstreamOutage('directory-http-error', retryAfterSeconds);
  throw new UpstreamUnusable('error-not-known-here');
}

/** Auth0: says 500 for a tenant without `default_directory`. */
function isWithoutDirectory({ error, error_description: words }: Json): boolean {
  return error === 'server_error' && typeof words === 'string' && words.includes('default connection');
}

const APPLICATION = 'look at upstream.client_id and client_secret, and at the grants of that application there.';

const WORDS: Readonly<Record<string, string>> = {
  'upstream-too-many-attempts':
    'It has blocked the user there after too many wrong passwords: unblock the user there, or wait.',
  'upstream-too-many-logins': 'The user logged in too often there: it will answer again in a minute.',
  'upstream-requires-verification':
    'Its bot detection wants a browser: except this application from it, and let it trust the header auth0-forwarded-for.',
  'upstream-access-denied': 'It denied access: a rule or an action there refused the user; its log says which.',
  'upstream-client-refused': 'It did not accept upstream.client_id or upstream.client_secret.',
  'upstream-unauthorized-client': `The application may not use the password grant there: ${APPLICATION}`,
  'upstream-invalid-client': `It does not know the application: ${APPLICATION}`,
  'upstream-unsupported-grant-type': 'It offers no password grant: is upstream.issuer the address of an Auth0 tenant?',
  'upstream-invalid-request':
    'It did not take the request: look at upstream.realm, which is the name of a connection there that the application may use.',
  'upstream-invalid-scope': 'The application may not ask for the scopes openid, profile and email there.',
  'upstream-interaction-required': 'A rule or an action there wants a browser: except this application from it.',
  'upstream-default-directory-missing': 'It has no default directory: set upstream.realm to the connection there.',
  'upstream-error-not-known-here': 'It gave an answer that is not known here: look at the log of that tenant.',
  'upstream-token-missing': 'Its answer has no access token.',
  'upstream-userinfo-refused':
    'It gave a token and then refused /userinfo with it: the default API of that tenant must sign with RS256.',
  'upstream-profile-unusable': 'Its /userinfo names no user (sub).',
  'upstream-name-not-kept':
    'The name that was typed is neither the e-mail address of the user, nor can it be a user name here: set requires_username: true.',
  'upstream-name-taken': 'The e-mail address or user name of the user belongs to somebody else in this connection.',
};

/** The sentence about this reason; null when there is none. */
export function upstreamWordsOf(reason: string): string | null {
  return Object.hasOwn(WORDS, reason) ? (WORDS[reason] ?? null) : null;
}
