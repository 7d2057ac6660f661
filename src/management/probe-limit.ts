// Stands before every probe of a connection that the Management API runs: each may take seconds, opens connections, and with
// a password asks somebody's directory about it. Kept in memory, by each node for itself.
import { LRUCache } from 'lru-cache';
import { apiRefusals } from '../error/api-error.ts';
import type { Clock } from '../lib/clock.ts';
import type { TenantId } from '../tenant/tenant.ts';

/** Runs the probe; throws `ApiError` with the time to come back when there are too many. */
export type ProbeLimit = <T>(tenantId: TenantId, triesPassword: boolean, probe: () => Promise<T>) => Promise<T>;

/** At once, of everybody. */
const MOST_AT_ONCE = 2;
/**
 * Passwords that a tenant tries in a row, and how long until there is one more. Security: no guard of logins counts these
 * tries, and a directory may lock people out for them.
 */
const MOST_PASSWORDS = 10;
const ONE_MORE_AFTER_MS = 60_000;
const MOST_TENANTS = 1000;

/** Builds the limit that all probes share. */
export function createProbeLimit(clock: Clock): ProbeLimit {
  let running = 0;
  /** By tenant, the instant on the stopwatch at which all tries will have been forgotten. */
  const forgottenAt = new LRUCache<TenantId, number>({ max: MOST_TENANTS });

  function countPassword(tenantId: TenantId): void {
    const now = clock.monotonic();
    const forgotten = Math.max(forgottenAt.get(tenantId) ?? now, now) + ONE_MORE_AFTER_MS;
    const waitMs = forgotten - now - MOST_PASSWORDS * ONE_MORE_AFTER_MS;
    if (waitMs > 0) throw apiRefusals.tooBusy(Math.ceil(waitMs / 1000));
    forgottenAt.set(tenantId, forgotten);
  }

  return async (tenantId, triesPassword, probe) => {
    if (running >= MOST_AT_ONCE) throw apiRefusals.tooBusy();
    if (triesPassword) countPassword(tenantId);
    running += 1;
    try {
      return await probe();
    } finally {
      running -= 1;
    }
  };
}
