// Stands before every comparison of a client secret: after too many failures of one client from one address, nothing that
// comes from there is compared any more, right or wrong, until some time has passed. Unknown clients are counted like known
// ones. Kept in memory, by each node for itself: a generated secret cannot be guessed, and for one that somebody chose this
// slows the guesses down without a row for each of them.
import { LRUCache } from 'lru-cache';
import { refusals } from '../error/oauth-error.ts';
import type { Clock } from '../lib/clock.ts';
import { addressBucket } from '../lib/network-address.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { TenantId } from '../tenant/tenant.ts';

/** Who says to be which client, from where. */
interface ClaimedClient {
  readonly tenantId: TenantId;
  readonly clientId: string;
  readonly ip: string;
}

export interface ClientGuard {
  /**
   * Throws the refusal when this client has failed too often from this address. Security: the comparison and `failed`
   * follow in the same turn of the event loop, so that guesses sent at once cannot slip past.
   */
  requireRoom(claimed: ClaimedClient): void;
  /** Counts a failure. */
  failed(claimed: ClaimedClient): void;
}

const MOST_FAILURES = 20;
const FORGIVEN_AFTER_MS = 60_000;
const CAPACITY_MS = MOST_FAILURES * FORGIVEN_AFTER_MS;
// Security: names of clients come from callers; the bound keeps a stranger from filling the memory with them.
const MOST_PAIRS = 100_000;

/** Builds the guard. */
export function createClientGuard(clock: Clock, metrics: Metrics): ClientGuard {
  /** By pair, the instant on the stopwatch at which all failures will have been forgiven. */
  const forgivenAt = new LRUCache<string, number>({ max: MOST_PAIRS });
  const keyOf = ({ tenantId, clientId, ip }: ClaimedClient) => `${tenantId} ${addressBucket(ip)} ${clientId}`;

  return {
    requireRoom(claimed) {
      const now = clock.monotonic();
      const waitMs = (forgivenAt.get(keyOf(claimed)) ?? now) - now + FORGIVEN_AFTER_MS - CAPACITY_MS;
      if (waitMs <= 0) return;
      metrics.guardVerdict('too_many_requests');
      throw refusals.tooManyRequests('client-secret-guessing', { limit: MOST_FAILURES, waitMs, now: clock.now() });
    },
    failed(claimed) {
      const key = keyOf(claimed);
      const now = clock.monotonic();
      forgivenAt.set(key, Math.max(forgivenAt.get(key) ?? now, now) + FORGIVEN_AFTER_MS);
    },
  };
}
