// What is counted of attempts to log in. A counter says itself what an attempt costs, how much may be spent, and what
// happens then, so that one rule serves them all:
//
//   name and address   10 failures; then blocked for 30 days; a success sets it back
//   name               the same over all addresses, where the tenant chose that mode
//   account            100 failures in 24 hours from all addresses; then closed for 24 hours to sources nobody knows
//   address            100 failures on any names; one is forgiven every 14.4 minutes
//   bind               4 wrong passwords of one account in half an hour that a directory was told of; see bind-budget.ts
//   sign-ups           50 accounts that an address tries to make; one is forgiven every 1.2 seconds
//   logins             20 attempts of one name from one address, right ones too; one is forgiven every 6 seconds
import type { AttackProtection, SuspiciousIpThrottling } from './attack-protection.ts';
import type { AttemptKeys } from './attempt-keys.ts';

/** Which of the counters it is; also how blocks are listed. */
export type CounterKind = 'identifier_and_ip' | 'identifier' | 'account' | 'address' | 'bind' | 'logins' | 'sign-ups';

export interface Counter {
  /** Keyed hash of what is counted. */
  readonly key: string;
  readonly kind: CounterKind;
  /** Keyed hash of the name; null for an address. */
  readonly identifierKey: string | null;
  /** The address or its network; null where it takes no part. */
  readonly address: string | null;
  /** What one attempt costs: 1, or for a counter that drains the milliseconds until it is forgiven. */
  readonly unit: number;
  /** How much may be spent. */
  readonly capacity: number;
  /** True when time alone forgives. */
  readonly drains: boolean;
  /** True when a success costs too. */
  readonly chargesSuccess: boolean;
  /** True when a success forgives everything. */
  readonly resets: boolean;
  /** Milliseconds from the failure that spends the last of it until all is forgiven; 0 for a counter that drains. */
  readonly blocksForMs: number;
  /** Milliseconds after which failures that did not spend the last of it are forgotten; 0 for a counter that drains. */
  readonly forgetsAfterMs: number;
}

/** A counter as it stands. */
export interface CounterState {
  /** Units, or for a counter that drains the instant at which all will have drained. */
  readonly spent: number;
  /** When everything is forgiven. */
  readonly expiresAt: number;
}

const DAY_MS = 86_400_000;
const BLOCK_MS = 30 * DAY_MS;
/** How long failures that led to no block are remembered. */
const FORGET_FAILURES_MS = DAY_MS;

const DRAINING = { drains: true, resets: false, blocksForMs: 0, forgetsAfterMs: 0 } as const;

/** Auth0: 20 logins of one user from one address, then ten a minute. */
const MOST_LOGINS = 20;
const LOGIN_FORGIVEN_AFTER_MS = 6000;

/** Where an attempt comes from, and what the allowlists and the connection say of it. */
interface Source {
  /** The address or its network. */
  readonly address: string;
  /** False where failures of a name are not counted. */
  readonly countsFailures: boolean;
  /** False where failures of the address are not counted. */
  readonly countsAddress: boolean;
}

/** The counters under which an attempt falls, ordered by key: locks are then always taken in one order. */
export function countersOf(
  settings: AttackProtection,
  keys: AttemptKeys,
  { address, countsFailures, countsAddress }: Source,
): Counter[] {
  const { bruteForce, suspiciousIp, sameUser } = settings;
  const counters: Counter[] = [];
  const ofName = {
    ...{ identifierKey: keys.identifier, unit: 1, drains: false, chargesSuccess: false },
    forgetsAfterMs: FORGET_FAILURES_MS,
  };
  if (bruteForce.enabled && countsFailures) {
    const block = { ...ofName, capacity: bruteForce.maxAttempts, resets: true, blocksForMs: BLOCK_MS };
    counters.push(
      bruteForce.mode === 'count_per_identifier'
        ? { ...block, key: keys.identifier, kind: 'identifier', address: null }
        : { ...block, key: keys.identifierAndAddress, kind: 'identifier_and_ip', address },
      {
        ...ofName,
        key: keys.account,
        kind: 'account',
        address: null,
        capacity: bruteForce.accountCeiling,
        resets: false,
        blocksForMs: DAY_MS,
      },
    );
  }
  const draining = { ...DRAINING, address };
  if (suspiciousIp.enabled && countsAddress) {
    const { rateMs, maxAttempts } = suspiciousIp;
    counters.push({
      ...draining,
      key: keys.address,
      kind: 'address',
      identifierKey: null,
      unit: rateMs,
      capacity: rateMs * maxAttempts,
      chargesSuccess: false,
    });
  }
  if (sameUser.enabled) {
    counters.push({
      ...draining,
      key: keys.logins,
      kind: 'logins',
      identifierKey: keys.identifier,
      unit: LOGIN_FORGIVEN_AFTER_MS,
      capacity: LOGIN_FORGIVEN_AFTER_MS * MOST_LOGINS,
      chargesSuccess: true,
    });
  }
  return counters.toSorted((one, other) => (one.key < other.key ? -1 : 1));
}

/** The counter under which a sign-up falls; a sign-up that succeeds costs as much as one that does not. */
export function signUpCounterOf({ signUps }: SuspiciousIpThrottling, key: string, address: string): Counter {
  const { rateMs, maxAttempts } = signUps;
  return {
    ...{ ...DRAINING, key, kind: 'sign-ups', identifierKey: null, address },
    ...{ unit: rateMs, capacity: rateMs * maxAttempts, chargesSuccess: true },
  };
}

/** What is spent of the counter's capacity now. */
export function levelOf({ drains }: Counter, state: CounterState | undefined, now: number): number {
  if (!state || state.expiresAt <= now) return 0;
  return drains ? Math.max(0, state.spent - now) : state.spent;
}

/**
 * Milliseconds until this counter lets one more through; 0 when it does now, apart from attempts under way. A threshold
 * that is raised ends a block.
 */
export function waitOf(counter: Counter, state: CounterState | undefined, now: number): number {
  const missing = levelOf(counter, state, now) + counter.unit - counter.capacity;
  if (!state || missing <= 0) return 0;
  return counter.drains ? missing : state.expiresAt - now;
}
