// Why a token request or a sign-up was refused, precisely and for the operator alone: kept with the log event, explained in
// log/login-explanation.ts, never told to the caller. A closed list, so that the compiler asks for an explanation of each.
import type { TurnAwayReason } from '../lib/fair-line.ts';

/** Reasons that a directory does not decide. */
export type RequestReason =
  // How the request is written.
  | 'malformed'
  | 'repeated'
  | 'over-limit'
  | 'missing-parameter'
  | 'media-type'
  | 'credentials-in-query'
  // Who asks.
  | 'missing-client-id'
  | 'two-client-proofs'
  | 'malformed-basic'
  | 'unknown-client'
  | 'missing-client-secret'
  | 'wrong-client-secret'
  | 'missing-client-assertion'
  | 'client-secret-guessing'
  // What the client may do.
  | 'unsupported-grant-type'
  | 'grant-not-enabled'
  | 'third-party-client'
  | 'public-client'
  | 'region'
  // Where the user is looked for.
  | 'no-default-directory'
  | 'default-directory-missing'
  | 'unknown-realm'
  | 'connection-disabled'
  | 'strategy'
  // Sign-up.
  | 'unknown-connection'
  | 'sign-up-closed'
  | 'password-refused'
  | 'user-exists'
  | 'sign-up-script'
  // Attack protection.
  | 'sign-up-throttled'
  | 'brute-force-block'
  | 'account-ceiling'
  | 'suspicious-address'
  | 'same-user-rate'
  | 'password-leaked'
  | `guard-${TurnAwayReason}`
  // The user, and the line in front of the directory.
  | 'user-blocked'
  | `hash-line-${TurnAwayReason}`
  | `directory-line-${TurnAwayReason}`
  | 'directory-breaker-open'
  // The refresh token.
  | 'refresh-token-unknown'
  | 'refresh-token-other-client'
  | 'refresh-token-expired'
  | 'refresh-token-idle'
  | 'refresh-token-revoked'
  | 'refresh-token-reused'
  | 'refresh-token-rotation-off'
  | 'refresh-token-connection'
  | 'refresh-token-audience'
  // What the tokens are for.
  | 'audience'
  | 'missing-audience'
  | 'client-grant'
  | 'scope'
  // Rules and actions.
  | `${'rule' | 'action'}-${'denied' | 'failed' | 'redirect' | 'second-factor'}`
  | 'rule-sandbox'
  | `rule-line-${TurnAwayReason}`
  // Faults of our own.
  | 'storage'
  | 'unexpected';

/** Why a directory said no; it is one of `RefusalReason`, and a caller hears one sentence for all of them. */
export type RejectionReason =
  | 'unknown-user'
  | 'ambiguous-user'
  | 'wrong-password'
  | 'locked'
  | 'disabled'
  | 'account-expired'
  | 'password-expired'
  | 'must-change-password'
  | 'logon-hours'
  | 'workstation'
  | 'not-permitted'
  | 'bind-limit'
  | 'second-factor-required'
  | 'upstream-refused'
  | 'script-refused'
  | 'script-denied';

/** Why a directory gave no answer; the rest comes from the directory's own codes. */
export type OutageReason = `${'directory-' | 'azure-ad-' | 'adfs-' | 'upstream-' | 'script-'}${string}`;

/** Why a signed assertion does not prove a client. */
export type AssertionReason = `assertion-${string}`;

/** Every reason. */
export type RefusalReason = RequestReason | RejectionReason | OutageReason | AssertionReason;
