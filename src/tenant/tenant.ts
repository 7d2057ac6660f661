// A tenant: the isolated customer space that owns everything below it. It is reached by its domains, each of which makes
// its own issuer, and its settings say which directory the password grant asks when the request names none.
import Type, { type Static } from 'typebox';

declare const tenantIdBrand: unique symbol;
/** The internal id of a tenant; the first argument of every store call. */
export type TenantId = string & { readonly [tenantIdBrand]: true };

/** A host that reaches the tenant. */
export interface TenantDomain {
  /** Host and, where it is not 443, port: what the caller's `Host` header must be. */
  readonly host: string;
  /** The host whose issuer this one uses; null when it makes its own issuer. */
  readonly aliasOf: string | null;
}

export interface TenantFlags {
  /** Leaves `alg` out of the published keys. */
  readonly removeAlgFromJwks: boolean;
  /** Tells who signs up with an address that somebody has what is wrong. */
  readonly tellsUserExists: boolean;
}

export interface Tenant {
  readonly id: TenantId;
  readonly name: string;
  /** Where the tenant lives, such as `us`; the operator may limit the password grant to some regions. */
  readonly region: string;
  readonly friendlyName: string | null;
  /** Name of the connection that checks passwords when the request names none; null when nobody chose one yet. */
  readonly defaultDirectory: string | null;
  /** Identifier of the API that tokens are for when the request names none; null for none. */
  readonly defaultAudience: string | null;
  readonly flags: TenantFlags;
  readonly domains: readonly TenantDomain[];
}

const Host = Type.String({
  pattern: '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$',
  maxLength: 255,
  description: 'Host name in lower case, with the port where it is not 443.',
});

/** The `tenant` section of the declarative form. */
export const TenantWire = Type.Object(
  {
    name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$', maxLength: 63, description: 'The tenant’s own name.' }),
    domains: Type.Optional(
      Type.Array(Type.Union([Host, Type.Object({ host: Host, alias_of: Host }, { additionalProperties: false })]), {
        description: 'Hosts that reach the tenant; each makes its own issuer, an alias uses another’s.',
        minItems: 1,
      }),
    ),
    region: Type.Optional(Type.String({ pattern: '^[a-z0-9-]+$', maxLength: 32, description: 'Default `us`.' })),
    friendly_name: Type.Optional(Type.String({ maxLength: 255, description: 'The name that people are shown.' })),
    default_directory: Type.Optional(
      Type.String({ description: 'Name of the connection that the password grant asks; empty for none.' }),
    ),
    default_audience: Type.Optional(
      Type.String({ description: 'Identifier of the API that tokens are for by default; empty for none.' }),
    ),
    flags: Type.Optional(
      Type.Object(
        {
          remove_alg_from_jwks: Type.Optional(Type.Boolean({ description: 'Leaves `alg` out of the published keys.' })),
          enable_public_signup_user_exists_error: Type.Optional(
            Type.Boolean({
              description: 'Answers `user_exists` to a sign-up whose name somebody has; `invalid_signup` otherwise.',
            }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type TenantWire = Static<typeof TenantWire>;

/** The flags with all their members. */
export function flagsWireOf({
  removeAlgFromJwks,
  tellsUserExists,
}: TenantFlags): Required<NonNullable<TenantWire['flags']>> {
  return { remove_alg_from_jwks: removeAlgFromJwks, enable_public_signup_user_exists_error: tellsUserExists };
}

/** The issuer of tokens asked for at this host: `https://HOST/`, of the alias's target for an alias (OIDC Discovery 1.0, 3). */
export function issuerOf(domain: TenantDomain): string {
  return `https://${domain.aliasOf ?? domain.host}/`;
}
