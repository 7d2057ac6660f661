// The refusals of the protocol endpoints: a closed list of codes, and one table with the status and the public words of each.
// Thrown by grant/, client-authentication, oauth/ and request-body; becomes a response in http/error-reply.ts only.
// RFC 6749 5.2; where Auth0's status or words differ, Auth0's stand.
import type { RefusalReason } from './refusal-reason.ts';

/** Every value that `error` can have on the wire. */
export type OAuthErrorCode =
  | 'access_denied'
  | 'insufficient_scope'
  | 'interaction_required'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_request'
  | 'invalid_token'
  | 'method_not_allowed'
  | 'password_leaked'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'too_many_attempts'
  | 'too_many_logins'
  | 'too_many_requests'
  | 'unauthorized'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type';

/** A refresh token that was used after another one had taken its place. */
export interface TokenReuse {
  readonly familyId: string;
  /** How often the token was replaced, and which of its texts was shown. */
  readonly latestCounter: number;
  readonly tokenCounter: number;
}

/** A rule or an action, called by its name, and what it said. */
export interface LoginCode {
  readonly kind: 'rule' | 'action';
  readonly name: string;
  readonly message: string;
}

/** What people are to be told of by mail. */
export type RefusalNotice =
  /** Whoever goes by the name; `key` is the counter that a link lifts, `address` null where it takes no part. */
  | { readonly kind: 'blocked'; readonly key: string; readonly address: string | null }
  /** The administrators. */
  | { readonly kind: 'throttled'; readonly address: string };

/** What only the operator may know of a refusal: it goes to the log event, never to the caller. */
export interface RefusalDetail {
  readonly reason?: RefusalReason;
  /** The Auth0 code of the log event, where the refusal itself decides it. */
  readonly logType?:
    | 'fp'
    | 'fu'
    | 'fc'
    | 'limit_wc'
    | 'limit_mu'
    | 'limit_sul'
    | 'api_limit'
    | 'ferrt'
    | 'fs'
    | 'pwd_leak'
    | 'signup_pwd_leak';
  /** True for what is counted, and not written one by one: nothing was done for the request. */
  readonly isCounted?: boolean;
  /** Nobody is told when left out. */
  readonly notice?: RefusalNotice;
  readonly clientId?: string;
  readonly clientName?: string;
  readonly connectionId?: string;
  readonly connectionName?: string;
  readonly strategy?: string;
  readonly userId?: string;
  readonly audience?: string;
  /** The rule or the action that decided, or failed; and what it said, in its own words. */
  readonly code?: LoginCode;
  /** Which refresh token was used again after it had been replaced. */
  readonly reuse?: TokenReuse;
  /** Where the request counts as coming from, when that is known better than at its arrival. */
  readonly address?: {
    readonly ip: string;
    readonly ipSource: 'socket' | 'forwarded' | 'auth0-forwarded-for';
    readonly clientIp: string | null;
  };
  /** What the request said and this server ignored, in words. */
  readonly warnings?: readonly string[];
}

/** A limit that was reached, as the `X-RateLimit` headers of a refusal tell it. */
export interface ReachedLimit {
  /** Attempts in all. */
  readonly limit: number;
  /** Milliseconds until there is one more. */
  readonly waitMs: number;
  /** Milliseconds since 1970 UTC. */
  readonly now: number;
}

interface Extras {
  readonly detail?: RefusalDetail;
  readonly retryAfterSeconds?: number;
  readonly reachedLimit?: ReachedLimit;
  /** The value of `WWW-Authenticate`, where the answer needs one. */
  readonly challenge?: string;
  readonly cause?: unknown;
}

/** A refusal with its status, its code, its public words, and what the log may know. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly status: number;
  readonly code: OAuthErrorCode;
  readonly description: string;
  readonly retryAfterSeconds: number | null;
  readonly reachedLimit: ReachedLimit | null;
  readonly challenge: string | null;
  detail: RefusalDetail;

  constructor(status: number, code: OAuthErrorCode, description: string, extras: Extras = {}) {
    super(`${code}: ${description}`, { cause: extras.cause });
    this.status = status;
    this.code = code;
    this.description = description;
    this.reachedLimit = extras.reachedLimit ?? null;
    this.retryAfterSeconds =
      extras.retryAfterSeconds ?? (this.reachedLimit && Math.ceil(this.reachedLimit.waitMs / 1000));
    this.challenge = extras.challenge ?? null;
    this.detail = extras.detail ?? {};
  }
}

/** The same thrown value, with more for the log to know when it is a refusal; what it knew already stays. */
export function addDetail(thrown: unknown, detail: RefusalDetail): unknown {
  if (thrown instanceof OAuthError) thrown.detail = { ...detail, ...thrown.detail };
  return thrown;
}

/**
 * A caller's own value as an error description may show it: cut at 256 characters, and what is not printable ASCII, a quote
 * or a backslash becomes `?` (RFC 6749 5.2).
 */
function echoed(value: string): string {
  return [...value.slice(0, 256)].map((c) => (c >= ' ' && c <= '~' && c !== '"' && c !== '\\' ? c : '?')).join('');
}

/** Every refusal there is, by what happened. */
export const refusals = {
  missingParameter: (name: string) =>
    new OAuthError(400, 'invalid_request', `Missing required parameter: ${name}`, {
      detail: { reason: 'missing-parameter' },
    }),
  malformedParameter: (name: string) =>
    new OAuthError(400, 'invalid_request', `Parameter ${name} must be a string`, { detail: { reason: 'malformed' } }),
  nulInParameter: (name: string) =>
    new OAuthError(400, 'invalid_request', `Parameter ${name} must not contain NUL`, {
      detail: { reason: 'malformed' },
    }),
  repeatedParameter: (name: string) =>
    new OAuthError(400, 'invalid_request', `Parameter ${name} must not be repeated`, {
      detail: { reason: 'repeated' },
    }),
  tooLong: (name: string) =>
    new OAuthError(400, 'invalid_request', `${name} is too long`, { detail: { reason: 'over-limit' } }),
  malformedBody: (words: string) => new OAuthError(400, 'invalid_request', words, { detail: { reason: 'malformed' } }),
  unsupportedMediaType: () =>
    new OAuthError(415, 'invalid_request', 'The body must be application/json or application/x-www-form-urlencoded', {
      detail: { reason: 'media-type' },
    }),
  credentialsInQuery: (name: string) =>
    new OAuthError(400, 'invalid_request', `Parameter ${name} must not be sent in the query string`, {
      detail: { reason: 'credentials-in-query' },
    }),
  methodNotAllowed: () => new OAuthError(405, 'method_not_allowed', 'Method Not Allowed'),

  missingClientId: () =>
    new OAuthError(401, 'invalid_client', 'Missing required parameter: client_id', {
      detail: { reason: 'missing-client-id' },
    }),
  /** Auth0: an unknown client, a missing secret and a wrong one answer alike, and not with `invalid_client`. */
  clientUnauthorized: (detail: RefusalDetail, usedAuthorizationHeader: boolean) =>
    new OAuthError(401, 'access_denied', 'Unauthorized', {
      detail,
      ...(usedAuthorizationHeader ? { challenge: 'Basic realm="oauth"' } : {}),
    }),
  twoClientAuthenticationMethods: () =>
    new OAuthError(400, 'invalid_request', 'Only one client authentication method may be used', {
      detail: { reason: 'two-client-proofs' },
    }),

  unsupportedGrantType: (value: string) =>
    new OAuthError(400, 'unsupported_grant_type', `Unsupported grant type: ${echoed(value)}`, {
      detail: { reason: 'unsupported-grant-type' },
    }),
  grantNotAllowed: (grantType: string, reason: RefusalReason) =>
    new OAuthError(403, 'unauthorized_client', `Grant type '${grantType}' not allowed for the client.`, {
      detail: { reason },
    }),
  regionWithoutPasswordGrant: (region: string) =>
    new OAuthError(403, 'unauthorized_client', `The password grant is not available in region '${region}'.`, {
      detail: { reason: 'region' },
    }),

  noDefaultDirectory: () =>
    new OAuthError(500, 'server_error', 'Authorization server not configured with default connection.', {
      detail: { reason: 'no-default-directory' },
    }),
  defaultDirectoryMissing: (name: string) =>
    new OAuthError(500, 'server_error', 'the connection was not found', {
      detail: { reason: 'default-directory-missing', connectionName: name },
    }),
  unknownRealm: () => new OAuthError(403, 'invalid_request', 'Unknown realm', { detail: { reason: 'unknown-realm' } }),
  connectionDisabled: () =>
    new OAuthError(400, 'invalid_request', 'the connection was disabled', {
      detail: { reason: 'connection-disabled' },
    }),
  strategyWithoutPasswords: () =>
    new OAuthError(400, 'invalid_request', 'specified strategy does not support requested operation', {
      detail: { reason: 'strategy' },
    }),
  realmWithoutPasswords: () =>
    new OAuthError(400, 'invalid_request', 'invalid connection specified for password grant', {
      detail: { reason: 'strategy' },
    }),

  /** Security: one answer for every cause; only the detail tells them apart. */
  wrongCredentials: (detail: RefusalDetail) =>
    new OAuthError(403, 'invalid_grant', 'Wrong email or password.', { detail }),
  /** Auth0: the words are those of the script. */
  deniedByScript: (words: string) =>
    new OAuthError(403, 'unauthorized', words || 'The login was denied.', { detail: { reason: 'script-denied' } }),
  tooManyRequests: (reason: RefusalReason, reachedLimit: ReachedLimit) =>
    new OAuthError(
      429,
      'too_many_requests',
      'Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.',
      { detail: { reason }, reachedLimit },
    ),
  /** Security: one answer for every cause; only the detail tells them apart. */
  invalidRefreshToken: (reason: RefusalReason, detail: RefusalDetail = {}) =>
    new OAuthError(403, 'invalid_grant', 'Unknown or invalid refresh token.', { detail: { reason, ...detail } }),
  userBlocked: () => new OAuthError(403, 'unauthorized', 'user is blocked', { detail: { reason: 'user-blocked' } }),
  unavailable: (retryAfterSeconds: number, detail: RefusalDetail) =>
    new OAuthError(503, 'temporarily_unavailable', 'The service is temporarily unavailable. Try again later.', {
      retryAfterSeconds,
      detail,
    }),

  unknownAudience: (audience: string) =>
    new OAuthError(403, 'access_denied', `Service not found: ${echoed(audience)}`, { detail: { reason: 'audience' } }),
  clientGrantMissing: (audience: string) =>
    new OAuthError(
      403,
      'access_denied',
      `Client is not authorized to access "${echoed(audience)}". You need to create a "client-grant" associated to this API.`,
      { detail: { reason: 'client-grant' } },
    ),
  scopesNotGranted: (scopes: readonly string[]) =>
    new OAuthError(403, 'access_denied', `Client has not been granted scopes: ${echoed(scopes.join(', '))}`, {
      detail: { reason: 'scope' },
    }),
  /** Auth0: what it says when a client asks for itself and names no API. */
  missingAudience: () =>
    new OAuthError(403, 'access_denied', 'Non-global clients are not allowed access to APIv1', {
      detail: { reason: 'missing-audience' },
    }),

  invalidToken: () =>
    new OAuthError(401, 'invalid_token', 'The access token is invalid or has expired', {
      challenge: 'Bearer error="invalid_token", error_description="The access token is invalid or has expired"',
    }),
  insufficientScope: (scope: string) =>
    new OAuthError(403, 'insufficient_scope', `Insufficient scope, expected: ${scope}`, {
      detail: { reason: 'scope' },
      challenge: `Bearer error="insufficient_scope", scope="${scope}"`,
    }),
  bearerTwice: () =>
    new OAuthError(400, 'invalid_request', 'The access token was sent in more than one way', {
      challenge: 'Bearer error="invalid_request"',
    }),
  noBrowserFlows: () =>
    new OAuthError(400, 'unsupported_response_type', 'This server does not offer the browser flows of /authorize.'),
  storageUnavailable: (cause: unknown) =>
    new OAuthError(503, 'temporarily_unavailable', 'The service is temporarily unavailable. Try again later.', {
      retryAfterSeconds: 2,
      detail: { reason: 'storage' },
      cause,
    }),
  unexpected: (cause: unknown) =>
    new OAuthError(500, 'server_error', 'An unexpected error occurred.', { cause, detail: { reason: 'unexpected' } }),
} as const;
