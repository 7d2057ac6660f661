// A connection: a configured source of users inside a tenant. Requests name it by realm, the tenant by default_directory.
import Type from 'typebox';
import type { Secret } from '../lib/secret.ts';
import type { ActiveDirectoryOptions } from './active-directory-options.ts';
import type { AdfsOptions } from './adfs-options.ts';
import type { AzureAdOptions } from './azure-ad-options.ts';
import type { DatabaseOptions } from './database-options.ts';
import type { LdapOptions } from './ldap-options.ts';

declare const connectionIdBrand: unique symbol;
export type ConnectionId = string & { readonly [connectionIdBrand]: true };

/** Options that every directory other than our own database has, whatever its kind. */
export interface SharedOptions {
  /** False leaves failed logins here out of the tenant's brute-force protection. */
  readonly bruteForceProtection: boolean;
  /** The claim of access and ID tokens that lists the user's groups; null leaves them out. */
  readonly groupsClaim: string | null;
}

/** What connections of every strategy have. */
interface Connected<Strategy extends string, Options> {
  readonly id: ConnectionId;
  /** What a request sends as `realm`; never changes. */
  readonly name: string;
  /** Auth0's word for the kind of connection, such as `auth0` for a database. */
  readonly strategy: Strategy;
  readonly options: Options;
  /** The realms it answers to; its name unless somebody said otherwise. */
  readonly realms: readonly string[];
  /** True when every client of the tenant may use it. */
  readonly isDomainConnection: boolean;
  readonly enabledClients: ReadonlySet<string>;
  /** True when the operator's own file or command line made it: its addresses may lie in private networks. */
  readonly trusted: boolean;
}

export type DatabaseConnection = Connected<'auth0', DatabaseOptions>;
export type LdapConnection = Connected<'ldap', LdapOptions & SharedOptions>;
export type ActiveDirectoryConnection = Connected<'ad', ActiveDirectoryOptions & SharedOptions>;
export type AzureAdConnection = Connected<'waad', AzureAdOptions & SharedOptions>;
export type AdfsConnection = Connected<'adfs', AdfsOptions & SharedOptions>;

/** A connection that can check a password. */
export type PasswordConnection =
  | DatabaseConnection
  | LdapConnection
  | ActiveDirectoryConnection
  | AzureAdConnection
  | AdfsConnection;

/** The password connection of this strategy. */
export type ConnectionOf<S extends PasswordConnection['strategy']> = Extract<
  PasswordConnection,
  { readonly strategy: S }
>;

/** A connection whose users log in elsewhere, through a browser; it can check no password. */
export type BrowserConnection = Connected<'samlp' | 'oidc' | 'google-oauth2' | 'windowslive', SharedOptions>;

export type Connection = PasswordConnection | BrowserConnection;

/** A connection as it is stored and exported: the options in the words of the wire, and the secret ones apart. */
export interface StoredConnection extends Connected<Connection['strategy'], Readonly<Record<string, unknown>>> {
  /** By the name of the option. */
  readonly secrets: Readonly<Record<string, Secret>>;
}

export const DATABASE_STRATEGY = 'auth0';

/** The database connection whose users administer the tenant. */
export const ADMINISTRATORS = 'gatehouse-administrators';

const PASSWORD_STRATEGIES: ReadonlySet<string> = new Set(['auth0', 'ldap', 'ad', 'waad', 'adfs']);

/** The name of an entry of `databases` or `connections`. */
export const NAME_MEMBERS = {
  name: Type.String({ pattern: '^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$', maxLength: 128 }),
};
/** Who may use such an entry, and how requests call it. */
export const USE_MEMBERS = {
  enabled_clients: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), { description: 'Names or ids of the clients that may use it.' }),
  ),
  realms: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { minItems: 1, description: 'Default: its name.' }),
  ),
  is_domain_connection: Type.Optional(Type.Boolean({ description: 'True lets every client use it.' })),
};
/** The option that all of them have. */
export const BRUTE_FORCE_MEMBER = {
  brute_force_protection: Type.Optional(
    Type.Boolean({
      description:
        'Default true; false leaves its users out of `attackProtection.bruteForceProtection`, not of the other limits.',
    }),
  ),
};

/** True for a connection whose users' passwords can be checked here. */
export function checksPasswords(connection: Connection): connection is PasswordConnection {
  return PASSWORD_STRATEGIES.has(connection.strategy);
}

/** True when the client may use this connection. */
export function isEnabledFor(
  connection: Pick<Connection, 'isDomainConnection' | 'enabledClients'>,
  clientId: string,
): boolean {
  return connection.isDomainConnection || connection.enabledClients.has(clientId);
}
