// A resource server: an API that tokens are for. Its identifier is the audience; it says which scopes exist and how its
// tokens are signed.
import Type, { type Static } from 'typebox';
import type { KeyAlgorithm } from '../key/key.ts';
import type { Secret } from '../lib/secret.ts';

/** How an API's tokens are signed: by a key pair of the tenant, or by a secret that only this API and the server know. */
export type SigningAlgorithm = KeyAlgorithm | 'HS256';

/** How an API's tokens are written: Auth0's own way or RFC 9068's, each without or with the `permissions` claim. */
export type TokenDialect = 'access_token' | 'access_token_authz' | 'rfc9068_profile' | 'rfc9068_profile_authz';

/** Whether users may delegate access to this API to any client, to none, or to clients with a client grant. */
export type UserPolicy = 'allow_all' | 'deny_all' | 'require_client_grant';

export interface Scope {
  readonly value: string;
  readonly description: string;
}

export interface ResourceServer {
  readonly id: string;
  /** What a request names as `audience`; never changes. */
  readonly identifier: string;
  readonly name: string | null;
  readonly signingAlgorithm: SigningAlgorithm;
  /** Null unless the algorithm is HS256. */
  readonly signingSecret: Secret | null;
  /** Seconds that an access token is valid. */
  readonly tokenLifetime: number;
  readonly tokenDialect: TokenDialect;
  readonly scopes: readonly Scope[];
  readonly userPolicy: UserPolicy;
  /** True grants a user only scopes that the user has permissions for (role-based access control). */
  readonly enforcePolicies: boolean;
  /** True lets clients have refresh tokens for this API. */
  readonly allowOfflineAccess: boolean;
}

export const DEFAULT_TOKEN_LIFETIME = 86_400;

/** What is true of every API here, under Auth0's names: another value would have no effect, and is refused. */
export const FIXED_RESOURCE_SERVER_MEMBERS = {
  skip_consent_for_verifiable_first_party_clients: true,
} as const;

/** One entry of `resourceServers` in the declarative form; the members are those of Auth0's object. */
export const ResourceServerWire = Type.Object(
  {
    identifier: Type.String({ minLength: 1, maxLength: 600, pattern: '^[\\x21-\\x7e]+$' }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    signing_alg: Type.Optional(
      Type.Union(
        [
          Type.Literal('RS256'),
          Type.Literal('HS256'),
          Type.Literal('PS256'),
          Type.Literal('ES256'),
          Type.Literal('EdDSA'),
        ],
        { description: 'Default RS256.' },
      ),
    ),
    signing_secret: Type.Optional(
      Type.String({ minLength: 16, maxLength: 1024, description: 'Secret of an HS256 API; made when left out.' }),
    ),
    allow_weak_secret: Type.Optional(
      Type.Boolean({ description: 'Accepts a `signing_secret` under 32 bytes, with a warning.' }),
    ),
    token_lifetime: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 2_592_000, description: 'Seconds; default 86400.' }),
    ),
    token_dialect: Type.Optional(
      Type.Union(
        [
          Type.Literal('access_token'),
          Type.Literal('access_token_authz'),
          Type.Literal('rfc9068_profile'),
          Type.Literal('rfc9068_profile_authz'),
        ],
        {
          description:
            'Auth0’s own form of tokens (default) or that of RFC 9068; `_authz` adds the claim `permissions`.',
        },
      ),
    ),
    scopes: Type.Optional(
      Type.Array(
        Type.Object(
          {
            value: Type.String({ pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$', maxLength: 280 }),
            description: Type.Optional(Type.String({ maxLength: 500 })),
          },
          { additionalProperties: false },
        ),
        { maxItems: 1000 },
      ),
    ),
    enforce_policies: Type.Optional(
      Type.Boolean({ description: 'Grants a user only scopes that the user has permissions for; default false.' }),
    ),
    allow_offline_access: Type.Optional(
      Type.Boolean({ description: 'Lets clients have refresh tokens for this API; default false.' }),
    ),
    skip_consent_for_verifiable_first_party_clients: Type.Optional(
      Type.Literal(FIXED_RESOURCE_SERVER_MEMBERS.skip_consent_for_verifiable_first_party_clients),
    ),
    subject_type_authorization: Type.Optional(
      Type.Object(
        {
          user: Type.Optional(
            Type.Object(
              {
                policy: Type.Union([
                  Type.Literal('allow_all'),
                  Type.Literal('deny_all'),
                  Type.Literal('require_client_grant'),
                ]),
              },
              { additionalProperties: false },
            ),
          ),
          client: Type.Optional(
            Type.Object({ policy: Type.Literal('require_client_grant') }, { additionalProperties: false }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
export type ResourceServerWire = Static<typeof ResourceServerWire>;
