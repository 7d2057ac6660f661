// How attack protection refuses a login. Thrown by attack-protection/login-guard.ts and grant/breached-login.ts.
import { OAuthError, type ReachedLimit } from './oauth-error.ts';
import type { RefusalReason } from './refusal-reason.ts';

/** The refusals of attack protection, by what happened. */
export const guardRefusals = {
  /** Security: told before the password is looked at, whether anybody has the name or not. */
  accountBlocked: (reason: RefusalReason) =>
    new OAuthError(
      429,
      'too_many_attempts',
      'Your account has been blocked after multiple consecutive login attempts.',
      { detail: { reason, logType: 'limit_wc' } },
    ),
  suspiciousAddress: (reachedLimit: ReachedLimit) =>
    new OAuthError(
      429,
      'too_many_attempts',
      'We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator.',
      { detail: { reason: 'suspicious-address', logType: 'limit_mu' }, reachedLimit },
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
