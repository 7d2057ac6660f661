// A client: an application that asks for tokens. It says how it proves itself and which grants it may use; the password
// grant is off until somebody switches it on.
import Type, { type Static } from 'typebox';
import type { Secret } from '../lib/secret.ts';

declare const clientIdBrand: unique symbol;
/** The public name of a client, unique within its tenant. */
export type ClientId = string & { readonly [clientIdBrand]: true };

export const PASSWORD_GRANT = 'password';
/** Auth0's extension grant: the password grant with the connection named by the request. */
export const PASSWORD_REALM_GRANT = 'http://auth0.com/oauth/grant-type/password-realm';
export const CLIENT_CREDENTIALS_GRANT = 'client_credentials';
export const REFRESH_TOKEN_GRANT = 'refresh_token';

/** How a client proves itself at the token endpoint (RFC 6749 2.3). */
export type TokenEndpointAuthMethod = 'none' | 'client_secret_post' | 'client_secret_basic' | 'private_key_jwt';

/** How a client's ID tokens can be signed. */
export type IdTokenAlgorithm = 'RS256' | 'HS256';

/** The settings of a client; lifetimes in seconds. */
export interface RefreshTokenSettings {
  /** `rotating` replaces the token at each use. */
  readonly rotationType: 'rotating' | 'non-rotating';
  readonly expirationType: 'expiring' | 'non-expiring';
  /** How many seconds after it was replaced a token may be used again; only rotating tokens are ever replaced. */
  readonly leeway: number;
  readonly tokenLifetime: number;
  /** True lets a token live until it was idle for too long. */
  readonly infiniteTokenLifetime: boolean;
  readonly idleTokenLifetime: number;
  /** True lets a token live however long it is not used. */
  readonly infiniteIdleTokenLifetime: boolean;
}

export interface Client {
  readonly clientId: ClientId;
  readonly name: string;
  readonly description: string | null;
  readonly appType: string | null;
  /** False for an application of somebody else: it may never see a password. */
  readonly isFirstParty: boolean;
  readonly tokenEndpointAuthMethod: TokenEndpointAuthMethod;
  /** Null only for a client whose method is `none` or `private_key_jwt`. */
  readonly clientSecret: Secret | null;
  /** The secret before the last rotation; null when there was none, or when it was not kept. */
  readonly previousSecret: Secret | null;
  /** Milliseconds since 1970 UTC from which on the previous secret does not count; null without one. */
  readonly previousSecretExpiresAt: number | null;
  readonly grantTypes: readonly string[];
  readonly callbacks: readonly string[];
  readonly webOrigins: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Seconds that an ID token for this client is valid. */
  readonly idTokenLifetime: number;
  /** How its ID tokens are signed: by the tenant's key pair, or by its own secret. Without a secret it is RS256 whatever this says. */
  readonly idTokenAlgorithm: IdTokenAlgorithm;
  /** True lets it say in `auth0-forwarded-for` which address its request comes from, once it has proved itself. */
  readonly isTokenEndpointIpHeaderTrusted: boolean;
  /** What the client's owner keeps with it; nothing here reads it. */
  readonly clientMetadata: Readonly<Record<string, string>>;
  /** A picture for lists; null for none. */
  readonly logoUri: string | null;
  readonly refreshToken: RefreshTokenSettings;
}

export const DEFAULT_ID_TOKEN_LIFETIME = 36_000;

/** Auth0's other grants: a client may be allowed them, and this server does not offer them. */
export const GRANTS_NOT_OFFERED: readonly string[] = [
  'authorization_code',
  'implicit',
  'http://auth0.com/oauth/grant-type/mfa-oob',
  'http://auth0.com/oauth/grant-type/mfa-otp',
  'http://auth0.com/oauth/grant-type/mfa-recovery-code',
  'http://auth0.com/oauth/grant-type/passwordless/otp',
  'urn:ietf:params:oauth:grant-type:device_code',
];

/** What is true of every client here, under Auth0's names: another value would have no effect, and is refused. */
export const FIXED_CLIENT_MEMBERS = {
  oidc_conformant: true,
  sso_disabled: false,
  cross_origin_authentication: false,
  cross_origin_auth: false,
  custom_login_page_on: true,
  require_pushed_authorization_requests: false,
} as const;

const LONGEST_LIFETIME = 31_557_600;
const LONGEST_LEEWAY = 600;
const Lifetime = (description: string) => Type.Integer({ minimum: 1, maximum: LONGEST_LIFETIME, description });

/** The member as files and the Management API write it. */
export const RefreshTokenSettingsWire = Type.Object(
  {
    rotation_type: Type.Optional(
      Type.Union([Type.Literal('rotating'), Type.Literal('non-rotating')], {
        description: '`rotating` replaces the token at each use, and needs `expiration_type: expiring`.',
      }),
    ),
    expiration_type: Type.Optional(
      Type.Union([Type.Literal('expiring'), Type.Literal('non-expiring')], { description: 'Default `non-expiring`.' }),
    ),
    leeway: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: LONGEST_LEEWAY,
        description: 'Seconds for which a replaced token may be used again; default 0.',
      }),
    ),
    token_lifetime: Type.Optional(Lifetime('Seconds; default 2592000 for what expires.')),
    infinite_token_lifetime: Type.Optional(
      Type.Boolean({ description: 'True for no end but idleness; default false for what expires.' }),
    ),
    idle_token_lifetime: Type.Optional(Lifetime('Seconds without use; default 1296000 for what expires.')),
    infinite_idle_token_lifetime: Type.Optional(
      Type.Boolean({ description: 'True never ends a token for idleness; default false for what expires.' }),
    ),
  },
  { additionalProperties: false },
);
export type RefreshTokenSettingsWire = Static<typeof RefreshTokenSettingsWire>;

const Origin = Type.String({ pattern: '^https?://[^/*?#@\\s]+/?$', maxLength: 255 });

/** In place of a secret: the public keys by which the client signs its assertions. Two, so that one can follow the other. */
const ClientAuthenticationMethodsWire = Type.Object(
  {
    private_key_jwt: Type.Object(
      {
        credentials: Type.Array(
          Type.Object(
            {
              name: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
              credential_type: Type.Literal('public_key'),
              pem: Type.String({
                minLength: 1,
                maxLength: 16_384,
                description: 'An RSA public key of 2048 bits or more, or a certificate with one.',
              }),
              alg: Type.Optional(
                Type.Union([Type.Literal('RS256'), Type.Literal('RS384'), Type.Literal('PS256')], {
                  description: 'Default RS256.',
                }),
              ),
              expires_at: Type.Optional(
                Type.String({
                  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z$',
                  description: 'Such as 2030-01-31T00:00:00Z; never when left out.',
                }),
              ),
            },
            { additionalProperties: false },
          ),
          { minItems: 1, maxItems: 2 },
        ),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
/** One entry of `clients` in the declarative form; the members are those of Auth0's client object. */
export const ClientWire = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 255 }),
    client_id: Type.Optional(
      Type.String({ pattern: '^[\\x21-\\x7e]+$', maxLength: 256, description: 'Made when left out.' }),
    ),
    client_secret: Type.Optional(
      Type.String({ minLength: 16, maxLength: 1024, description: 'Made when left out and the method needs one.' }),
    ),
    description: Type.Optional(Type.String({ maxLength: 140 })),
    app_type: Type.Optional(
      Type.Union([
        Type.Literal('native'),
        Type.Literal('spa'),
        Type.Literal('regular_web'),
        Type.Literal('non_interactive'),
      ]),
    ),
    is_first_party: Type.Optional(
      Type.Boolean({ description: 'Default true; a client of somebody else may never use the password grant.' }),
    ),
    token_endpoint_auth_method: Type.Optional(
      Type.Union([Type.Literal('none'), Type.Literal('client_secret_post'), Type.Literal('client_secret_basic')], {
        description: 'Default `none` for native and spa, `client_secret_post` otherwise.',
      }),
    ),
    client_authentication_methods: Type.Optional(ClientAuthenticationMethodsWire),
    is_token_endpoint_ip_header_trusted: Type.Optional(
      Type.Boolean({
        description:
          'Default false; true lets a client with a secret or key say in `auth0-forwarded-for` which address its user has.',
      }),
    ),
    grant_types: Type.Optional(
      Type.Array(
        Type.Union([
          Type.Literal(PASSWORD_GRANT),
          Type.Literal(PASSWORD_REALM_GRANT),
          Type.Literal(CLIENT_CREDENTIALS_GRANT),
          Type.Literal('authorization_code'),
          Type.Literal('implicit'),
          Type.Literal(REFRESH_TOKEN_GRANT),
          Type.Literal('http://auth0.com/oauth/grant-type/mfa-oob'),
          Type.Literal('http://auth0.com/oauth/grant-type/mfa-otp'),
          Type.Literal('http://auth0.com/oauth/grant-type/mfa-recovery-code'),
          Type.Literal('http://auth0.com/oauth/grant-type/passwordless/otp'),
          Type.Literal('urn:ietf:params:oauth:grant-type:device_code'),
        ]),
        { description: 'Default none: a grant is switched on by naming it.' },
      ),
    ),
    callbacks: Type.Optional(
      Type.Array(Type.String({ pattern: '^[a-z][a-z0-9+.-]*://\\S+$', maxLength: 2048 }), {
        description: 'Their origins may call the token endpoint from a browser.',
      }),
    ),
    web_origins: Type.Optional(
      Type.Array(Origin, { description: 'Origins that may call the token endpoint from a browser.' }),
    ),
    allowed_origins: Type.Optional(Type.Array(Origin, { description: 'The same, under Auth0’s other name.' })),
    jwt_configuration: Type.Optional(
      Type.Object(
        {
          alg: Type.Optional(
            Type.Union([Type.Literal('RS256'), Type.Literal('HS256')], {
              description: 'Algorithm of ID tokens, default RS256; a client without a secret always gets RS256.',
            }),
          ),
          secret_encoded: Type.Optional(Type.Literal(false)),
          lifetime_in_seconds: Type.Optional(
            Type.Integer({ minimum: 1, maximum: 2_592_000, description: 'Lifetime of ID tokens; default 36000.' }),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    client_metadata: Type.Optional(
      Type.Record(Type.String({ minLength: 1, maxLength: 255 }), Type.String({ maxLength: 255 }), {
        maxProperties: 10,
        description: 'Ten texts at most that are kept with the client.',
      }),
    ),
    logo_uri: Type.Optional(
      Type.String({ pattern: '^(https?://\\S+)?$', maxLength: 2048, description: 'A picture for lists.' }),
    ),
    refresh_token: Type.Optional(RefreshTokenSettingsWire),
    oidc_conformant: Type.Optional(Type.Literal(FIXED_CLIENT_MEMBERS.oidc_conformant)),
    sso_disabled: Type.Optional(Type.Literal(FIXED_CLIENT_MEMBERS.sso_disabled)),
    cross_origin_authentication: Type.Optional(Type.Literal(FIXED_CLIENT_MEMBERS.cross_origin_authentication)),
    cross_origin_auth: Type.Optional(Type.Literal(FIXED_CLIENT_MEMBERS.cross_origin_auth)),
    custom_login_page_on: Type.Optional(Type.Literal(FIXED_CLIENT_MEMBERS.custom_login_page_on)),
    require_pushed_authorization_requests: Type.Optional(
      Type.Literal(FIXED_CLIENT_MEMBERS.require_pushed_authorization_requests),
    ),
  },
  { additionalProperties: false },
);
export type ClientWire = Static<typeof ClientWire>;

/** The browser origins from which this client may be used: its web and allowed origins, and those of its callbacks. */
export function originsOf(client: Client): readonly string[] {
  // Security: an app's own scheme has the origin `null`, which any sandboxed page sends.
  return [...client.webOrigins, ...client.allowedOrigins, ...client.callbacks]
    .filter((url) => /^https?:/.test(url))
    .map((url) => new URL(url).origin);
}
