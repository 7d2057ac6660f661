// A connection: a configured source of users inside a tenant. Requests name it by realm, the tenant by default_directory.
import Type, { type Static } from 'typebox';

declare const connectionIdBrand: unique symbol;
export type ConnectionId = string & { readonly [connectionIdBrand]: true };

/** Options of a database connection. */
export interface ConnectionOptions {
  /** True when its users have user names beside their e-mail addresses. */
  readonly requiresUsername: boolean;
  /** Strength that `apply` warns about when a password falls short. */
  readonly passwordPolicy: PasswordPolicyName;
  /** False leaves failed logins here out of the tenant's brute-force protection. */
  readonly bruteForceProtection: boolean;
}

export type PasswordPolicyName = 'none' | 'low' | 'fair' | 'good' | 'excellent';

export interface Connection {
  readonly id: ConnectionId;
  /** What a request sends as `realm`; never changes. */
  readonly name: string;
  /** Auth0's word for the kind of connection, such as `auth0` for a database; the list is open. */
  readonly strategy: string;
  readonly options: ConnectionOptions;
  /** The realms it answers to; its name unless somebody said otherwise. */
  readonly realms: readonly string[];
  /** True when every client of the tenant may use it. */
  readonly isDomainConnection: boolean;
  readonly enabledClients: ReadonlySet<string>;
}

export const DATABASE_STRATEGY = 'auth0';

/** One entry of `databases` in the declarative form. */
export const DatabaseWire = Type.Object(
  {
    name: Type.String({ pattern: '^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$', maxLength: 128 }),
    strategy: Type.Optional(Type.Literal(DATABASE_STRATEGY)),
    enabled_clients: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), { description: 'Names or ids of the clients that may use it.' }),
    ),
    realms: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 128 }), { minItems: 1, description: 'Default: its name.' }),
    ),
    is_domain_connection: Type.Optional(Type.Boolean({ description: 'True lets every client use it.' })),
    options: Type.Optional(
      Type.Object(
        {
          passwordPolicy: Type.Optional(
            Type.Union(
              [
                Type.Literal('none'),
                Type.Literal('low'),
                Type.Literal('fair'),
                Type.Literal('good'),
                Type.Literal('excellent'),
              ],
              { description: 'Default `good`; a password that falls short is warned about.' },
            ),
          ),
          requires_username: Type.Optional(
            Type.Boolean({ description: 'Users have user names beside e-mail addresses.' }),
          ),
          brute_force_protection: Type.Optional(
            Type.Boolean({
              description:
                'Default true; false leaves its users out of `attackProtection.bruteForceProtection`, not of the other limits.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type DatabaseWire = Static<typeof DatabaseWire>;

/** True when the client may use this connection. */
export function isEnabledFor(connection: Connection, clientId: string): boolean {
  return connection.isDomainConnection || connection.enabledClients.has(clientId);
}
