// A stored connection as the rest of the program reads it: options typed by strategy, each with its default.
import { type ActiveDirectoryOptionsWire, activeDirectoryOptionsOf } from './active-directory-options.ts';
import { type AdfsOptionsWire, adfsOptionsOf } from './adfs-options.ts';
import { type AzureAdOptionsWire, azureAdOptionsOf } from './azure-ad-options.ts';
import { type Connection, type SharedOptions, type StoredConnection } from './connection.ts';
import type { SharedOptionsWire } from './connection-wire.ts';
import { databaseOptionsOf } from './database-options.ts';
import { type LdapOptionsWire, ldapOptionsOf } from './ldap-options.ts';

/** The connection of this record. What is stored passed the schema of its strategy when it was set. */
export function toConnection({ secrets, options, strategy, ...rest }: StoredConnection): Connection {
  const revealed = Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]);
  const wire: unknown = { ...options, ...Object.fromEntries(revealed) };
  const shared = sharedOptionsOf(options);
  switch (strategy) {
    case 'auth0':
      return { ...rest, strategy, options: databaseOptionsOf(options, secrets) };
    case 'ldap':
      return { ...rest, strategy, options: { ...ldapOptionsOf(wire as LdapOptionsWire), ...shared } };
    case 'ad':
      return {
        ...rest,
        strategy,
        options: { ...activeDirectoryOptionsOf(wire as ActiveDirectoryOptionsWire), ...shared },
      };
    case 'waad':
      return { ...rest, strategy, options: { ...azureAdOptionsOf(wire as AzureAdOptionsWire), ...shared } };
    case 'adfs':
      return { ...rest, strategy, options: { ...adfsOptionsOf(wire as AdfsOptionsWire), ...shared } };
    case 'samlp':
    case 'oidc':
    case 'google-oauth2':
    case 'windowslive':
      return { ...rest, strategy, options: shared };
  }
}

function sharedOptionsOf(wire: SharedOptionsWire): SharedOptions {
  return { bruteForceProtection: wire.brute_force_protection ?? true, groupsClaim: wire.groups_claim ?? null };
}
