// The probe of each kind of directory; only the one that runs is loaded.
import type { Ground } from '../app.ts';
import type { Connection } from '../connection/connection.ts';
import type { LoginAttempt } from '../directory/directory.ts';
import { createOutgoingAddresses } from '../directory/outgoing-address.ts';
import type { ProbeStep } from '../directory/probe.ts';

/** Tries the connection and tells each step; without an attempt only what needs no password of a user. */
export async function probeConnection(
  { clock }: Pick<Ground, 'configuration' | 'clock'>,
  connection: Connection,
  attempt: LoginAttempt | null,
): Promise<readonly ProbeStep[]> {
  const parts = { clock, addresses: createOutgoingAddresses({ clock, networks: [] }) };
  switch (connection.strategy) {
    case 'auth0':
      return only(connection, true, 'its users and their passwords are in the database of this server');
    case 'waad': {
      const { createAzureAdProbe } = await import('../directory/azure-ad/probe.ts');
      return createAzureAdProbe(parts)(connection, attempt);
    }
    case 'adfs': {
      const { createAdfsProbe } = await import('../directory/adfs/probe.ts');
      return createAdfsProbe(parts)(connection, attempt);
    }
    case 'ldap': {
      const { createLdapProbe } = await import('../directory/ldap/probe.ts');
      return createLdapProbe(parts)(connection, attempt);
    }
    case 'ad': {
      const { createActiveDirectoryProbe } = await import('../directory/active-directory/probe.ts');
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
