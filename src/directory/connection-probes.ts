// The probe of each kind of directory; only the one that runs is loaded.
import type { Connection } from '../connection/connection.ts';
import type { Clock } from '../lib/clock.ts';
import type { LoginAttempt } from './directory.ts';
import { createOutgoingAddresses } from './outgoing-address.ts';
import type { ProbeStep } from './probe.ts';

interface Parts {
  readonly clock: Clock;
  /** See `Configuration.privateNetworks`. */
  readonly privateNetworks: readonly string[];
}

/** Tries the connection and tells each step; without an attempt only what needs no password of a user. */
export async function probeConnection(
  { clock, privateNetworks }: Parts,
  connection: Connection,
  attempt: LoginAttempt | null,
): Promise<readonly ProbeStep[]> {
  const parts = { clock, addresses: createOutgoingAddresses({ clock, networks: privateNetworks }) };
  switch (connection.strategy) {
    case 'auth0': {
      const { source } = connection.options;
      if (source?.kind === 'upstream') {
        const { probeUpstreamTenant } = await import('./origin/probe.ts');
        return probeUpstreamTenant(parts, source, connection.trusted, attempt);
      }
      const steps = only(connection, true, 'its users and their passwords are in the database of this server');
      const words = 'Left out: a password of a database connection is tried by a login, where failures are counted.';
      return attempt === null ? steps : [...steps, { name: 'log in', passed: null, tookMs: 0, words }];
    }
    case 'waad': {
      const { createAzureAdProbe } = await import('./azure-ad/probe.ts');
      return createAzureAdProbe(parts)(connection, attempt);
    }
    case 'adfs': {
      const { createAdfsProbe } = await import('./adfs/probe.ts');
      return createAdfsProbe(parts)(connection, attempt);
    }
    case 'ldap': {
      const { createLdapProbe } = await import('./ldap/probe.ts');
      return createLdapProbe(parts)(connection, attempt);
    }
    case 'ad': {
      const { createActiveDirectoryProbe } = await import('./active-directory/probe.ts');
      return createActiveDirectoryProbe(parts)(connection, attempt);
    }
    case 'samlp':
    case 'oidc':
    case 'google-oauth2':
    case 'windowslive':
      return only(connection, false, 'connections of this strategy cannot check passwords');
  }
}

function only({ strategy }: Connection, passed: boolean, words: string): ProbeStep[] {
  return [{ name: strategy, passed, tookMs: 0, words }];
}
