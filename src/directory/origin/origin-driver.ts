// Asks whoever knows the passwords of users that are not in a database connection yet, with what stands around every directory
// behind a network: a line, a breaker, a deadline and an even length of refusals. Called by database/database-directory.ts.
import type { DatabaseConnection } from '../../connection/connection.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Sandbox } from '../../sandbox/sandbox-runs.ts';
import type { OutgoingAddresses } from '../outgoing-address.ts';
import { createOutgoingHttp, type OutgoingLimits } from '../outgoing-http.ts';
import { createUpstreamDriver, type UpstreamDriver } from '../upstream-driver.ts';
import { OPERATION_MS, sendWithin } from '../upstream-http.ts';
import { askLoginScript } from './script-login.ts';
import { askUpstreamTenant } from './upstream-tenant.ts';

/** What the driver stands on. */
export interface OriginParts {
  readonly clock: Clock;
  readonly addresses: OutgoingAddresses;
  readonly sandbox: Sandbox;
  /** Other limits than the usual ones. */
  readonly limits?: Partial<OutgoingLimits> & { readonly operationMs?: number };
}

/** A driver that is asked about users whom a database connection does not have. */
export type OriginDriver = UpstreamDriver<DatabaseConnection>;

/** Builds it; it is only asked for connections that have a source of users. */
export function createOriginDriver({ clock, addresses, sandbox, limits }: OriginParts): OriginDriver {
  return createUpstreamDriver<DatabaseConnection>({
    clock,
    open({ name, options: { source }, trusted }, tenantId) {
      if (source === null) throw new Error(`The connection ${name} has no source of users.`);
      if (source.kind === 'scripts') {
        return {
          check: (attempt, _timeoutMs, caller) => askLoginScript(sandbox, source, tenantId, attempt, caller),
          close: () => {},
        };
      }
      const http = createOutgoingHttp({ addresses, trusted, ca: null, ...(limits ? { limits } : {}) });
      return {
        check: (attempt, timeoutMs, caller) => {
          const send = sendWithin(http, clock, timeoutMs, limits?.operationMs ?? OPERATION_MS);
          return askUpstreamTenant(source, send, attempt, caller);
        },
        close: () => http.close(),
      };
    },
  });
}
