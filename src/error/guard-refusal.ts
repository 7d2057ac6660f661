// How attack protection refuses a login. Thrown by attack-protection/login-guard.ts and grant/breached-login.ts.
import { OAuthError, type ReachedLimit, type RefusalNotice } from './oauth-error.ts';
import type { RefusalReason } from './refusal-reason.ts';

const BLOCKED = 'Your account has been blocked after multiple consecutive login attempts.';
/** Security: said for names that nobody has, too. */
const MAILED = "We've sent you an email with instructions on how to unblock it.";

/** The refusals of attack protection, by what happened. */
export const guardRefusals = {
  /** Security: told before the password is looked at, whether anybody has the name or not. */
  accountBlocked: (reason: RefusalReason, notice: RefusalNotice | null = null) =>
    new OAuthError(429, 'too_many_attempts', notice === null ? BLOCKED : `${BLOCKED} ${MAILED}`, {
      detail: { reason, logType: 'limit_wc', ...(notice === null ? {} : { notice }) },
    }),
  suspiciousAddress: (reachedLimit: ReachedLimit, notice: RefusalNotice | null = null) =>
    new OAuthError(
      429,
      'too_many_attempts',
      'We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator.',
      {
        detail: { reason: 'suspicious-address', logType: 'limit_mu', ...(notice === null ? {} : { notice }) },
        reachedLimit,
      },
    ),
  tooManyLogins: (reachedLimit: ReachedLimit) =>
    new OAuthError(429, 'too_many_logins', 'Too many logins of this user from one address. Try again later.', {
      detail: { reason: 'same-user-rate', logType: 'limit_sul' },
      reachedLimit,
    }),
  /** Security: told after the right password only. */
  passwordLeaked: (isLoggedAsLeak: boolean) =>
    new OAuthError(
      401,
      'password_leaked',
      "This login attempt has been blocked because the password you're using was previously disclosed through a data breach (not in this application). Please check your email for more information.",
      { detail: { reason: 'password-leaked', ...(isLoggedAsLeak ? { logType: 'pwd_leak' } : {}) } },
    ),
} as const;
