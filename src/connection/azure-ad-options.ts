// The options of an Azure AD connection, by Auth0's names where Auth0 has them.
import Type, { type Static } from 'typebox';
import { Secret } from '../lib/secret.ts';

const Url = (description: string) => Type.String({ pattern: '^https://[^\\s/?#@]+$', maxLength: 256, description });

/** `options` of a connection whose strategy is `waad`. */
export const AzureAdOptionsWire = Type.Object(
  {
    client_id: Type.String({
      pattern: '^[0-9a-fA-F-]{36}$',
      description: 'Application (client) id of the app registration.',
    }),
    client_secret: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'Its secret; left out for a public client.' }),
    ),
    tenant_domain: Type.String({
      // Security: `common` and `organizations` let in the users of every tenant there is.
      pattern: '^(?!(?:common|organizations|consumers)$)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$',
      maxLength: 253,
      description: 'Id or domain of the one tenant whose users may log in, such as `example.onmicrosoft.com`.',
    }),
    identity_api: Type.Optional(
      Type.Union([Type.Literal('microsoft-identity-platform-v2.0'), Type.Literal('azure-active-directory-v1.0')], {
        description: 'Which of the two token endpoints is asked; default `microsoft-identity-platform-v2.0`.',
      }),
    ),
    userid_attribute: Type.Optional(
      Type.Union([Type.Literal('oid'), Type.Literal('sub')], {
        description: 'The claim that a user id is made of: `oid` (default), or `sub`, which differs by application.',
      }),
    ),
    ext_profile: Type.Optional(
      Type.Boolean({ description: 'Adds job, company, place and telephone numbers from Microsoft Graph.' }),
    ),
    ext_groups: Type.Optional(Type.Boolean({ description: 'Reads the groups of the user.' })),
    ext_nested_groups: Type.Optional(
      Type.Boolean({ description: 'With `ext_groups`: also the groups that those groups are in.' }),
    ),
    max_groups_to_retrieve: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: 2000 }), Type.String({ pattern: '^[1-9][0-9]{0,3}$' })], {
        description: 'Most groups that are read; default 50.',
      }),
    ),
    should_trust_email_verified_connection: Type.Optional(
      Type.Union([Type.Literal('never_set_emails_as_verified'), Type.Literal('always_set_emails_as_verified')], {
        description: 'Whether e-mail addresses from there count as verified; default `never_set_emails_as_verified`.',
      }),
    ),
    second_factor: Type.Optional(
      Type.Union([Type.Literal('required'), Type.Literal('ignored')], {
        description:
          'What happens when the password is right and the tenant asks for more (AADSTS50072, 50074, 50076, 50079, 53003): `required` (default) refuses; `ignored` lets the user in, against the wish of the tenant. Needs `client_secret`.',
      }),
    ),
    login_url: Type.Optional(Url('Where the tenant signs in; default `https://login.microsoftonline.com`.')),
    graph_url: Type.Optional(Url('Where its Microsoft Graph is; default `https://graph.microsoft.com`.')),
    waad_protocol: Type.Optional(
      Type.Literal('openid-connect', { description: 'What Auth0 exports; the only value there is.' }),
    ),
    use_wsfed: Type.Optional(Type.Literal(false, { description: 'What Auth0 exports; the only value there is.' })),
    useCommonEndpoint: Type.Optional(
      Type.Literal(false, { description: 'What Auth0 exports; the only value there is.' }),
    ),
  },
  { additionalProperties: false },
);
export type AzureAdOptionsWire = Static<typeof AzureAdOptionsWire>;

/** The options as the driver reads them. */
export interface AzureAdOptions {
  readonly clientId: string;
  /** Null for a public client. */
  readonly clientSecret: Secret | null;
  readonly tenantDomain: string;
  readonly api: 'v1.0' | 'v2.0';
  readonly userIdAttribute: 'oid' | 'sub';
  readonly readsProfile: boolean;
  readonly groups: 'none' | 'direct' | 'nested';
  readonly mostGroups: number;
  readonly trustsEmail: boolean;
  /** True lets users in whose password is right although the tenant asks for more. */
  readonly ignoresSecondFactor: boolean;
  /** Origins, without a slash at the end. */
  readonly loginUrl: string;
  readonly graphUrl: string;
}

const DEFAULT_MOST_GROUPS = 50;

/** Wire to record. */
export function azureAdOptionsOf(wire: AzureAdOptionsWire): AzureAdOptions {
  return {
    clientId: wire.client_id,
    clientSecret: wire.client_secret === undefined ? null : new Secret(wire.client_secret),
    tenantDomain: wire.tenant_domain,
    api: wire.identity_api === 'azure-active-directory-v1.0' ? 'v1.0' : 'v2.0',
    userIdAttribute: wire.userid_attribute ?? 'oid',
    readsProfile: wire.ext_profile ?? false,
    groups: !wire.ext_groups ? 'none' : wire.ext_nested_groups ? 'nested' : 'direct',
    mostGroups: Number(wire.max_groups_to_retrieve ?? DEFAULT_MOST_GROUPS),
    trustsEmail: wire.should_trust_email_verified_connection === 'always_set_emails_as_verified',
    ignoresSecondFactor: wire.second_factor === 'ignored',
    loginUrl: wire.login_url ?? 'https://login.microsoftonline.com',
    graphUrl: wire.graph_url ?? 'https://graph.microsoft.com',
  };
}
