// Stands before every check of a password: may this attempt go on, and how did it end? What it counts lies in the database,
// so that restarts and several nodes share one count, and unknown names are counted exactly like known ones.
import type { Connection } from '../connection/connection.ts';
import { guardRefusals } from '../error/guard-refusal.ts';
import type { OAuthError } from '../error/oauth-error.ts';
import type { Caller } from '../lib/caller.ts';
import type { Clock } from '../lib/clock.ts';
import { addressBucket } from '../lib/network-address.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Effect } from '../storage/group-commit.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { AttackProtection } from './attack-protection.ts';
import { type Counter, countersOf, waitOf } from './attempt-counter.ts';
import { type AttemptKeys, attemptKeysOf, type KeyedHash } from './attempt-keys.ts';
import type { TakenPlaces } from './attempt-places.ts';
import type { KnownSourceStore } from './known-source-store.ts';
import type { ProtectionSettingsOf } from './protection-settings.ts';
import { blockNotice, throttleNotice } from './refusal-notice.ts';
import { createSourceMemory } from './source-memory.ts';
import type { CounterStates, TakePlaces } from './take-places.ts';

interface Parts {
  readonly settingsOf: ProtectionSettingsOf;
  readonly knownSources: KnownSourceStore;
  readonly takePlaces: TakePlaces;
  readonly clock: Clock;
  readonly steadyTime: SteadyTime;
  readonly keyedHash: KeyedHash;
  readonly metrics: Metrics;
}

/** Somebody tries to log in. */
export interface GuardedAttempt {
  readonly tenantId: TenantId;
  readonly connection: Pick<Connection, 'id' | 'options'>;
  readonly clientId: string;
  /** The name as typed. */
  readonly identifier: string;
  readonly ip: string;
  readonly caller: Caller;
}

/** An attempt that may go on. Exactly one of its ends is called, and what it returns is written with the log event. */
export interface Reservation {
  succeeded(): Effect[];
  /** A wrong password; `userId` is null when nobody has the name. */
  failed(userId: string | null): Effect[];
  /** The password was not checked to an end. */
  released(): Effect[];
}

export interface LoginGuard {
  /**
   * Lets an attempt go on, after a wait when as many are under way as there are guesses left. Throws the refusal when it is
   * blocked or too many came, and `TurnedAway` when the wait took too long.
   */
  reserve(attempt: GuardedAttempt): Promise<Reservation>;
}

/** Which refusal is told when several apply. */
const ORDER_OF_REFUSALS = ['identifier_and_ip', 'identifier', 'account', 'address', 'logins'] as const;

/** Builds the guard. */
export function createLoginGuard(parts: Parts): LoginGuard {
  const { settingsOf, knownSources, takePlaces, clock, steadyTime, keyedHash, metrics } = parts;
  const remember = createSourceMemory(knownSources, steadyTime);

  async function countersFor({ tenantId, connection, ip }: GuardedAttempt, keys: AttemptKeys): Promise<Counter[]> {
    const { of, bruteForceExempt, suspiciousIpExempt } = await settingsOf(tenantId);
    return countersOf(of, keys, {
      address: addressBucket(ip),
      countsFailures: connection.options.bruteForceProtection && !bruteForceExempt.has(ip),
      countsAddress: !suspiciousIpExempt.has(ip),
    });
  }

  /** Throws the refusal of the first counter that is used up; the account's own counts for unknown sources only. */
  async function requireRoom(
    counters: readonly Counter[],
    states: CounterStates,
    { tenantId }: GuardedAttempt,
    keys: AttemptKeys,
  ): Promise<readonly Counter[]> {
    const now = steadyTime.now();
    const usedUp = counters.filter((counter) => waitOf(counter, states.get(counter.key), now) > 0);
    if (usedUp.length === 0) return counters;
    for (const kind of ORDER_OF_REFUSALS) {
      const counter = usedUp.find((one) => one.kind === kind);
      if (!counter) continue;
      if (kind === 'account' && (await knownSources.isKnown(tenantId, keys.source, now))) continue;
      metrics.guardVerdict(kind === 'logins' ? 'too_many_logins' : 'too_many_attempts');
      const { of } = await settingsOf(tenantId);
      throw refusalOf(of, counter, waitOf(counter, states.get(counter.key), now), clock.now());
    }
    return counters.filter((counter) => !usedUp.includes(counter));
  }

  function reservation({ tenantId }: GuardedAttempt, keys: AttemptKeys, all: readonly Counter[], taken: TakenPlaces) {
    const countsAccount = all.some((counter) => counter.kind === 'account');
    return {
      succeeded: () => [
        ...taken.end('succeeded', null),
        ...(countsAccount ? remember(tenantId, keys.source, keys.identifier) : []),
      ],
      failed: (userId: string | null) => taken.end('failed', userId),
      released: () => taken.end('released', null),
    };
  }

  return {
    async reserve(attempt) {
      const { tenantId, connection, caller } = attempt;
      const keys = attemptKeysOf(keyedHash, { ...attempt, connectionId: connection.id });
      const all = await countersFor(attempt, keys);
      const taken = await takePlaces(tenantId, all, caller, (states) => requireRoom(all, states, attempt, keys));
      metrics.guardVerdict('admitted');
      return reservation(attempt, keys, all, taken);
    },
  };
}

function refusalOf(settings: AttackProtection, counter: Counter, waitMs: number, now: number): OAuthError {
  const { kind, capacity, unit } = counter;
  const limit = { limit: Math.floor(capacity / unit), waitMs, now };
  switch (kind) {
    case 'identifier_and_ip':
    case 'identifier':
      return guardRefusals.accountBlocked('brute-force-block', blockNotice(settings.bruteForce, counter));
    case 'account':
    case 'bind':
      return guardRefusals.accountBlocked('account-ceiling');
    case 'address':
    case 'sign-ups':
      return guardRefusals.suspiciousAddress(limit, throttleNotice(settings.suspiciousIp, counter));
    case 'logins':
      return guardRefusals.tooManyLogins(limit);
  }
}
