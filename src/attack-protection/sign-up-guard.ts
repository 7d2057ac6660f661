// Stands before every sign-up: an address that tries to make many accounts has to wait. Attempts that fail cost what others
// cost, so that nobody learns from it who has an account.
import { signUpRefusals } from '../error/sign-up-error.ts';
import type { Caller } from '../lib/caller.ts';
import type { Clock } from '../lib/clock.ts';
import { addressBucket } from '../lib/network-address.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Effect } from '../storage/group-commit.ts';
import type { TenantId } from '../tenant/tenant.ts';
import { signUpCounterOf, waitOf } from './attempt-counter.ts';
import { addressKeysOf, type KeyedHash } from './attempt-keys.ts';
import type { ProtectionSettingsOf } from './protection-settings.ts';
import { throttleNotice } from './refusal-notice.ts';
import type { TakePlaces } from './take-places.ts';

/** A sign-up that may go on. Exactly one of its ends is called, and what it returns is written with the log event. */
export interface SignUpReservation {
  /** The sign-up was tried, with whatever end. */
  tried(): Effect[];
  /** It never came to that. */
  released(): Effect[];
}

interface Parts {
  readonly settingsOf: ProtectionSettingsOf;
  readonly takePlaces: TakePlaces;
  readonly clock: Clock;
  readonly steadyTime: SteadyTime;
  readonly keyedHash: KeyedHash;
  readonly metrics: Metrics;
}

/**
 * Lets a sign-up from this address go on. Throws the refusal when too many came from there, and `TurnedAway` when it had to
 * wait too long for others.
 */
export type GuardSignUp = (tenantId: TenantId, ip: string, caller: Caller) => Promise<SignUpReservation>;

/** Builds the guard. */
export function createSignUpGuard({
  settingsOf,
  takePlaces,
  clock,
  steadyTime,
  keyedHash,
  metrics,
}: Parts): GuardSignUp {
  return async (tenantId, ip, caller) => {
    const { of, suspiciousIpExempt } = await settingsOf(tenantId);
    const key = addressKeysOf(keyedHash, tenantId, ip).signUps;
    const counter = signUpCounterOf(of.suspiciousIp, key, addressBucket(ip));
    const counters = of.suspiciousIp.enabled && !suspiciousIpExempt.has(ip) ? [counter] : [];
    const taken = await takePlaces(tenantId, counters, caller, async (states) => {
      const waitMs = waitOf(counter, states.get(key), steadyTime.now());
      if (waitMs === 0) return counters;
      metrics.guardVerdict('too_many_attempts');
      throw signUpRefusals.throttled(
        { limit: of.suspiciousIp.signUps.maxAttempts, waitMs, now: clock.now() },
        throttleNotice(of.suspiciousIp, counter),
      );
    });
    return { tried: () => taken.end('failed', null), released: () => taken.end('released', null) };
  };
}
