// The refusals of the Management API, in Auth0's own shape: `{statusCode, error, message, errorCode}`. Thrown by management/
// and the *-api files; becomes a response in http/error-reply.ts only. It never shares a serialiser with OAuthError.
import { STATUS_CODES } from 'node:http';

interface Extras {
  /** Auth0's code of the refusal; null for the few that have none. */
  readonly errorCode?: string | null;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** A refusal with its status, its code and its public words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly errorCode: string | null;
  readonly attributes: Readonly<Record<string, string>> | null;
  /** Seconds after which another try makes sense; null where it does not. */
  readonly retryAfterSeconds: number | null;

  constructor(status: number, message: string, extras: Extras = {}) {
    super(message, { cause: extras.cause });
    this.status = status;
    this.errorCode = extras.errorCode ?? null;
    this.attributes = extras.attributes ?? null;
    this.retryAfterSeconds = extras.retryAfterSeconds ?? null;
  }

  /** The body as it goes over the wire. */
  get body(): object {
    return {
      statusCode: this.status,
      error: STATUS_CODES[this.status] ?? 'Error',
      message: this.message,
      ...(this.errorCode === null ? {} : { errorCode: this.errorCode }),
      ...(this.attributes === null ? {} : { attributes: this.attributes }),
    };
  }
}

/** What Auth0 says of a thing that is not there, by its kind. */
const MISSING = {
  client: ['The client does not exist', 'inexistent_client'],
  'client grant': ['The client grant does not exist', 'inexistent_client_grant'],
  connection: ['The connection does not exist', 'inexistent_connection'],
  credential: ['The credential does not exist', 'inexistent_credential'],
  'resource server': ['The resource server does not exist', 'inexistent_resource_server'],
  role: ['The role does not exist', 'inexistent_role'],
  user: ['The user does not exist.', 'inexistent_user'],
  identity: ['The identity does not exist', 'inexistent_identity'],
  'log event': ['The log event does not exist', 'inexistent_log'],
  'log stream': ['The log stream does not exist', 'inexistent_log_stream'],
  'token request': ['The log has no such token request', 'inexistent_log'],
  'signing key': ['The signing key does not exist', 'inexistent_signing_key'],
  job: ['The job does not exist', 'inexistent_job'],
  rule: ['The rule does not exist', 'inexistent_rule'],
  'rule configuration': ['The rule configuration does not exist', 'inexistent_rules_config'],
  // Auth0: without a code.
  action: ['That action does not exist.', null],
  'action version': ['That action version does not exist.', null],
  trigger: ['That trigger does not exist.', null],
  'email provider': ['There is not a configured email provider', 'inexistent_email_provider'],
  'email template': ['The template does not exist', 'inexistent_email_template'],
  organization: ['No organization found by that id or name', 'inexistent_organization'],
  grant: ['The grant does not exist', 'inexistent_grant'],
  // Auth0: without a code.
  'address block': ['The IP is not blocked', null],
} as const satisfies Record<string, readonly [string, string | null]>;

/** A kind of thing that can be missing. */
export type MissingKind = keyof typeof MISSING;

/** Every refusal of the Management API, by what happened. */
export const apiRefusals = {
  missingAuthentication: () =>
    new ApiError(401, 'Missing authentication', { attributes: { error: 'Missing authentication' } }),
  invalidToken: (words: string) => new ApiError(401, words, { attributes: { error: 'Invalid token' } }),
  insufficientScope: (scopes: readonly string[]) =>
    new ApiError(403, `Insufficient scope, expected any of: ${scopes.join(',')}`, { errorCode: 'insufficient_scope' }),
  /** Nobody can give away what they do not have. */
  cannotGive: (scopes: readonly string[]) =>
    new ApiError(403, `Only somebody who has these scopes can give them: ${scopes.join(', ')}`, {
      errorCode: 'insufficient_scope',
    }),
  notAllowed: (words: string) => new ApiError(403, words, { errorCode: 'operation_not_supported' }),
  invalidBody: (words: string) =>
    new ApiError(400, `Payload validation error: ${words}`, { errorCode: 'invalid_body' }),
  invalidQuery: (words: string) =>
    new ApiError(400, `Query validation error: ${words}`, { errorCode: 'invalid_query_string' }),
  invalidUri: (words: string) => new ApiError(400, `Path validation error: ${words}`, { errorCode: 'invalid_uri' }),
  badRequest: (words: string, errorCode: string) => new ApiError(400, words, { errorCode }),
  missing: (kind: MissingKind) => new ApiError(404, MISSING[kind][0], { errorCode: MISSING[kind][1] }),
  notFound: () => new ApiError(404, 'Not Found'),
  conflict: (words: string, errorCode: string) => new ApiError(409, words, { errorCode }),
  bodyTooLarge: () => new ApiError(413, 'The body is too large', { errorCode: 'body_too_large' }),
  unsupportedMediaType: () =>
    new ApiError(415, 'The body must be application/json', { errorCode: 'unsupported_media_type' }),
  tooBusy: (retryAfterSeconds = 1) =>
    new ApiError(429, 'Global limit has been reached', { errorCode: 'too_many_requests', retryAfterSeconds }),
  unavailable: (cause: unknown) =>
    new ApiError(503, 'The service is temporarily unavailable. Try again later.', {
      errorCode: 'temporarily_unavailable',
      retryAfterSeconds: 2,
      cause,
    }),
  unexpected: (cause: unknown) => new ApiError(500, 'An unexpected error occurred.', { cause }),
} as const;
