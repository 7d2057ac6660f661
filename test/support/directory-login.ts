// Asks a driver the one question, without everything that stands around it in a server.
import type { ConnectionOf, PasswordConnection } from '../../src/connection/connection.ts';
import type { DirectoryOutcome } from '../../src/directory/directory.ts';
import type { DirectoryDriver } from '../../src/directory/directory-registry.ts';
import { Caller } from '../../src/lib/caller.ts';
import { Secret } from '../../src/lib/secret.ts';
import type { TenantId } from '../../src/tenant/tenant.ts';

/** What the directory says of this password. */
export async function askDirectory<C extends PasswordConnection>(
  driver: DirectoryDriver<C>,
  connection: C,
  identifier: string,
  password: string,
  tenantId = 'tenant-1' as TenantId,
): Promise<DirectoryOutcome> {
  const directory = driver(tenantId, connection);
  const admission = directory.admit({ group: 'client', member: '192.0.2.1' }, new Caller());
  if (admission.kind !== 'admitted') return admission;
  const source = { clientId: 'client', ip: '192.0.2.1', caller: new Caller() };
  return admission.authenticate({ identifier, password: new Secret(password) }, source);
}

/** What all connections have, for a connection of this strategy with these options. */
export function connectionOf<S extends PasswordConnection['strategy']>(
  strategy: S,
  options: Omit<ConnectionOf<S>['options'], 'bruteForceProtection' | 'groupsClaim'>,
  trusted = true,
): ConnectionOf<S> {
  return {
    id: 'con_1',
    name: 'corp',
    strategy,
    options: { ...options, bruteForceProtection: true, groupsClaim: null },
    realms: ['corp'],
    isDomainConnection: true,
    enabledClients: new Set(),
    trusted,
  } as unknown as ConnectionOf<S>;
}
