// What the parts of the server tell whoever watches it. Labels come from closed lists: never a name, an address or any other
// text of a caller's.
import type { OAuthErrorCode } from '../error/oauth-error.ts';
import type { TurnAwayReason } from '../lib/fair-line.ts';

/** The grants that are told apart; `other` is a request without a grant type, or with one that does not exist. */
export const GRANT_LABELS = ['password', 'password-realm', 'client_credentials', 'refresh_token', 'other'] as const;
export type GrantLabel = (typeof GRANT_LABELS)[number];

/** How a token request ended. */
export type RequestOutcome = 'success' | OAuthErrorCode;

/** What the guard can say of an attempt. */
export const GUARD_VERDICTS = ['admitted', 'too_many_attempts', 'too_many_logins', 'too_many_requests'] as const;
export type GuardVerdict = (typeof GUARD_VERDICTS)[number];

/** What can be known of a password that is looked up among breached ones; `unknown` where no list could be asked. */
export const BREACH_LABELS = ['breached', 'clean', 'unknown'] as const;
export type BreachLabel = (typeof BREACH_LABELS)[number];

/** The algorithms of hashes that are told apart; `digest` is a plain digest of whatever name. */
export const HASH_LABELS = ['argon2id', 'argon2i', 'argon2d', 'bcrypt', 'pbkdf2', 'scrypt', 'digest'] as const;
export type HashLabel = (typeof HASH_LABELS)[number];

/** What log events are delivered to. */
export const SINK_LABELS = ['webhook', 'file', 'syslog'] as const;
export type SinkLabel = (typeof SINK_LABELS)[number];

/** Where numbers are told; every method returns at once and never throws. */
export interface Metrics {
  /** A token request has been answered; `outcome` is `success` or the error code of the answer. */
  tokenRequest(grant: GrantLabel, outcome: RequestOutcome, seconds: number): void;
  /** A login got a hash slot after this long, or was refused instead. */
  hashWait(outcome: 'admitted' | TurnAwayReason, seconds: number): void;
  /** One hash was made or checked. */
  hash(algorithm: HashLabel, seconds: number): void;
  /** What the guard said of an attempt. */
  guardVerdict(verdict: GuardVerdict): void;
  /** A password was looked up among breached ones. */
  breachCheck(outcome: BreachLabel): void;
  /** One statement was run, or one group of writes went to the disk. */
  storage(operation: 'query' | 'commit', seconds: number): void;
  /** So many log events were delivered, or one delivery failed. */
  logDelivery(sink: SinkLabel, outcome: 'delivered' | 'failed', count: number): void;
  /** So many log events were pruned before a stream had delivered them. */
  logMissed(count: number): void;
  /** Shows these numbers whenever somebody asks; each part gives those that it knows. */
  watch(sources: MetricSources): void;
}

/** Numbers that are read when somebody asks. */
export interface MetricSources {
  readonly hashLine?: () => { readonly slots: number; readonly busy: number; readonly waiting: number };
  /** Asked at most once a minute. */
  readonly signingKeys?: () => Promise<readonly KeyCount[]>;
  /** Lines of the operational log that nobody read in time. */
  readonly droppedLines?: () => number;
  /** What follows the log now. */
  readonly logStreams?: () => Promise<readonly StreamLag[]>;
}

/** How far something that follows the log is behind. */
export interface StreamLag {
  readonly sink: SinkLabel;
  readonly lagSeconds: number;
  readonly isFailing: boolean;
}

/** How many signing keys of all tenants there are with this algorithm and status. */
export interface KeyCount {
  readonly algorithm: string;
  readonly status: string;
  readonly count: number;
  /** When the one that signs longest began to, in milliseconds since 1970 UTC; null when none ever did. */
  readonly oldestSince: number | null;
}

/** Metrics that can be read. */
export interface ReadableMetrics extends Metrics {
  /** All numbers in the text format of Prometheus, and its media type. */
  read(): Promise<{ readonly text: string; readonly contentType: string }>;
}

/** Metrics that nobody asked for. */
export const noMetrics: Metrics = {
  tokenRequest: () => {},
  hashWait: () => {},
  hash: () => {},
  guardVerdict: () => {},
  breachCheck: () => {},
  storage: () => {},
  logDelivery: () => {},
  logMissed: () => {},
  watch: () => {},
};
