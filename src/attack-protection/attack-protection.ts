// Attack protection: a tenant's settings for what stands between a guesser and a password, in Auth0's words.

/** What counts as one target of guesses: a name from one address, or a name wherever it is tried from. */
export type BruteForceMode = 'count_per_identifier_and_ip' | 'count_per_identifier';

/** What is done, in Auth0's words. */
export type Shield = 'block' | 'user_notification' | 'admin_notification';

export interface BruteForceProtection {
  readonly enabled: boolean;
  /** `block` is always one of them. */
  readonly shields: readonly Exclude<Shield, 'admin_notification'>[];
  readonly mode: BruteForceMode;
  /** Failed attempts after which the target is blocked. */
  readonly maxAttempts: number;
  /** Addresses and networks from which nothing is counted or blocked. */
  readonly allowlist: readonly string[];
  /**
   * Failed attempts on one name in 24 hours, from all addresses together, after which only a client and address that have
   * logged this name in before may go on trying.
   */
  readonly accountCeiling: number;
}

export interface SuspiciousIpThrottling {
  readonly enabled: boolean;
  /** `block` is always one of them. */
  readonly shields: readonly Exclude<Shield, 'user_notification'>[];
  /** Addresses and networks that are never throttled. */
  readonly allowlist: readonly string[];
  /** Failed attempts that an address has to spend, on any names. */
  readonly maxAttempts: number;
  /** Milliseconds after which it gets one of them back. */
  readonly rateMs: number;
  /** Accounts that an address may try to make, whether they are made or not. */
  readonly signUps: { readonly maxAttempts: number; readonly rateMs: number };
}

/** When a password is looked up among breached ones. */
export type BreachStage = keyof BreachedPasswordDetection['shields'];

export interface BreachedPasswordDetection {
  readonly enabled: boolean;
  /** Whatever they are, the tenant's log tells of a breached password. */
  readonly shields: {
    readonly login: readonly Shield[];
    readonly signUp: readonly Exclude<Shield, 'user_notification'>[];
    readonly passwordChange: readonly Exclude<Shield, 'user_notification'>[];
  };
}

export interface AttackProtection {
  readonly bruteForce: BruteForceProtection;
  readonly suspiciousIp: SuspiciousIpThrottling;
  readonly breachedPasswords: BreachedPasswordDetection;
  /** Logins of one name from one address, right ones too: 20 a minute, then 10. */
  readonly sameUser: { readonly enabled: boolean };
}
