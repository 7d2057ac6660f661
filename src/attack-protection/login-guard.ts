// Stands before every check of a password: may this attempt go on, and how did it end? What it counts lies in the database,
// so that restarts and several nodes share one count, and unknown names are counted exactly like known ones.
import { LRUCache } from 'lru-cache';
import type { Connection } from '../connection/connection.ts';
import { type OAuthError, refusals } from '../error/oauth-error.ts';
import type { Caller } from '../lib/caller.ts';
import type { Clock } from '../lib/clock.ts';
import { TurnedAway } from '../lib/fair-line.ts';
import { addressBucket, createNetworkList } from '../lib/network-address.ts';
import type { SteadyTime } from '../lib/steady-clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { ConfigurationCache } from '../storage/configuration-cache.ts';
import type { Effect } from '../storage/group-commit.ts';
import type { TenantId } from '../tenant/tenant.ts';
import type { AttackProtectionStore } from './attack-protection-store.ts';
import { type Counter, countersOf, waitOf } from './attempt-counter.ts';
import { type AttemptKeys, attemptKeysOf, type KeyedHash } from './attempt-keys.ts';
import type { AttemptLine } from './attempt-line.ts';
import type { AttemptPlaces, TakenPlaces } from './attempt-places.ts';
import type { AttemptStore } from './attempt-store.ts';
import type { KnownSourceStore } from './known-source-store.ts';

interface Parts {
  readonly settings: AttackProtectionStore;
  readonly attempts: AttemptStore;
  readonly knownSources: KnownSourceStore;
  readonly places: AttemptPlaces;
  readonly line: AttemptLine;
  readonly cache: ConfigurationCache;
  readonly clock: Clock;
  readonly steadyTime: SteadyTime;
  readonly keyedHash: KeyedHash;
  readonly metrics: Metrics;
  /** Milliseconds that an attempt may wait for others on the same counter. */
  readonly budgetMs: number;
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
/** Sources that were written down a short while ago need not be again. */
const MOST_RECENT_SOURCES = 10_000;
const RECENT_SOURCE_MS = 3_600_000;

/** Builds the guard. */
export function createLoginGuard(parts: Parts): LoginGuard {
  const { settings, attempts, knownSources, places, line, cache, clock, steadyTime, keyedHash, metrics, budgetMs } =
    parts;
  const recentSources = new LRUCache<string, number>({ max: MOST_RECENT_SOURCES });

  async function countersFor({ tenantId, connection, ip }: GuardedAttempt, keys: AttemptKeys): Promise<Counter[]> {
    const { of, bruteForceExempt, suspiciousIpExempt } = await cache.get(`attack-protection ${tenantId}`, async () => {
      const found = await settings.find(tenantId);
      return {
        of: found,
        bruteForceExempt: createNetworkList(found.bruteForce.allowlist),
        suspiciousIpExempt: createNetworkList(found.suspiciousIp.allowlist),
      };
    });
    return countersOf(of, keys, {
      address: addressBucket(ip),
      countsFailures: connection.options.bruteForceProtection && !bruteForceExempt.has(ip),
      countsAddress: !suspiciousIpExempt.has(ip),
    });
  }

  /** Throws the refusal of the first counter that is used up; the account's own counts for unknown sources only. */
  async function requireRoom(
    counters: readonly Counter[],
    states: Awaited<ReturnType<AttemptStore['find']>>,
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
      // Whoever waits behind this one is to hear the same.
      for (const { key } of counters) line.callNext(key);
      throw refusalOf(counter, waitOf(counter, states.get(counter.key), now), clock.now());
    }
    return counters.filter((counter) => !usedUp.includes(counter));
  }

  function remember(tenantId: TenantId, keys: AttemptKeys): Effect[] {
    const now = steadyTime.now();
    if ((recentSources.get(keys.source) ?? -Infinity) > now - RECENT_SOURCE_MS) return [];
    recentSources.set(keys.source, now);
    return [knownSources.remember(tenantId, keys.source, keys.identifier, now)];
  }

  function reservation({ tenantId }: GuardedAttempt, keys: AttemptKeys, all: readonly Counter[], taken: TakenPlaces) {
    const countsAccount = all.some((counter) => counter.kind === 'account');
    return {
      succeeded: () => [...taken.end('succeeded', null), ...(countsAccount ? remember(tenantId, keys) : [])],
      failed: (userId: string | null) => taken.end('failed', userId),
      released: () => taken.end('released', null),
    };
  }

  return {
    async reserve(attempt) {
      const { tenantId, connection, caller } = attempt;
      const keys = attemptKeysOf(keyedHash, { ...attempt, connectionId: connection.id });
      const all = await countersFor(attempt, keys);
      const startedAt = clock.monotonic();
      let full = all.find((counter) => line.isFull(counter.key, Math.floor(counter.capacity / counter.unit)));
      // Where the database itself looks for room, the counters are read only when it found none.
      let mustLook = places.needsStates || full !== undefined;
      for (let looked = 0; ; looked += 1) {
        if (full) {
          await line.wait(full.key, looked > 0);
          const isLate = clock.monotonic() - startedAt > budgetMs;
          if (isLate || caller.hasGone) {
            line.callNext(full.key);
            throw new TurnedAway(isLate ? 'late' : 'gone', budgetMs);
          }
        }
        const states = mustLook ? await attempts.find(tenantId, all) : new Map();
        const counters = mustLook ? await requireRoom(all, states, attempt, keys) : all;
        const taken = counters.length === 0 ? NO_PLACES : await places.take(tenantId, counters, states);
        if ('end' in taken) {
          // There may be room for more than one.
          if (looked > 0) for (const { key } of all) line.callNext(key);
          metrics.guardVerdict('admitted');
          return reservation(attempt, keys, all, taken);
        }
        full = mustLook ? taken.full : undefined;
        mustLook = true;
      }
    },
  };
}

const NO_PLACES: TakenPlaces = { end: () => [] };

function refusalOf({ kind, capacity, unit }: Counter, waitMs: number, now: number): OAuthError {
  const limit = { limit: Math.floor(capacity / unit), waitMs, now };
  switch (kind) {
    case 'identifier_and_ip':
    case 'identifier':
      return refusals.accountBlocked('brute-force-block');
    case 'account':
      return refusals.accountBlocked('account-ceiling');
    case 'address':
      return refusals.suspiciousAddress(limit);
    case 'logins':
      return refusals.tooManyLogins(limit);
  }
}
