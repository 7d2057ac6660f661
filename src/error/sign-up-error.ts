// The refusals of sign-up that have the shape of Auth0's database connections, `{name, code, description, statusCode}`; for the
// others the protocol endpoints' shape serves. Thrown by sign-up/; becomes a response in http/error-reply.ts only.
import { OAuthError, type ReachedLimit, type RefusalNotice } from './oauth-error.ts';
import type { RefusalReason } from './refusal-reason.ts';

/** A refusal with its body, and what the log may know. */
export class SignUpError extends Error {
  override readonly name = 'SignUpError';
  readonly status = 400;
  readonly body: Readonly<Record<string, unknown>>;
  readonly reason: RefusalReason;
  /** The code of the log event: of a failed sign-up, or of a breached password. */
  readonly logType: 'fs' | 'signup_pwd_leak';

  constructor(
    reason: RefusalReason,
    message: string,
    body: Readonly<Record<string, unknown>>,
    logType: SignUpError['logType'] = 'fs',
  ) {
    super(message);
    this.reason = reason;
    this.body = body;
    this.logType = logType;
  }
}

/** A password that the connection does not take, as Auth0 tells of it. */
export interface RefusedPassword {
  readonly name: string;
  readonly message: string;
  readonly description: string | object;
  /** The rules for people, one a line; null where they are not what the password broke. */
  readonly policy: string | null;
}

/** Every refusal of sign-up, by what happened. */
export const signUpRefusals = {
  unknownConnection: () =>
    new OAuthError(400, 'invalid_request', 'the connection was not found', {
      detail: { reason: 'unknown-connection' },
    }),
  unusable: (name: string, words: string) =>
    new OAuthError(400, 'invalid_request', `Parameter ${name} ${words}`, { detail: { reason: 'malformed' } }),
  closed: () => badRequest('sign-up-closed', 'invalid_signup', 'Public signup is disabled'),
  /** Somebody has the name. Security: it is said only where the tenant wants it. */
  taken: (isTold: boolean) =>
    isTold
      ? badRequest('user-exists', 'user_exists', 'The user already exists.')
      : badRequest('user-exists', 'invalid_signup', 'Invalid sign up'),
  /** Auth0: the one refusal without a code. */
  missingUsername(connectionName: string) {
    const words = `missing username for ${connectionName} connection with requires_username enabled`;
    return new SignUpError('missing-parameter', words, { error: words });
  },
  password: ({ name, message, description, policy }: RefusedPassword) =>
    new SignUpError('password-refused', message, {
      ...{ name, message, code: 'invalid_password', description },
      ...(policy === null ? {} : { policy }),
      statusCode: 400,
    }),
  /** Auth0: with a code of its own, by which its login pages tell it from a password that is too weak. */
  passwordLeaked() {
    const description =
      'This password was previously disclosed through a data breach (not in this application). Please choose another one.';
    const body = { name: 'BadRequestError', code: 'password_leaked', description, statusCode: 400 };
    return new SignUpError('password-leaked', description, body, 'signup_pwd_leak');
  },
  throttled: (reachedLimit: ReachedLimit, notice: RefusalNotice | null) =>
    new OAuthError(
      429,
      'too_many_attempts',
      'We have detected suspicious sign-up behavior and further attempts will be blocked. Please contact the administrator.',
      {
        detail: { reason: 'sign-up-throttled', logType: 'limit_mu', ...(notice === null ? {} : { notice }) },
        reachedLimit,
      },
    ),
} as const;

function badRequest(reason: RefusalReason, code: string, description: string): SignUpError {
  return new SignUpError(reason, description, { name: 'BadRequestError', code, description, statusCode: 400 });
}
