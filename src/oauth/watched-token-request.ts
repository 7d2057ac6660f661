// Watches a token request from outside: counts it, times it, and opens its trace. Sees its grant and how it ended, nothing else.
import {
  CLIENT_CREDENTIALS_GRANT,
  PASSWORD_GRANT,
  PASSWORD_REALM_GRANT,
  REFRESH_TOKEN_GRANT,
} from '../client/client.ts';
import { refusalOf } from '../http/error-reply.ts';
import type { Clock } from '../lib/clock.ts';
import type { GrantLabel, Metrics } from '../metrics/metrics.ts';
import { tracedRequest } from '../metrics/trace.ts';

const LABELS: ReadonlyMap<string, GrantLabel> = new Map([
  [PASSWORD_GRANT, 'password'],
  [PASSWORD_REALM_GRANT, 'password-realm'],
  [CLIENT_CREDENTIALS_GRANT, 'client_credentials'],
  [REFRESH_TOKEN_GRANT, 'refresh_token'],
]);

/**
 * Does the work, which says the grant type as soon as it knows it; returns or throws what the work does. `traceparent` is
 * null for a request whose trace begins here.
 */
export type WatchTokenRequest = <T>(
  traceparent: string | null,
  work: (saw: (grantType: string) => void) => Promise<T>,
) => Promise<T>;

/** Builds the watcher. */
export function createTokenRequestWatch(metrics: Metrics, clock: Clock): WatchTokenRequest {
  return (traceparent, work) =>
    tracedRequest(traceparent, async (describe) => {
      const startedAt = clock.monotonic();
      let grant: GrantLabel = 'other';
      const seconds = () => (clock.monotonic() - startedAt) / 1000;
      try {
        const result = await work((grantType) => {
          grant = LABELS.get(grantType) ?? 'other';
        });
        describe(grant, 'success', 200);
        metrics.tokenRequest(grant, 'success', seconds());
        return result;
      } catch (error) {
        const { code, status } = refusalOf(error);
        describe(grant, code, status);
        metrics.tokenRequest(grant, code, seconds());
        throw error;
      }
    });
}
