// Watches a token request from outside: counts it, times it, and opens its trace. Sees its tenant, its grant and how it
// ended, nothing else.
import {
  CLIENT_CREDENTIALS_GRANT,
  PASSWORD_GRANT,
  PASSWORD_REALM_GRANT,
  REFRESH_TOKEN_GRANT,
} from '../client/client.ts';
import { refusalOf } from '../http/error-reply.ts';
import type { Clock } from '../lib/clock.ts';
import type { GrantLabel, Metrics, RequestOutcome } from '../metrics/metrics.ts';
import type { RecentMinutes } from '../metrics/recent-minutes.ts';
import { tracedRequest } from '../metrics/trace.ts';
import type { TenantId } from '../tenant/tenant.ts';

const LABELS: ReadonlyMap<string, GrantLabel> = new Map([
  [PASSWORD_GRANT, 'password'],
  [PASSWORD_REALM_GRANT, 'password-realm'],
  [CLIENT_CREDENTIALS_GRANT, 'client_credentials'],
  [REFRESH_TOKEN_GRANT, 'refresh_token'],
]);

const LOGINS: ReadonlySet<GrantLabel> = new Set(['password', 'password-realm']);

/** What the work says of the request as soon as it knows it. */
export interface Sighting {
  tenant(tenantId: TenantId): void;
  grant(grantType: string): void;
}

/**
 * Does the work, which says what it sees; returns or throws what the work does. `traceparent` is
 * null for a request whose trace begins here.
 */
export type WatchTokenRequest = <T>(traceparent: string | null, work: (saw: Sighting) => Promise<T>) => Promise<T>;

/** Builds the watcher. */
export function createTokenRequestWatch(metrics: Metrics, minutes: RecentMinutes, clock: Clock): WatchTokenRequest {
  return (traceparent, work) =>
    tracedRequest(traceparent, async (describe) => {
      const startedAt = clock.monotonic();
      let grant: GrantLabel = 'other';
      let tenant: TenantId | null = null;
      const ended = (outcome: RequestOutcome, status: number) => {
        const tookMs = clock.monotonic() - startedAt;
        describe(grant, outcome, status);
        metrics.tokenRequest(grant, outcome, tookMs / 1000);
        if (tenant !== null && LOGINS.has(grant)) minutes.login(tenant, outcome, tookMs);
      };
      try {
        const result = await work({
          tenant(tenantId) {
            tenant = tenantId;
          },
          grant(grantType) {
            grant = LABELS.get(grantType) ?? 'other';
          },
        });
        ended('success', 200);
        return result;
      } catch (error) {
        const { code, status } = refusalOf(error);
        ended(code, status);
        throw error;
      }
    });
}
